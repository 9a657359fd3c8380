"""Ask people for money."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from okpay.api.calls import Call
from okpay.api.endpoint import endpoint
from okpay.api.pages import PageQuery, read_page, window_of
from okpay.api.rates import RATES
from okpay.api.schemas.common import Listed, amount_of, money_of
from okpay.api.schemas.people import MoneyRequestQuery, MoneyRequestShown, NewMoneyRequest
from okpay.api.sending import address_of
from okpay.identity.rules import Scope
from okpay.kernel import clock
from okpay.kernel.ids import encode
from okpay.payments import operations, queries
from okpay.payments.payee_errors import RequestNotFoundError
from okpay.payments.queries import RequestLine


def _shown(line: RequestLine) -> MoneyRequestShown:
    return MoneyRequestShown(
        id=encode("req", line.id),
        type="money_request",
        status=line.state.name.lower(),  # type: ignore[arg-type]  # the names are the literals
        direction="out" if line.direction == "out" else "in",
        other_name_masked=line.other_masked,
        amount=amount_of(line.money),
        memo=line.memo,
        transfer=encode("trf", line.record_id) if line.record_id else None,
        created_at=line.created_at,
        expires_at=line.expires_at,
    )


def _one(call: Call, request_id: UUID) -> MoneyRequestShown:
    line = queries.money_request(call.caller.person_id, request_id)
    if line is None:
        raise RequestNotFoundError
    return _shown(line)


def _id(line: RequestLine) -> UUID:
    return line.id


@endpoint(
    "POST",
    "/v1/money_requests",
    scope=Scope.TRANSFERS_WRITE,
    tag="requests",
    summary=_("Ask for money"),
    description=_("They are told, and pay or decline in the app. It ends after seven days."),
    status=201,
    key="kept",
    refusals=("invalid_amount", "currency_not_supported", "payee_not_found", "payee_is_self"),
)
def create_money_request(call: Call, body: NewMoneyRequest) -> MoneyRequestShown:
    """Ask somebody for money."""
    RATES.look_up(call.caller.person_id)
    made = operations.request_money(
        actor=call.actor(),
        payer=address_of(body.payer),
        money=money_of(body.amount, body.currency),
        memo=body.memo,
        now=clock.now(),
    )
    return _one(call, made.id)


@endpoint(
    "GET",
    "/v1/money_requests",
    scope=Scope.TRANSFERS_READ,
    tag="requests",
    summary=_("List requests for money"),
    refusals=("invalid_cursor",),
)
def list_money_requests(call: Call, query: MoneyRequestQuery) -> Listed[MoneyRequestShown]:
    """Return one page of requests on either side."""

    def fetch(
        *, older_than: UUID | None, newer_than: UUID | None, limit: int
    ) -> Sequence[RequestLine]:
        return queries.money_requests(
            call.caller.person_id,
            direction=query.direction or "",
            before=older_than,
            after=newer_than,
            limit=limit,
        )

    place = PageQuery(limit=query.limit, cursor=query.cursor, starting_after=query.starting_after)
    rows, more, follow = read_page(window_of(place, "req"), fetch, _id)
    return Listed([_shown(line) for line in rows], more, follow)


@endpoint(
    "GET",
    "/v1/money_requests/{id}",
    scope=Scope.TRANSFERS_READ,
    tag="requests",
    summary=_("Read a request for money"),
    prefixes=("req",),
    refusals=("request_not_found",),
)
def read_money_request(call: Call, id: UUID) -> MoneyRequestShown:  # noqa: A002 — the name in the address
    """Return one request."""
    return _one(call, id)


@endpoint(
    "POST",
    "/v1/money_requests/{id}/decline",
    scope=Scope.TRANSFERS_WRITE,
    tag="requests",
    summary=_("Decline a request for money"),
    prefixes=("req",),
    key="kept",
    refusals=("request_not_found", "request_not_open"),
)
def decline_money_request(call: Call, id: UUID) -> MoneyRequestShown:  # noqa: A002 — the name in the address
    """Refuse to pay."""
    operations.decline_request(actor=call.actor(), request_id=id, now=clock.now())
    return _one(call, id)


@endpoint(
    "POST",
    "/v1/money_requests/{id}/cancel",
    scope=Scope.TRANSFERS_WRITE,
    tag="requests",
    summary=_("Withdraw a request for money"),
    prefixes=("req",),
    key="kept",
    refusals=("request_not_found", "request_not_open"),
)
def cancel_money_request(call: Call, id: UUID) -> MoneyRequestShown:  # noqa: A002 — the name in the address
    """Withdraw one's own request."""
    operations.cancel_request(actor=call.actor(), request_id=id, now=clock.now())
    return _one(call, id)
