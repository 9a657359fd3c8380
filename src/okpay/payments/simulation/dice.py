"""Chance from a seed: the same on every machine and in every run."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Whole numbers only, from the raw bits of the generator, so that no version rounds anew."""

    def __init__(self, seed: int) -> None:
        """Begin at the seed."""
        self._bits = random.Random(seed).getrandbits  # noqa: S311 — a game, not a secret

    def below(self, bound: int) -> int:
        """Return a number from 0 to `bound` − 1."""
        return self._bits(32) % bound

    def between(self, low: int, high: int) -> int:
        """Return a number from `low` to `high`, both included."""
        return low + self.below(high - low + 1)

    def chance(self, of_thousand: int) -> bool:
        """Tell whether something happens that does so `of_thousand` times in 1,000."""
        return self.below(1000) < of_thousand

    def pick(self, choices: Sequence[T]) -> T:
        """Choose one."""
        return choices[self.below(len(choices))]

    def uuid(self) -> str:
        """Return the text of an id."""
        text = f"{self._bits(128):032x}"
        return f"{text[:8]}-{text[8:12]}-7{text[13:16]}-8{text[17:20]}-{text[20:]}"
