"""Where the rooms above hang in: what stands in the way, and what belongs in a copy."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from uuid import UUID

    from okpay.kernel.money import Money


class Way(StrEnum):
    """What can stand in the way of closing."""

    BALANCE = "balance"
    HELD = "held"
    INCOMING = "incoming"
    FROZEN = "frozen"
    TICKETS = "tickets"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing that stands in the way: how much of what, or how many."""

    way: Way
    money: Money | None = None
    count: int = 0


Rows = "Callable[[UUID], Iterable[dict[str, object]]]"
obstacles: Final[list[Callable[[UUID], list[Obstacle]]]] = []
sections: Final[dict[str, Callable[[UUID], Iterable[dict[str, object]]]]] = {}


def register_obstacles(find: Callable[[UUID], list[Obstacle]]) -> None:
    """Register who knows of something in the way; registering twice counts once."""
    if find not in obstacles:
        obstacles.append(find)


def register_section(name: str, rows: Callable[[UUID], Iterable[dict[str, object]]]) -> None:
    """Register a part of the copy: plain rows with the same names; no secret in any."""
    sections[name] = rows
