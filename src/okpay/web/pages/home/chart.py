"""The balance of the last days as a drawing: pure, whole numbers only, no script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from okpay.kernel.money import Money
from okpay.web import typeset

WIDTH: Final = 300
HEIGHT: Final = 100
LABELS: Final = 5
STEPS: Final = (1, 2, 4, 5, 10)


@dataclass(frozen=True, slots=True)
class Point:
    """One day in words, for the table that screen readers get."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """What the drawing needs: two paths, the two marks of the axis, the labels, the table."""

    code: str
    line: str
    area: str
    top: str
    middle: str
    labels: list[str]
    points: list[Point]


def draw(days: Sequence[tuple[datetime, Money]]) -> Chart | None:
    """Draw one balance a day, oldest first; None when there is nothing to see."""
    if len(days) < 2 or not any(money.minor for _, money in days):  # noqa: PLR2004 — a line has two ends
        return None
    asset = days[0][1].asset
    top = ceiling(max(money.minor for _, money in days), 10**asset.decimals)
    spots = [_spot(index, len(days), money.minor, top) for index, (_, money) in enumerate(days)]
    line = "M" + "L".join(spots)
    return Chart(
        code=asset.code,
        line=line,
        area=f"{line}V{HEIGHT}H0Z",
        top=typeset.figure(Money(asset, top)).whole,
        middle=_half(Money(asset, top)),
        labels=_labels([day for day, _ in days]),
        points=[Point(f"{day:%Y-%m-%d}", typeset.figure(money).plain()) for day, money in days],
    )


def ceiling(highest: int, unit: int) -> int:
    """Round up to 1, 2, 4, 5 or 10 times a power of ten, at least two whole units."""
    power = unit
    while highest > 10 * power:
        power *= 10
    return max(next(step * power for step in STEPS if step * power >= highest), 2 * unit)


def _half(top: Money) -> str:
    figure = typeset.figure(Money(top.asset, top.minor // 2))
    return figure.whole if not figure.fraction.strip(".0") else figure.whole + figure.fraction


def _spot(index: int, count: int, minor: int, top: int) -> str:
    across = WIDTH * index * 10 // (count - 1)
    down = HEIGHT * 10 - HEIGHT * 10 * max(minor, 0) // top
    return f"{_tenths(across)} {_tenths(down)}"


def _tenths(value: int) -> str:
    return f"{value // 10}.{value % 10}"


def _labels(days: Sequence[datetime]) -> list[str]:
    chosen = [days[(len(days) - 1) * index // (LABELS - 1)] for index in range(LABELS)]
    return [f"{day.month}/{day.day}" for day in dict.fromkeys(chosen)]
