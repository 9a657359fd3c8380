"""Taking every second factor out of force, when an owner takes a stolen account back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from okpay.identity.factors import changes
from okpay.identity.factors.models import AuthenticatorApp, MessageFactor, Passkey, RecoveryCode
from okpay.identity.factors.queries import enrolled
from okpay.identity.models import Person

if TYPE_CHECKING:
    from datetime import datetime

    from okpay.kernel.actor import Actor


def remove_all(*, actor: Actor, now: datetime) -> list[str]:
    """Remove passkeys, apps, codes by message and recovery codes; returns the names of what was.

    No face calls this: the caller has proven that the owner acts, who is frozen and so can remove
    nothing one by one. It is told once for all of them. Doing it again changes nothing.

    Args:
        actor: the owner.
        now: the moment.
    """
    person_id = actor.require_person()
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person_id)
        names = [one.name for one in enrolled(person_id)]
        for rows in (Passkey, AuthenticatorApp, MessageFactor, RecoveryCode):
            rows.objects.filter(person_id=person_id).delete()
        if names:
            changes.removed(actor, ", ".join(names), "all", now)
    return names
