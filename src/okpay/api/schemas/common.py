"""Shapes that several endpoints share."""

from __future__ import annotations

from typing import Annotated, Generic, TypeVar

import msgspec

from okpay.kernel.money import Money, asset_of, parse_amount

Item = TypeVar("Item")

Decimal = Annotated[
    str,
    msgspec.Meta(
        max_length=48,
        pattern=r"^(0|[1-9][0-9]*)(\.[0-9]+)?$",
        description="A plain decimal in the major unit, at most the currency's decimals.",
        examples=["36.50"],
    ),
]
Currency = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[A-Z]{3}$", description="The currency or asset code.", examples=["CNY"]
    ),
]
Memo = Annotated[str, msgspec.Meta(max_length=140, description="A note for both sides.")]
Alias = Annotated[
    str,
    msgspec.Meta(
        min_length=3, max_length=254, description="A verified e-mail, or a phone as E.164."
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
