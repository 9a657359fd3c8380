"""What each level may do and how much of it: data, and the pure questions asked of it.

`LEVELS` is what the product comes with. Staff change it by four eyes (`changes`); the versions
stand in the database, and every process puts the newest in force with its next batch (`figures`).

Amounts are whole units of about 100 yuan in each asset, so that one table serves all of them.

Where the figures come from. The People's Bank of China's measures for online payment of non-bank
institutions (Announcement [2015] No. 43) know three classes of payment accounts: class I, checked
by one outside channel, may spend 1,000 yuan in all (art. 11); and a payment that is verified by
two factors without a digital certificate counts towards 5,000 yuan a day, one by fewer than two
towards 1,000 (art. 24). Level 0 and care take the 1,000, "large" begins at the 5,000. They are
read as limits of one payment, a day and a month, which those measures do not: the figures are
sensible after them, and no claim that they satisfy them. An operator sets his own here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

TOP: Final = 2

# One unit in the smallest unit of each asset. Keys are ISO 4217 numbers; ETH is 9001.
UNIT: Final[Mapping[int, int]] = {
    156: 10_000,
    840: 1_500,
    978: 1_500,
    392: 2_000,
    344: 10_000,
    414: 5_000,
    9001: 5 * 10**15,
}


class Feature(StrEnum):
    """What a level may or may not do at all."""

    TOP_UP = "top_up"
    SEND = "send"
    RECEIVE = "receive"
    REQUEST = "request"
    TOKENS = "tokens"
    PAYOUTS = "payouts"


@dataclass(frozen=True, slots=True)
class Limit:
    """The most that may leave for others, in the asset's smallest unit or in units."""

    payment: int
    day: int
    month: int


@dataclass(frozen=True, slots=True)
class Level:
    """One level: its limits, those while care is taken, and from where a payment is asked twice.

    More than `large`, or more than `new_payee` to somebody never paid before, asks for a second
    proof. All in units.
    """

    limit: Limit
    careful: Limit
    large: int
    new_payee: int
    features: frozenset[Feature]


_EVERYBODY: Final = frozenset(
    {Feature.TOP_UP, Feature.SEND, Feature.RECEIVE, Feature.REQUEST, Feature.TOKENS}
)
LEVELS: Final[Mapping[int, Level]] = {
    0: Level(Limit(10, 10, 10), Limit(5, 5, 10), 10, 10, _EVERYBODY),
    1: Level(Limit(200, 200, 2_000), Limit(10, 10, 2_000), 50, 20, _EVERYBODY | {Feature.PAYOUTS}),
    2: Level(Limit(500, 500, 5_000), Limit(20, 20, 5_000), 100, 50, _EVERYBODY | {Feature.PAYOUTS}),
}
# What a region has otherwise, by region (ISO 3166) and level. Empty: none has its own figures yet.
REGIONS: Final[dict[tuple[str, int], Level]] = {}


@dataclass(frozen=True, slots=True)
class Table:
    """The figures in force in this process: version 0 is `LEVELS`, later ones staff decided."""

    version: int
    levels: Mapping[int, Level]

    @property
    def least(self) -> int:
        """The smallest amount that is asked twice for a new payee alone."""
        found = (*self.levels.values(), *REGIONS.values())
        return min((one.new_payee for one in found if one.new_payee < one.large), default=0)


_table = Table(0, LEVELS)
_least = _table.least


def version_in_force() -> int:
    """Return which figures this process decides by."""
    return _table.version


def put_in_force(table: Table) -> None:
    """Decide by these figures from now on; older than those in force are passed over."""
    global _table, _least
    if table.version > _table.version:
        _table, _least = table, table.least


def rules_of(level: int, region: str = "") -> Level:
    """Return what holds for a level in a region."""
    return REGIONS.get((region, level)) or _table.levels[max(0, min(level, TOP))]


def limit_of(*, asset: int, level: int, careful: bool, region: str = "") -> Limit:
    """Return the limits of an asset, in its smallest unit; one without a unit has none."""
    rules, unit = rules_of(level, region), UNIT.get(asset, 0)
    units = rules.careful if careful else rules.limit
    return Limit(units.payment * unit, units.day * unit, units.month * unit)


def is_large(*, asset: int, amount: int, level: int, region: str = "") -> bool:
    """Whether a payment of this amount asks for a second proof, whoever receives it."""
    return amount > rules_of(level, region).large * UNIT.get(asset, 0)


def is_much_for_new(*, asset: int, amount: int, level: int, region: str = "") -> bool:
    """Whether it asks for a second proof because its payee was never paid before."""
    return amount > rules_of(level, region).new_payee * UNIT.get(asset, 0)


def may_be_much_for_new(*, asset: int, amount: int) -> bool:
    """Whether there is a level at which this is much for a new payee, without being large there.

    Cheap: it tells the many small payments for which nobody has to be looked up.
    """
    return amount > _least * UNIT.get(asset, 0)


def may(feature: Feature, *, level: int, region: str = "") -> bool:
    """Whether a level may do this at all."""
    return feature in rules_of(level, region).features
