"""Calm reminders: an old password, and once what to mind in public networks. Nothing is forced."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction

from okpay.identity import queries
from okpay.identity.safety.models import PutOff

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from okpay.kernel.actor import Actor

OLD: Final = timedelta(days=180)
PUT_OFF: Final = timedelta(days=30)


def password_age(person_id: UUID, now: datetime) -> timedelta | None:
    """Return how old the sign-in password is, or None where nobody wrote it down."""
    changed = queries.password_changed_at(person_id)
    return now - changed if changed is not None else None


def password_is_due(person_id: UUID, now: datetime) -> bool:
    """Whether to remind of the password: older than 180 days, and not put off."""
    age = password_age(person_id, now)
    if age is None or age < OLD:
        return False
    return not PutOff.objects.filter(person_id=person_id, password_until__gt=now).exists()


def put_password_off(*, actor: Actor, now: datetime) -> None:
    """Do not remind of the password for 30 days."""
    PutOff.objects.update_or_create(
        person_id=actor.require_person(), defaults={"password_until": now + PUT_OFF}
    )


def tip_is_new(person_id: UUID) -> bool:
    """Whether the person has not yet put the tip about public networks away."""
    return not PutOff.objects.filter(person_id=person_id, network_tip_at__isnull=False).exists()


@transaction.atomic
def put_tip_away(*, actor: Actor, now: datetime) -> None:
    """Do not show the tip about public networks by itself any more; it stays in the guide."""
    row, _created = PutOff.objects.get_or_create(person_id=actor.require_person())
    if row.network_tip_at is None:
        PutOff.objects.filter(pk=row.pk).update(network_tip_at=now)
