"""What every change in the security centre has in common: the audit trail, and its owner told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from okpay.identity import guards, hooks
from okpay.identity.hooks import SecurityNews
from okpay.kernel import audit
from okpay.kernel.ids import encode

if TYPE_CHECKING:
    from datetime import datetime

    from okpay.identity.hooks import SecurityEvent
    from okpay.identity.safety.models import MailWord, SecurityQuestion
    from okpay.kernel.actor import Actor


def note(*, actor: Actor, action: str, event: SecurityEvent, now: datetime) -> None:
    """Write a change down and tell its owner, in the caller's transaction."""
    person_id = actor.require_person()
    audit.record(actor=actor, action=action, subject=encode("cus", person_id), data={}, now=now)
    hooks.tell(SecurityNews(person_id, event, now))


def remove(
    rows: type[MailWord | SecurityQuestion],
    *,
    actor: Actor,
    action: str,
    event: SecurityEvent,
    now: datetime,
) -> None:
    """Take what the person chose out of the world; doing it twice changes nothing.

    Raises:
        AccountFrozenError: the person may only read.
    """
    person = guards.acting_person(actor)
    with transaction.atomic(durable=True):
        if rows.objects.filter(person_id=person.id).delete()[0]:
            note(actor=actor, action=action, event=event, now=now)
