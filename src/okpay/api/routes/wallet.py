"""Balances and records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from okpay.api.calls import Call
from okpay.api.endpoint import endpoint
from okpay.api.errors import ResourceNotFoundError
from okpay.api.pages import read_page, window_of
from okpay.api.schemas.common import Listed, amount_of
from okpay.api.schemas.wallet import (
    BalanceQuery,
    Balances,
    BalanceShown,
    BookedQuery,
    Party,
    RecordDetailShown,
    RecordQuery,
    RecordShown,
    StepShown,
)
from okpay.identity.rules import Scope
from okpay.kernel import clock
from okpay.kernel.ids import encode
from okpay.kernel.money import asset_of
from okpay.wallets import queries
from okpay.wallets.models import PREFIXES, RecordKind
from okpay.wallets.past import BalanceThen, balances_as_of
from okpay.wallets.queries import Balance, Choice, RecordLine
from okpay.wallets.states import RecordState

RECORD_PREFIXES = tuple(PREFIXES.values())


def _balance(balance: Balance) -> BalanceShown:
    return BalanceShown(
        currency=balance.asset.code,
        posted=amount_of(balance.posted),
        held=amount_of(balance.held),
        available=amount_of(balance.available),
        outgoing_left_today=amount_of(balance.remaining_today),
    )


def _balance_then(balance: BalanceThen) -> BalanceShown:
    return BalanceShown(
        currency=balance.asset.code,
        posted=amount_of(balance.posted),
        held=amount_of(balance.held),
        available=amount_of(balance.available),
        outgoing_left_today=None,
    )


@endpoint(
    "GET",
    "/v1/balances",
    scope=Scope.WALLET_READ,
    tag="wallet",
    summary=_("Read balances"),
    description=_(
        "What is there in each currency, or was there at `as_of`; held money cannot be spent. "
        "Before a wallet's first movement it is zero. About the last 15 seconds an answer may "
        "still change; about any earlier moment it never does."
    ),
    refusals=("moment_in_future",),
)
def list_balances(call: Call, query: BalanceQuery) -> Balances:
    """Return the caller's balances, now or at a past moment."""
    now = clock.now()
    if query.as_of is not None:
        then = balances_as_of(call.caller.person_id, query.as_of, now)
        return Balances([_balance_then(balance) for balance in then], query.as_of)
    found = queries.balances(call.caller.person_id, now)
    return Balances([_balance(balance) for balance in found])


def line_fields(line: RecordLine) -> dict[str, Any]:
    """Return what lists and details show of a record."""
    other = line.counterparty_id
    return {
        "id": line.public_id,
        "type": line.kind,
        "direction": line.direction,
        "status": line.state.name.lower(),
        "amount": amount_of(line.money),
        "fee": amount_of(line.fee),
        "counterparty": Party(encode("cus", other) if other else None, line.counterparty),
        "memo": line.memo,
        "created_at": line.created_at,
        "completed_at": line.completed_at,
    }


def choice_of(query: BookedQuery) -> Choice:
    """Read what every list of booked money can be narrowed by.

    Raises:
        UnsupportedAssetError: no such currency.
    """
    return Choice(
        state=RecordState[query.status.upper()] if query.status else None,
        asset=asset_of(query.currency) if query.currency else None,
        since=query.created_gte,
        until=query.created_lt,
    )


@endpoint(
    "GET",
    "/v1/records",
    scope=Scope.WALLET_READ,
    tag="wallet",
    summary=_("List records"),
    description=_("Every movement of money, newest first."),
    refusals=("invalid_cursor", "currency_not_supported"),
)
def list_records(call: Call, query: RecordQuery) -> Listed[RecordShown]:
    """Return one page of records."""
    choice = replace(
        choice_of(query),
        kind=RecordKind[query.kind.upper()] if query.kind else None,
        direction=query.direction or "",
        search=query.q or "",
    )

    def fetch(
        *, older_than: UUID | None, newer_than: UUID | None, limit: int
    ) -> Sequence[RecordLine]:
        found = queries.records(
            call.caller.person_id, choice, before=older_than, after=newer_than, limit=limit
        )
        return found[::-1] if newer_than else found

    window = window_of(query, *RECORD_PREFIXES)
    rows, more, follow = read_page(window, fetch, lambda line: line.id)
    return Listed([RecordShown(**line_fields(line)) for line in rows], more, follow)


@endpoint(
    "GET",
    "/v1/records/{id}",
    scope=Scope.WALLET_READ,
    tag="wallet",
    summary=_("Read a record"),
    description=_("With its history, its number in the book and the balance after it."),
    prefixes=RECORD_PREFIXES,
)
def read_record(call: Call, id: UUID) -> RecordDetailShown:  # noqa: A002 — the name in the address
    """Return one record."""
    detail = queries.record_detail(call.caller.person_id, id)
    if detail is None:
        raise ResourceNotFoundError
    after = detail.balance_after
    return RecordDetailShown(
        **line_fields(detail.line),
        counterparty_address_masked=detail.counterparty_address,
        sequence=detail.sequence,
        balance_after=amount_of(after) if after is not None else None,
        timeline=[StepShown(step.code, step.at, step.state) for step in detail.steps],
    )
