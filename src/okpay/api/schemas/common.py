"""Shapes that several endpoints share."""

from __future__ import annotations

from typing import Annotated, Generic, TypeVar

import msgspec
from django.utils.translation import gettext_noop

from okpay.kernel.money import ASSETS, Money, asset_of, parse_amount
from okpay.payments.memos import MAX_MEMO

Item = TypeVar("Item")

# Form and currency of amounts are judged by `money_of`, which answers with codes of their own.
Decimal = Annotated[
    str,
    msgspec.Meta(
        description=gettext_noop(
            "A plain decimal in the major unit, at most the currency's decimals."
        ),
        extra_json_schema={"pattern": r"^(0|[1-9][0-9]*)(\.[0-9]+)?$", "maxLength": 44},
    ),
]
Currency = Annotated[
    str,
    msgspec.Meta(
        description=gettext_noop("The code of a currency or asset."),
        extra_json_schema={"enum": [*ASSETS]},
    ),
]
Memo = Annotated[
    str,
    msgspec.Meta(
        max_length=MAX_MEMO,
        description=gettext_noop("A note for both sides; card numbers in it are masked."),
    ),
]
Alias = Annotated[
    str,
    msgspec.Meta(
        min_length=3,
        max_length=254,
        description=gettext_noop("A verified e-mail, or a phone as E.164."),
    ),
]


class Amount(msgspec.Struct, frozen=True):
    """Money: a decimal string and the code of its currency; never a JSON number."""

    amount: str
    currency: str


class Listed(msgspec.Struct, Generic[Item]):
    """One page of a list, newest first."""

    data: list[Item]
    has_more: bool
    next_cursor: str | None


def amount_of(money: Money) -> Amount:
    """Write money for the wire."""
    return Amount(money.decimal_string(), money.asset.code)


def money_of(amount: str, currency: str) -> Money:
    """Read money from the wire.

    Raises:
        UnsupportedAssetError: no such currency.
        InvalidAmountError: not a positive decimal with at most the currency's decimals.
    """
    return parse_amount(amount, asset_of(currency))
