"""The person behind the token."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from okpay.api.calls import Call
from okpay.api.endpoint import endpoint
from okpay.api.schemas.account import Me, TokenShown
from okpay.identity.models import AccessToken
from okpay.identity.rules import Scope
from okpay.kernel.ids import encode


@endpoint(
    "GET",
    "/v1/me",
    scope=Scope.WALLET_READ,
    tag="account",
    summary=_("Whose token this is"),
    description=_("The person behind the token, and what the token may do."),
)
def read_me(call: Call) -> Me:
    """Return the caller."""
    token = AccessToken.objects.select_related("person").get(pk=call.caller.token_id)
    person = token.person
    return Me(
        id=encode("cus", person.id),
        name=person.name,
        email=person.email if person.email_verified_at else "",
        phone=person.phone if person.phone_verified_at else "",
        language=person.language,
        region=person.region,
        level=person.level,
        frozen=person.frozen_at is not None,
        created_at=person.created_at,
        token=TokenShown(encode("tok", token.id), token.name, token.scopes, token.expires_at),
    )
