"""Who acts, and by which way they came in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class Actor:
    """The person (or the system) on whose behalf an operation runs."""

    person_id: UUID | None
    kind: Literal["person", "staff", "system"]
    via: Literal["web", "api", "job", "cli"]
    session: str = ""
    token_id: UUID | None = None
    token_made_at: datetime | None = None

    def require_person(self) -> UUID:
        """Return the person's id; a system actor here is a bug, so it raises."""
        if self.person_id is None:
            message = "this operation needs a person"
            raise PermissionError(message)
        return self.person_id


SYSTEM: Final = Actor(person_id=None, kind="system", via="job")
