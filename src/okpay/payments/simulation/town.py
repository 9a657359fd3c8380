"""Who lives in the town."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from okpay.payments.engine.state import PersonFacts

if TYPE_CHECKING:
    from okpay.payments.engine.memory import MemoryBook
    from okpay.payments.simulation.dice import Dice

SHOPS: Final = 40  # people for each shop
LANDLORDS: Final = 60
NEWCOMERS: Final = 50  # of a hundred newcomers each day brings some
FRIENDS: Final = 6


@dataclass(slots=True)
class Town:
    """Ids by what their people do; newcomers have an address before they have a wallet."""

    people: list[str] = field(default_factory=list)
    shops: list[str] = field(default_factory=list)
    landlords: list[str] = field(default_factory=list)
    newcomers: list[PersonFacts] = field(default_factory=list)

    def friend_of(self, place: int, dice: Dice) -> str:
        """One of the few whom the person at this place knows; never themselves."""
        step = 1 + (place * 7919 + dice.below(FRIENDS) * 104_729) % (len(self.people) - 1)
        return self.people[(place + step) % len(self.people)]


def settle(book: MemoryBook, dice: Dice, people: int) -> Town:
    """Enter everybody. At least ten people, so that there are shops and friends."""
    town = Town()
    for place in range(people):
        one = _person(dice, place)
        if place % NEWCOMERS == NEWCOMERS - 1:
            town.newcomers.append(one)
            continue
        book.enrol(one)
        town.people.append(one.id)
        if place % SHOPS == 1:
            town.shops.append(one.id)
        elif place % LANDLORDS == 2:  # noqa: PLR2004 — beside the shops
            town.landlords.append(one.id)
    town.landlords = town.landlords or town.shops
    return town


def _person(dice: Dice, place: int) -> PersonFacts:
    return PersonFacts(dice.uuid(), "*", 1, f"p{place}@town.example", "")
