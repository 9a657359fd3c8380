"""What a witness must be able to do. It never has to do with money."""

from __future__ import annotations

from typing import Protocol


class WitnessError(RuntimeError):
    """The checkpoint was not taken; it is offered again later."""


class Witness(Protocol):
    """Somebody else's memory of how the log stood."""

    def keep(self, note: str) -> None:
        """Hand over one signed checkpoint; the same one may come again.

        Raises:
            WitnessError: it was not taken, or nobody knows.
        """
