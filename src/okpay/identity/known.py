"""What the room above knows of a person's document: digits made of it are refused, a name must fit.

Identity may not import the real-name check; it registers here in its `apps.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from uuid import UUID

    Facts = Callable[[UUID], tuple[date | None, str]]
    Fits = Callable[[UUID, str], bool]

_sources: Final[list[Facts]] = []
_names: Final[list[Fits]] = []


def on_facts(source: Facts) -> None:
    """Register who knows birthday and document number; registering twice counts once."""
    if source not in _sources:
        _sources.append(source)


def facts_of(person_id: UUID) -> list[tuple[date | None, str]]:
    """Return each known pair of birthday (or None) and document number (or "")."""
    return [source(person_id) for source in _sources]


def on_name(check: Fits) -> None:
    """Register who knows the checked name, and whether another writing is the same one."""
    if check not in _names:
        _names.append(check)


def name_fits(person_id: UUID, name: str) -> bool:
    """Whether a name may stand beside "real name checked"; any does where none was checked."""
    return all(check(person_id, name) for check in _names)
