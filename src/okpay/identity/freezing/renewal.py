"""New credentials after a theft, chosen by their owner who has proven everything there is.

Whoever stole the account may have added ways in of their own: a new password alone would leave them
there, and would lock the owner out. So all of them go, and the owner adds theirs anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from allauth.account.models import EmailAddress
from django.db import transaction

from okpay.identity import payment_passwords, sign_ins, tries
from okpay.identity.factors import clearing
from okpay.identity.freezing import recovery as attempts
from okpay.identity.freezing.models import Recovery
from okpay.identity.hashing import hash_pin
from okpay.identity.hooks import SecurityEvent
from okpay.identity.models import KnownDevice, Person
from okpay.identity.safety import clearing as chosen_before
from okpay.kernel import audit
from okpay.kernel.ids import encode

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from okpay.kernel.actor import Actor

CLEARED: Final = "freezing.recovery.ways_in_cleared"
MOST_DEVICES: Final = 20  # whose days are kept for staff


def choose_password(*, recovery_id: UUID, password: str, now: datetime) -> None:
    """Choose a new sign-in password; nobody is signed in by it, and every other way in goes.

    Raises:
        RecoveryOverError, RecoveryProofError: see `recovery.fully_proven`.
        ValidationError: too easy to guess, or one of the last five.
    """
    recovery, person = attempts.fully_proven(recovery_id, now)
    sign_ins.refuse_unfit(person=person, password=password)
    with transaction.atomic():
        clear_ways_in(recovery=recovery, person=person, now=now)
        sign_ins.set_password(
            actor=attempts.owner_of(recovery),
            password=password,
            keep_session="",
            reset=True,
            now=now,
        )
        Recovery.objects.filter(pk=recovery.pk).update(password_at=now)


def clear_ways_in(*, recovery: Recovery, person: Person, now: datetime) -> None:
    """Remove every second factor and known browser, a waiting e-mail change, word and questions.

    Call it with an attempt that is fully proven. What the browsers were stays in the audit trail,
    for staff. Doing it again changes nothing.
    """
    clear_all(actor=attempts.owner_of(recovery), person=person, source=str(recovery), now=now)


def clear_all(*, actor: Actor, person: Person, source: str, now: datetime) -> None:
    """As `clear_ways_in`, for whoever has proven otherwise that they own it; `source` names how."""
    with transaction.atomic():
        names = clearing.remove_all(actor=actor, now=now)
        chosen = chosen_before.remove_all(actor=actor, now=now)
        devices = KnownDevice.objects.filter(person=person).order_by("-last_seen_at")
        seen = [
            {"first": row.first_seen_at.isoformat(), "last": row.last_seen_at.isoformat()}
            for row in devices[:MOST_DEVICES]
        ]
        devices.delete()
        waiting = EmailAddress.objects.filter(user=person, verified=False)
        emails = waiting.exclude(email=person.email).delete()[0]
        person.wanted_email = ""
        person.save(update_fields=["wanted_email"])
        if not (names or seen or emails or chosen):
            return
        audit.record(
            actor=actor,
            action=CLEARED,
            subject=encode("cus", person.id),
            data={
                "recovery": source,
                "factors": len(names),
                "devices": seen,
                "email_changes": emails,
                "chosen": chosen,
            },
            now=now,
        )


def choose_payment_password(*, recovery_id: UUID, pin: str, now: datetime) -> None:
    """Choose new six digits; they confirm nothing before the account is opened again.

    Raises:
        RecoveryOverError, RecoveryProofError: see `recovery.fully_proven`.
        WeakPaymentPasswordError: not six digits, or too easy to guess.
    """
    recovery, person = attempts.fully_proven(recovery_id, now)
    payment_passwords.refuse_weak(person, pin)
    digest = hash_pin(person.id, pin)
    with transaction.atomic(durable=True):
        Person.objects.select_for_update().get(pk=person.id)
        payment_passwords.store(
            attempts.owner_of(recovery), person, digest,
            SecurityEvent.PAYMENT_PASSWORD_CHANGED, now, recovery=str(recovery),
        )  # fmt: skip
        Recovery.objects.filter(pk=recovery.pk).update(pin_at=now)
    tries.forgive(tries.PAYMENT_PASSWORD, str(person.id))
