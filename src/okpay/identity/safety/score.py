"""The score of the security centre: a pure sum over what is done, each part with its worth.

It is an invitation, not a grade: nothing is refused and nothing priced by it. What an installation
does not offer counts neither way, so that everybody can reach 100.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

FULL: Final = 100


class Part(StrEnum):
    """What counts. Order of the list is the order in which it is recommended."""

    CONTACTS = "contacts"
    PAYMENT_PASSWORD = "payment_password"  # noqa: S105 — the name of a part
    SECOND_FACTOR = "second_factor"
    PASSKEY = "passkey"
    FRESH_PASSWORD = "fresh_password"  # noqa: S105 — the name of a part
    MAIL_WORD = "mail_word"
    REAL_NAME = "real_name"


WORTH: Final[dict[Part, int]] = {
    Part.CONTACTS: 15,
    Part.PAYMENT_PASSWORD: 20,
    Part.SECOND_FACTOR: 25,
    Part.PASSKEY: 10,
    Part.FRESH_PASSWORD: 10,
    Part.MAIL_WORD: 10,
    Part.REAL_NAME: 10,
}
LEVELS: Final = (50, 80)  # from here on fair, from here on good


@dataclass(frozen=True, slots=True)
class Item:
    """One part: what it is worth in points of 100, and whether it is done."""

    part: Part
    points: int
    done: bool


@dataclass(frozen=True, slots=True)
class Score:
    """The sum, its items in order, and the first that is not done."""

    total: int
    items: tuple[Item, ...]

    @property
    def next(self) -> Item | None:
        """What to do next; None when all is done."""
        return next((item for item in self.items if not item.done), None)

    @property
    def level(self) -> str:
        """How the dial is drawn: low, fair, good."""
        fair, good = LEVELS
        return "good" if self.total >= good else "fair" if self.total >= fair else "low"


def score(done: dict[Part, bool]) -> Score:
    """Add up what is done; parts that are missing from `done` are not offered here.

    The points of the offered parts are spread over 100 by largest remainder, so that items add up
    to the total exactly.
    """
    offered = [part for part in Part if part in done]
    points = _spread([WORTH[part] for part in offered])
    items = tuple(
        Item(part, worth, done[part]) for part, worth in zip(offered, points, strict=True)
    )
    return Score(sum(item.points for item in items if item.done), items)


def _spread(worths: list[int]) -> list[int]:
    """Scale whole numbers to a sum of 100."""
    whole = sum(worths)
    if not whole:
        return []
    floors = [worth * FULL // whole for worth in worths]
    rests = sorted(range(len(worths)), key=lambda at: (-(worths[at] * FULL % whole), at))
    for at in rests[: FULL - sum(floors)]:
        floors[at] += 1
    return floors
