"""Small pure pieces that the deciders share."""

from __future__ import annotations

from okpay.kernel.money import BY_NUMBER, Money
from okpay.payments.engine.commands import Outcome


def refused(code: str, **params: str | int) -> Outcome:
    """Refuse with a code of the catalogue; nothing is written but, later, the answer."""
    return Outcome(result="refused", code=code, params=params)


def words(asset: int, minor: int) -> tuple[str, str]:
    """Write an amount for a message: decimal text and currency code."""
    money = Money(BY_NUMBER[asset], minor)
    return money.decimal_string(), money.asset.code


def child_id(record: str, number: int) -> str:
    """Id of a further leg of one command: the record's id with its last digits turned.

    Deterministic, so that deciding again gives the same rows; time-ordered like its parent.
    """
    tail = (int(record[-8:], 16) ^ (0x5A5A0000 + number)) & 0xFFFFFFFF
    return f"{record[:-8]}{tail:08x}"
