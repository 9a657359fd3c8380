"""How money and times are written for people. Pure: the same input gives the same text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext, pgettext

from okpay.kernel.money import Money

HOME_ASSET: Final = "CNY"
MINUS: Final = "\N{MINUS SIGN}"
SHOWN_DECIMALS: Final = 8  # zeros beyond these are left out; a digit that counts never is
DIGITAL_FROM: Final = 9001  # digital assets carry the code after the number, no symbol


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount in the pieces that the look sets apart. `fraction` includes its point."""

    symbol: str
    whole: str
    fraction: str
    code: str

    def plain(self) -> str:
        """One line of text: `¥12,846.30`, `$318.75 USD`."""
        return f"{self.symbol}{self.whole}{self.fraction}" + (f" {self.code}" if self.code else "")


def figure(money: Money) -> Figure:
    """Take an amount apart, without its sign: thousands in commas, the asset's own decimals."""
    whole, _, fraction = Money(money.asset, abs(money.minor)).decimal_string().partition(".")
    if len(fraction) > SHOWN_DECIMALS:
        fraction = fraction[:SHOWN_DECIMALS] + fraction[SHOWN_DECIMALS:].rstrip("0")
    return Figure(
        symbol=money.asset.symbol if money.asset.number < DIGITAL_FROM else "",
        whole=f"{int(whole):,}",
        fraction=f".{fraction}" if fraction else "",
        code="" if money.asset.code == HOME_ASSET else money.asset.code,
    )


def sign_of(money: Money, sign: str) -> str:
    """Return `+`, U+2212 or nothing; a negative amount always shows its minus."""
    if sign == "in" and money.minor >= 0:
        return "+"
    return MINUS if sign == "out" or money.minor < 0 else ""


def day(moment: datetime, today: datetime) -> str:
    """Return the day as people write it: 今天, 昨天, 11月21日; with the year in another year."""
    age = (timezone.localtime(today).date() - timezone.localtime(moment).date()).days
    if age == 0:
        return gettext("Today")
    if age == 1:
        return gettext("Yesterday")
    return date(moment, today)


def date(moment: datetime, today: datetime) -> str:
    """Return the date: 11月21日 or 21 Nov, with the year when it is not this year's."""
    local = timezone.localtime(moment)
    parts = {
        "day": local.day,
        "month": local.month,
        "year": local.year,
        "name": _month(local.month),
    }
    if local.year == timezone.localtime(today).year:
        # Translators: a date such as "21 Nov"; %(month)s is the month's number.
        return pgettext("date", "%(day)s %(name)s") % parts
    # Translators: a date such as "21 Nov 2026"; %(month)s is the number of the month.
    return pgettext("date", "%(day)s %(name)s %(year)s") % parts


def clock_time(moment: datetime) -> str:
    """Return the time of day in 24 hours."""
    return timezone.localtime(moment).strftime("%H:%M")


def full(moment: datetime) -> str:
    """Return date and time to the second, for receipts: 2026-11-21 12:41:07."""
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M:%S")


def when(moment: datetime, today: datetime, style: str = "row") -> str:
    """Write a moment: `row` (今天 12:41), `day`, `date`, `time`, `full`."""
    if style == "row":
        return f"{day(moment, today)} {clock_time(moment)}"
    if style in {"day", "date"}:
        return day(moment, today) if style == "day" else date(moment, today)
    return clock_time(moment) if style == "time" else full(moment)


def _month(number: int) -> str:
    names = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    return names[number - 1]
