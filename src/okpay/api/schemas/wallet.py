"""Balances and records."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from django.utils.translation import gettext_noop

from okpay.api.pages import PageQuery
from okpay.api.schemas.common import Amount, Currency

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Kind = Literal["transfer", "top_up", "purchase", "refund", "exchange", "adjustment"]
Status = Literal["completed", "pending", "canceled", "expired", "declined"]


class BalanceShown(msgspec.Struct):
    """What is there in one currency. `available` is `posted` less `held`.

    `outgoing_left_today` is null for a moment in the past.
    """

    currency: str
    posted: Amount
    held: Amount
    available: Amount
    outgoing_left_today: Amount | None


class Balances(msgspec.Struct):
    """Every currency that this wallet has used. `as_of` is null for now."""

    data: list[BalanceShown]
    as_of: datetime | None = None


class BalanceQuery(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """As of when to read balances."""

    as_of: (
        Annotated[
            datetime,
            msgspec.Meta(
                tz=True,
                description=gettext_noop(
                    "A moment in the past: what was there after the last movement up to it."
                ),
            ),
        ]
        | None
    ) = None


class BookedQuery(PageQuery, kw_only=True, forbid_unknown_fields=True):
    """What every list of booked money can be narrowed by."""

    status: (
        Annotated[Status, msgspec.Meta(description=gettext_noop("Only this status."))] | None
    ) = None
    currency: Currency | None = None
    created_gte: (
        Annotated[
            datetime,
            msgspec.Meta(tz=True, description=gettext_noop("Created at this moment or later.")),
        ]
        | None
    ) = msgspec.field(name="created[gte]", default=None)
    created_lt: (
        Annotated[
            datetime, msgspec.Meta(tz=True, description=gettext_noop("Created before this moment."))
        ]
        | None
    ) = msgspec.field(name="created[lt]", default=None)


class RecordQuery(BookedQuery, kw_only=True, forbid_unknown_fields=True):
    """Which records to read."""

    kind: Annotated[Kind, msgspec.Meta(description=gettext_noop("Only this kind."))] | None = None
    direction: (
        Annotated[
            Literal["in", "out"],
            msgspec.Meta(description=gettext_noop("Only money that came in, or went out.")),
        ]
        | None
    ) = None
    q: (
        Annotated[
            str,
            msgspec.Meta(
                min_length=1,
                max_length=60,
                description=gettext_noop(
                    "Searches masked names, notes, labels, amounts and whole record numbers."
                ),
            ),
        ]
        | None
    ) = None


class Party(msgspec.Struct):
    """Somebody else, as much of them as you may see."""

    id: str | None
    name_masked: str


class StepShown(msgspec.Struct):
    """One step of a record's history."""

    code: str
    at: datetime | None
    state: str


class RecordShown(msgspec.Struct, kw_only=True):
    """One movement of money, from the side of this wallet."""

    id: str
    type: Kind
    direction: Literal["in", "out"]
    status: Status
    amount: Amount
    fee: Amount
    counterparty: Party
    memo: str
    created_at: datetime
    completed_at: datetime | None


class RecordDetailShown(RecordShown, kw_only=True):
    """A record with its place in the book and its history."""

    counterparty_address_masked: str
    sequence: int | None
    balance_after: Amount | None
    timeline: list[StepShown]
