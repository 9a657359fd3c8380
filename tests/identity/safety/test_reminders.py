"""Reminders are calm: due after half a year, put off for a month, and a tip only once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from okpay.identity.models import PastPassword
from okpay.identity.safety import reminders


def aged(person: Any, days: int, now: datetime) -> None:
    PastPassword.objects.filter(person_id=person.id).update(created_at=now - timedelta(days=days))


def test_a_password_is_due_after_half_a_year(
    enrol: Any, actor_of: Callable[[UUID], Any], now: datetime
) -> None:
    person = enrol()
    seen = []
    for days in (0, 179, 180, 400):
        aged(person, days, now)
        seen.append(reminders.password_is_due(person.id, now))
    assert seen == [False, False, True, True]
    reminders.put_password_off(actor=actor_of(person.id), now=now)
    later = [now, now + timedelta(days=29), now + timedelta(days=30)]
    assert [reminders.password_is_due(person.id, at) for at in later] == [False, False, True]


def test_the_tip_is_put_away_for_good(
    enrol: Any, actor_of: Callable[[UUID], Any], now: datetime
) -> None:
    person, other = enrol(), enrol()
    assert reminders.tip_is_new(person.id) is True
    reminders.put_password_off(actor=actor_of(person.id), now=now)
    assert reminders.tip_is_new(person.id) is True
    reminders.put_tip_away(actor=actor_of(person.id), now=now)
    reminders.put_tip_away(actor=actor_of(person.id), now=now + timedelta(days=1))
    assert (reminders.tip_is_new(person.id), reminders.tip_is_new(other.id)) == (False, True)
