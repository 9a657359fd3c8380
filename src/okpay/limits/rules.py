"""How much may leave a wallet: the pure questions asked of a limit (the figures: `levels`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from datetime import datetime

    from okpay.limits.levels import Limit

ZONE: Final = ZoneInfo("Asia/Shanghai")  # days and months of limits are counted here
Period = Literal["payment", "day", "month"]


@dataclass(frozen=True, slots=True)
class Passed:
    """The limit that a payment would pass, in the smallest unit."""

    period: Period
    limit: int


def day_and_month(now: datetime) -> tuple[int, int]:
    """Number the local day (proleptic ordinal) and month (years × 12 + month) of `now`."""
    local = now.astimezone(ZONE)
    return local.toordinal(), local.year * 12 + local.month


def passed_limit(*, limit: Limit, amount: int, spent_day: int, spent_month: int) -> Passed | None:
    """Tell which limit `amount` would pass, the smallest period first; None when none."""
    if amount > limit.payment:
        return Passed("payment", limit.payment)
    if spent_day + amount > limit.day:
        return Passed("day", limit.day)
    if spent_month + amount > limit.month:
        return Passed("month", limit.month)
    return None


def remaining_today(*, limit: Limit, spent_day: int, spent_month: int) -> int:
    """What may still leave today, in the smallest unit; never negative."""
    return max(0, min(limit.payment, limit.day - spent_day, limit.month - spent_month))
