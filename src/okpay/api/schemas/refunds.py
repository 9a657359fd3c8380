"""Money that goes back to whom it came from."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from django.utils.translation import gettext_noop

from okpay.api.pages import PageQuery
from okpay.api.schemas.common import Amount, Currency, Decimal, Memo
from okpay.api.schemas.wallet import Party, Status


class NewRefund(msgspec.Struct, forbid_unknown_fields=True):
    """How much of a received payment goes back, in its own currency."""

    amount: Decimal
    currency: Currency
    memo: Memo = ""


class RefundShown(msgspec.Struct, kw_only=True):
    """A refund. `payment` is what it gives back; your own side of payer and payee is null."""

    id: str
    type: Literal["refund"] = "refund"
    status: Status
    payment: Annotated[
        str, msgspec.Meta(description=gettext_noop("The id of the payment that this gives back."))
    ]
    direction: Literal["in", "out"]
    amount: Amount
    payee: Party | None
    payer: Party | None
    memo: str
    created_at: datetime
    balance_after: Amount | None


class RefundQuery(PageQuery, kw_only=True, forbid_unknown_fields=True):
    """Where in the refunds of one payment to read."""
