"""How much may be adjusted by hand. Data, not code."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from okpay.kernel.money import Money, parse_amount

DAY: Final = timedelta(hours=24)

# The most of one currency that one member of staff may propose within 24 hours, decimal; what was
# declined, withdrawn or ran out does not count. Whatever is more is no correction by hand.
A_DAY: Final[dict[str, str]] = {
    "CNY": "50000.00",
    "HKD": "55000.00",
    "USD": "7000.00",
    "EUR": "6500.00",
    "JPY": "1000000",
    "KWD": "2000.000",
    "ETH": "2.000000000000000000",
}


def cap_of(money: Money) -> Money:
    """Return the cap in the currency of an amount; nothing where none is written down."""
    text = A_DAY.get(money.asset.code)
    return parse_amount(text, money.asset) if text else Money(money.asset, 0)
