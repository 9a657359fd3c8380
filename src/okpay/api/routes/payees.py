"""Saved payees."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from okpay.api.calls import Call
from okpay.api.endpoint import endpoint
from okpay.api.pages import from_memory, read_page, window_of
from okpay.api.rates import RATES
from okpay.api.schemas.common import Listed
from okpay.api.schemas.people import NewPayee, PayeeChange, PayeeQuery, PayeeShown
from okpay.api.sending import address_of
from okpay.identity.rules import Scope
from okpay.kernel import clock
from okpay.kernel.ids import encode
from okpay.payments import operations, queries
from okpay.payments.payee_errors import SavedPayeeNotFoundError
from okpay.payments.queries import PayeeLine


def _saved_id(line: PayeeLine) -> UUID:
    assert line.saved_id is not None  # noqa: S101 — saved payees have one
    return line.saved_id


def _shown(line: PayeeLine) -> PayeeShown:
    return PayeeShown(
        id=encode("pye", _saved_id(line)),
        person_id=encode("cus", line.person_id),
        name_masked=line.name,
        nickname=line.nickname,
        address=line.alias,
    )


def _one(call: Call, saved_id: UUID) -> PayeeShown:
    for line in queries.saved_payees(call.caller.person_id):
        if line.saved_id == saved_id:
            return _shown(line)
    raise SavedPayeeNotFoundError


@endpoint(
    "GET",
    "/v1/payees",
    scope=Scope.PAYEES_READ,
    tag="payees",
    summary=_("List saved payees"),
    refusals=("invalid_cursor",),
)
def list_payees(call: Call, query: PayeeQuery) -> Listed[PayeeShown]:
    """Return one page of saved payees, the latest saved first."""
    found = queries.saved_payees(call.caller.person_id, query.q or "")
    window = window_of(query, "pye")
    rows, more, follow = read_page(window, from_memory(found, _saved_id), _saved_id)
    return Listed([_shown(line) for line in rows], more, follow)


@endpoint(
    "POST",
    "/v1/payees",
    scope=Scope.PAYEES_WRITE,
    tag="payees",
    summary=_("Save a payee"),
    description=_("Saving the same person again changes the nickname."),
    status=201,
    refusals=("payee_not_found", "payee_is_self"),
)
def create_payee(call: Call, body: NewPayee) -> PayeeShown:
    """Save a payee."""
    RATES.look_up(call.caller.person_id)
    saved = operations.save_payee(
        actor=call.actor(),
        alias=address_of(body.payee),
        nickname=body.nickname,
        now=clock.now(),
    )
    return _one(call, saved.id)


@endpoint(
    "GET",
    "/v1/payees/{id}",
    scope=Scope.PAYEES_READ,
    tag="payees",
    summary=_("Read a saved payee"),
    prefixes=("pye",),
    refusals=("saved_payee_not_found",),
)
def read_payee(call: Call, id: UUID) -> PayeeShown:  # noqa: A002 — the name in the address
    """Return one saved payee."""
    return _one(call, id)


@endpoint(
    "PATCH",
    "/v1/payees/{id}",
    scope=Scope.PAYEES_WRITE,
    tag="payees",
    summary=_("Rename a saved payee"),
    prefixes=("pye",),
    refusals=("saved_payee_not_found",),
)
def change_payee(call: Call, id: UUID, body: PayeeChange) -> PayeeShown:  # noqa: A002 — the name in the address
    """Change the nickname."""
    operations.rename_payee(actor=call.actor(), saved_id=id, nickname=body.nickname)
    return _one(call, id)


@endpoint(
    "DELETE",
    "/v1/payees/{id}",
    scope=Scope.PAYEES_WRITE,
    tag="payees",
    summary=_("Forget a saved payee"),
    status=204,
    prefixes=("pye",),
    refusals=("saved_payee_not_found",),
)
def delete_payee(call: Call, id: UUID) -> None:  # noqa: A002 — the name in the address
    """Take a payee off the list."""
    operations.delete_payee(actor=call.actor(), saved_id=id)
