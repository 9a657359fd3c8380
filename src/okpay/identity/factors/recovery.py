"""Ten recovery codes, for the day on which phone and passkeys are gone. Each opens once."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from django.db import transaction

from okpay.identity import guards
from okpay.identity.factors import attempts, changes
from okpay.identity.factors.errors import FactorNotAddedError
from okpay.identity.factors.models import RecoveryCode
from okpay.identity.factors.queries import has_second, recovery_left
from okpay.identity.hashing import keyed_digest
from okpay.identity.hooks import SecurityEvent
from okpay.identity.models import Person
from okpay.kernel.actor import Actor

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

COUNT: Final = 10
LENGTH: Final = 10  # letters: 50 bits, behind a budget of five tries
LETTERS: Final = "abcdefghjkmnpqrstuvwxyz023456789"  # 32; no i, l, o or 1, which look alike


def _fresh() -> str:
    text = "".join(secrets.choice(LETTERS) for _place in range(LENGTH))
    return f"{text[:5]}-{text[5:]}"


def _digest(person_id: UUID, code: str) -> str:
    plain = "".join(sign for sign in code.lower() if sign.isalnum())
    return keyed_digest("recovery", str(person_id), plain)


def make_codes(*, actor: Actor, now: datetime) -> list[str]:
    """Return ten new codes, for the only time; every older one is worthless from here on.

    Raises:
        FactorNotAddedError: the person has no second factor that could be lost.
        AccountFrozenError: the person may only read.
    """
    person = guards.acting_person(actor)
    if not has_second(person.id):
        raise FactorNotAddedError
    made = [_fresh() for _number in range(COUNT)]
    with transaction.atomic(durable=True):
        Person.objects.select_for_update().get(pk=person.id)
        RecoveryCode.objects.filter(person=person).delete()
        RecoveryCode.objects.bulk_create(
            RecoveryCode(person=person, digest=_digest(person.id, code), created_at=now)
            for code in made
        )
        changes.note(actor, SecurityEvent.RECOVERY_CODES_MADE, now, kind="recovery")
    return made


def verify_recovery(*, person_id: UUID, code: str, now: datetime, device: str = "") -> None:
    """Return when this is an unused recovery code; it is used up, and its owner is told.

    Call it outside a transaction: the try is committed first.

    Raises:
        FactorWrongError, FactorLockedError: see `attempts.spend`.
    """
    digest = _digest(person_id, code)
    rows = RecoveryCode.objects.filter(person_id=person_id, digest=digest, used_at=None)
    attempts.spend(
        person_id=person_id, device=device, now=now, check=lambda: rows.update(used_at=now) == 1
    )
    actor = Actor(person_id=person_id, kind="person", via="web")
    with transaction.atomic():
        changes.note(
            actor,
            SecurityEvent.RECOVERY_CODE_USED,
            now,
            kind="recovery",
            left=str(recovery_left(person_id)),
        )
