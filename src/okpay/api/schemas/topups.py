"""Money that comes in by card."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from okpay.api.pages import DEFAULT, Limit, Place
from okpay.api.schemas.common import Amount, Currency, Decimal

Status = Literal[
    "created",
    "redirected",
    "processing",
    "unknown",
    "confirmed",
    "succeeded",
    "declined",
    "canceled",
]


class NewTopUp(msgspec.Struct, forbid_unknown_fields=True):
    """How much the balance is to grow by."""

    amount: Decimal
    currency: Currency


class TopUpQuery(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Which top-ups to read."""

    limit: Limit = DEFAULT
    cursor: Place | None = None
    starting_after: Place | None = None


class TopUpShown(msgspec.Struct):
    """A top-up. The payer opens `card_page` in a browser; card numbers never come here."""

    id: str
    type: Literal["top_up"]
    status: Status
    amount: Amount
    fee: Amount
    total: Amount
    source: str
    decline_code: str
    card_page: str | None
    created_at: datetime
    finished_at: datetime | None
