"""Look people up before paying them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from okpay.api.calls import Call
from okpay.api.endpoint import endpoint
from okpay.api.rates import RATES
from okpay.api.schemas.people import LookupQuery, PersonShown
from okpay.identity.queries import find_person
from okpay.identity.rules import Scope, mask_name
from okpay.kernel.ids import encode
from okpay.payments.aliases import masked_alias, normal_alias
from okpay.payments.errors import PayeeNotFoundError
from okpay.wallets.models import RecordKind
from okpay.wallets.queries import visible_records


@endpoint(
    "GET",
    "/v1/people/lookup",
    scope=Scope.PEOPLE_READ,
    tag="people",
    summary=_("Look a person up"),
    description=_(
        "By verified e-mail or phone. The name is masked; how often you may look is limited."
    ),
    refusals=("payee_not_found",),
)
def look_up_person(call: Call, query: LookupQuery) -> PersonShown:
    """Return who answers to an address."""
    RATES.look_up(call.caller.person_id)
    alias = normal_alias(query.alias)
    person = find_person(alias)
    if person is None:
        raise PayeeNotFoundError
    me = call.caller.person_id
    paid = visible_records(me).filter(payer=me, payee=person.id, kind=RecordKind.TRANSFER)
    return PersonShown(
        id=encode("cus", person.id),
        name_masked=mask_name(person.name),
        address_masked=masked_alias(alias),
        verified=person.level > 0,
        first_time=not paid.exists(),
    )
