"""What the room above knows of a person's document, for refusing digits that are made of it.

Identity may not import the real-name check; it registers here in its `apps.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from uuid import UUID

    Facts = Callable[[UUID], tuple[date | None, str]]

_sources: Final[list[Facts]] = []


def on_facts(source: Facts) -> None:
    """Register who knows birthday and document number; registering twice counts once."""
    if source not in _sources:
        _sources.append(source)


def facts_of(person_id: UUID) -> list[tuple[date | None, str]]:
    """Return each known pair of birthday (or None) and document number (or "")."""
    return [source(person_id) for source in _sources]
