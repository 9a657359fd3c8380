"""The figures as data: written, read, checked, compared; and put in force from the database."""

from __future__ import annotations

import itertools
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from okpay.limits.errors import FiguresInvalidError
from okpay.limits.levels import (
    LEVELS,
    TOP,
    Feature,
    Level,
    Limit,
    Table,
    put_in_force,
    version_in_force,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MOST: Final = 1_000_000  # units: about a hundred million yuan
# What levels may differ in: what an operation asks of them. The rest belongs to every level.
GATED: Final = frozenset({Feature.PAYOUTS})
AMOUNTS: Final = (
    "limit.payment", "limit.day", "limit.month", "careful.payment", "careful.day",
    "careful.month", "large", "new_payee",
)  # fmt: skip


def to_json(levels: Mapping[int, Level]) -> dict[str, Any]:
    """Write levels as plain JSON: whole units, features in the order of their names."""
    return {
        str(number): {**asdict(level), "features": sorted(level.features)}
        for number, level in levels.items()
    }


def from_json(data: Mapping[str, Any]) -> dict[int, Level]:
    """Read what `to_json` wrote."""
    return {
        int(number): Level(
            Limit(**one["limit"]), Limit(**one["careful"]), one["large"], one["new_payee"],
            frozenset(map(Feature, one["features"])),
        )
        for number, one in data.items()
    }  # fmt: skip


def amount_of(level: Level, name: str) -> int:
    """Return one of `AMOUNTS`, in units."""
    group, _, part = name.partition(".")
    found: int = getattr(getattr(level, group), part) if part else getattr(level, group)
    return found


def check(levels: Mapping[int, Level]) -> None:
    """Refuse figures that cannot hold together.

    Raises:
        FiguresInvalidError: a level is missing, an amount is none, a payment may be more than a
            day or a day more than a month, care raises a limit, a higher level has less than a
            lower, or a feature that belongs to every level is missing.
    """
    if set(levels) != set(range(TOP + 1)):
        raise FiguresInvalidError
    for level in levels.values():
        amounts = [amount_of(level, name) for name in AMOUNTS]
        sound = all(0 < amount <= MOST for amount in amounts) and level.new_payee <= level.large
        if not (sound and _nested(level) and level.features >= set(Feature) - GATED):
            raise FiguresInvalidError
    for low, high in itertools.pairwise(levels[number] for number in sorted(levels)):
        falls = any(amount_of(low, name) > amount_of(high, name) for name in AMOUNTS)
        if falls or not low.features <= high.features:
            raise FiguresInvalidError


def _nested(level: Level) -> bool:
    limit, careful = level.limit, level.careful
    rises = all(one.payment <= one.day <= one.month for one in (limit, careful))
    parts = (careful.payment <= limit.payment, careful.day <= limit.day)
    return rises and all(parts) and careful.month <= limit.month


def changes(
    before: Mapping[int, Level], after: Mapping[int, Level]
) -> Iterator[tuple[int, str, object, object]]:
    """Yield level, name, old and new of every amount and gated feature that differs."""
    for number in sorted(after):
        old, new = before[number], after[number]
        for name in AMOUNTS:
            if amount_of(old, name) != amount_of(new, name):
                yield number, name, amount_of(old, name), amount_of(new, name)
        for feature in sorted(GATED):
            if (feature in old.features) != (feature in new.features):
                yield number, str(feature), feature in old.features, feature in new.features


def newest() -> Table:
    """Read the figures that hold, from the database; those of the product when none stand there."""
    from okpay.limits.models import Figures  # noqa: PLC0415 — read before the models are loaded

    row = Figures.objects.order_by("-version").first()
    return Table(row.version, from_json(row.levels)) if row else Table(0, LEVELS)


def refresh(seen: int | None = None) -> None:
    """Put the newest figures in force; with `seen`, only when that version is newer than ours."""
    if seen is None or seen > version_in_force():
        put_in_force(newest())
