"""Money from person to person."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from litestar.handlers import HTTPRouteHandler

from okpay.api.calls import Call
from okpay.api.endpoint import Made, endpoint
from okpay.api.idempotency import Reply
from okpay.api.pages import read_page, window_of
from okpay.api.quoted import send_quoted
from okpay.api.rates import RATES
from okpay.api.routes.wallet import choice_of
from okpay.api.schemas.common import Listed, money_of
from okpay.api.schemas.transfers import (
    NewQuote,
    NewTransfer,
    QuoteShown,
    TransferLine,
    TransferQuery,
    TransferShown,
)
from okpay.api.sending import address_of, answer_of, command_of
from okpay.api.transfers import line_of, quote_shown, transfer_of
from okpay.identity.rules import Scope
from okpay.kernel import clock
from okpay.payments import operations
from okpay.payments.outcomes import Outcome
from okpay.wallets import queries
from okpay.wallets.models import RecordKind
from okpay.wallets.queries import RecordLine

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

PAYING = ("invalid_amount", "currency_not_supported", "payee_not_found", "payee_is_self")
SENDING = (
    *PAYING,
    *("insufficient_funds", "currency_not_held", "account_frozen", "limit_exceeded"),
    "step_up_required",
    *("confirmation_void", "quote_expired"),
)


@endpoint(
    "POST",
    "/v1/quotes",
    scope=Scope.TRANSFERS_WRITE,
    tag="transfers",
    summary=_("Quote a transfer"),
    description=_(
        "Shows the payee's masked name, fee and total before anything moves. Nothing is stored."
    ),
    refusals=PAYING,
)
def create_quote(call: Call, body: NewQuote) -> QuoteShown:
    """Quote a transfer."""
    money = money_of(body.amount, body.currency)
    RATES.look_up(call.caller.person_id)
    quote = operations.quote_transfer(
        actor=call.actor(),
        payee=address_of(body.payee),
        money=money,
        memo=body.memo,
        now=clock.now(),
    )
    return quote_shown(quote)


@endpoint(
    "POST",
    "/v1/transfers",
    scope=Scope.TRANSFERS_WRITE,
    tag="transfers",
    summary=_("Pay a person"),
    description=_(
        "Books at once. If the payee cannot receive yet, or `arrives` says later, the money is"
        " held and `pending` says why and until when."
    ),
    status=201,
    key="engine",
    refusals=SENDING,
    answer=TransferShown,
)
def create_transfer(call: Call, body: NewTransfer) -> Reply:
    """Pay somebody; with a quote, exactly what it bound."""
    if body.quote is not None:
        return send_quoted(call, body, body.quote)
    command = command_of(call, body, owner=str(call.caller.person_id))
    outcome = operations.send_by_token(actor=call.actor(), command=command, now=clock.now())
    RATES.answered(call, outcome.code, command.owner)
    return Reply.of(*answer_of(call, outcome))


@endpoint(
    "GET",
    "/v1/transfers",
    scope=Scope.TRANSFERS_READ,
    tag="transfers",
    summary=_("List transfers"),
    refusals=("invalid_cursor", "currency_not_supported"),
)
def list_transfers(call: Call, query: TransferQuery) -> Listed[TransferLine]:
    """Return one page of transfers."""
    choice = replace(choice_of(query), kind=RecordKind.TRANSFER, direction=query.direction or "")

    def fetch(
        *, older_than: UUID | None, newer_than: UUID | None, limit: int
    ) -> Sequence[RecordLine]:
        found = queries.records(
            call.caller.person_id, choice, before=older_than, after=newer_than, limit=limit
        )
        return found[::-1] if newer_than else found

    rows, more, follow = read_page(window_of(query, "trf"), fetch, lambda line: line.id)
    return Listed([line_of(line) for line in rows], more, follow)


@endpoint(
    "GET",
    "/v1/transfers/{id}",
    scope=Scope.TRANSFERS_READ,
    tag="transfers",
    summary=_("Read a transfer"),
    prefixes=("trf",),
    refusals=("transfer_not_found",),
)
def read_transfer(call: Call, id: UUID) -> TransferShown:  # noqa: A002 — the name in the address
    """Return one transfer."""
    return transfer_of(call.caller.person_id, id)


def _ending(
    way: str,
    operation: Callable[..., Outcome],
    *,
    summary: _StrOrPromise,
    description: _StrOrPromise,
    refusals: tuple[str, ...] = (),
) -> HTTPRouteHandler:
    """Declare a way in which a transfer that waits can end."""

    def end(call: Call, id: UUID) -> Made:  # noqa: A002 — the name in the address
        outcome = operation(actor=call.actor(), record_id=id, client_key=f"api:{call.key}")
        return Made(transfer_of(call.caller.person_id, id), 200, outcome.replayed)

    end.__name__ = f"{way}_transfer"
    return endpoint(
        "POST",
        f"/v1/transfers/{{id}}/{way}",
        scope=Scope.TRANSFERS_WRITE,
        tag="transfers",
        summary=summary,
        description=description,
        prefixes=("trf",),
        key="engine",
        refusals=("transfer_not_found", "transfer_not_pending", *refusals),
        answer=TransferShown,
    )(end)


cancel_transfer = _ending(
    "cancel",
    operations.cancel_transfer,
    summary=_("Take back a pending transfer"),
    description=_("All of it returns to the sender at once."),
)
claim_transfer = _ending(
    "claim",
    operations.claim_transfer,
    summary=_("Accept money that waits"),
    description=_("For money that was sent to your own verified e-mail or phone."),
    refusals=("account_frozen", "payer_frozen"),
)
decline_transfer = _ending(
    "decline",
    operations.decline_transfer,
    summary=_("Refuse money that waits"),
    description=_("All of it returns to the sender at once."),
)
