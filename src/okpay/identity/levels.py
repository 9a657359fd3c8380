"""How well a person is known: 0 e-mail and phone, 1 real name by a document, 2 also by a second.

What each level may do is data of `limits`; who decides is the room above (`kyc`). Whoever must act
when a level changes (money that waits, notices) registers here in its `apps.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import transaction

from okpay.identity.models import Person
from okpay.kernel import audit
from okpay.kernel.afterwards import attempt_after_commit
from okpay.kernel.ids import encode

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime
    from uuid import UUID

    from okpay.kernel.actor import Actor

HIGHEST: Final = 2


@dataclass(frozen=True, slots=True)
class LevelChange:
    """A person's level went from one to another; `until` is the last day of what proved it."""

    person_id: UUID
    old: int
    new: int
    until: date | None
    at: datetime


_listeners: Final[list[Callable[[LevelChange], None]]] = []


def on_level(listener: Callable[[LevelChange], None]) -> None:
    """Register who is told after the commit; registering twice counts once."""
    if listener not in _listeners:
        _listeners.append(listener)


def set_level(
    *, actor: Actor, person_id: UUID, level: int, until: date | None, now: datetime
) -> bool:
    """Set a person's level, in the caller's transaction; the caller has decided that it may be.

    Args:
        actor: who decided: staff, or the system when a document ran out.
        person_id: whose.
        level: 0 to 2.
        until: the last day on which it is proven, None without an end. The caller's job lowers it.
        now: the moment.

    Returns:
        Whether it changed; the same level again changes nothing and tells nobody.

    Raises:
        ValueError: there is no such level.
        Person.DoesNotExist: there is no such person.
    """
    if not 0 <= level <= HIGHEST:
        raise ValueError(level)
    with transaction.atomic():
        person = Person.objects.select_for_update().only("level").get(pk=person_id)
        if person.level == level:
            return False
        old = person.level
        Person.objects.filter(pk=person_id).update(level=level)
        audit.record(
            actor=actor,
            action="identity.level.set",
            subject=encode("cus", person_id),
            data={"from": old, "to": level, "until": until.isoformat() if until else None},
            now=now,
        )
        change = LevelChange(person_id, old, level, until, now)
        for listener in _listeners:
            attempt_after_commit(listener, change)
    return True
