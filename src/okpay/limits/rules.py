"""How much may leave a wallet: limits by level, as data, and the pure question asked of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from datetime import datetime

ZONE: Final = ZoneInfo("Asia/Shanghai")  # days and months of limits are counted here
Period = Literal["payment", "day", "month"]


@dataclass(frozen=True, slots=True)
class Limit:
    """The most that may leave, in the asset's smallest unit."""

    payment: int
    day: int
    month: int


# Before the real-name check (level 0). Keys are ISO 4217 numbers; ETH is 9001.
LEVEL_0: Final[dict[int, Limit]] = {
    156: Limit(2_000_000, 2_000_000, 20_000_000),
    840: Limit(300_000, 300_000, 3_000_000),
    978: Limit(300_000, 300_000, 3_000_000),
    392: Limit(400_000, 400_000, 4_000_000),
    344: Limit(2_000_000, 2_000_000, 20_000_000),
    414: Limit(1_000_000, 1_000_000, 10_000_000),
    9001: Limit(10**18, 10**18, 10**19),
}


@dataclass(frozen=True, slots=True)
class Passed:
    """The limit that a payment would pass, in the smallest unit."""

    period: Period
    limit: int


def day_and_month(now: datetime) -> tuple[int, int]:
    """Number the local day (proleptic ordinal) and month (years × 12 + month) of `now`."""
    local = now.astimezone(ZONE)
    return local.toordinal(), local.year * 12 + local.month


def passed_limit(*, asset: int, amount: int, spent_day: int, spent_month: int) -> Passed | None:
    """Tell which limit `amount` would pass, the smallest period first; None when none."""
    limit = LEVEL_0[asset]
    if amount > limit.payment:
        return Passed("payment", limit.payment)
    if spent_day + amount > limit.day:
        return Passed("day", limit.day)
    if spent_month + amount > limit.month:
        return Passed("month", limit.month)
    return None


def remaining_today(*, asset: int, spent_day: int, spent_month: int) -> int:
    """What may still leave today, in the smallest unit; never negative."""
    limit = LEVEL_0[asset]
    return max(0, min(limit.payment, limit.day - spent_day, limit.month - spent_month))
