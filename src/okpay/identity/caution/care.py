"""The care that is taken of a person's payments, and whom it stops: pure, for the engine too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(slots=True, frozen=True)
class Care:
    """Until when care is taken, since when, and until when for a changed credential.

    The last two are None where nothing is known or nothing of the kind happened.
    """

    until: datetime
    since: datetime | None = None
    changed_until: datetime | None = None

    def lets(self, token_made_at: datetime | None, now: datetime) -> bool:
        """Whether a token made then goes on paying, within the lower limits, without more.

        Only one that is older than this care, where it was begun by new devices alone: whoever has
        just come in cannot have made it. In the app (None) every payment is confirmed twice.
        """
        if token_made_at is None or self.since is None or token_made_at >= self.since:
            return False
        return self.changed_until is None or self.changed_until <= now
