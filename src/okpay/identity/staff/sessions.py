"""Sessions of the console: short, of their own, and asked of the database at every request.

Real time, not the sandbox clock: a cookie ages with its browser.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Q

from okpay.identity.staff.models import StaffSession

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

IDLE: Final = timedelta(minutes=15)
IDLE_BEFORE_PROOF: Final = timedelta(minutes=10)  # between the password and the second factor
ABSOLUTE: Final = timedelta(hours=10)
TOUCH: Final = timedelta(seconds=30)


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def alive(now: datetime) -> Q:
    """Select sessions that are neither idle too long nor too old."""
    proven = Q(proven_at__isnull=False, last_seen_at__gt=now - IDLE)
    halfway = Q(proven_at__isnull=True, created_at__gt=now - IDLE_BEFORE_PROOF)
    return Q(expires_at__gt=now) & (proven | halfway)


def begin(*, person_id: UUID, user_agent: str, address: str | None, now: datetime) -> str:
    """Start a session that opens nothing yet, and return its key; only a digest is kept."""
    key = secrets.token_urlsafe(32)
    StaffSession.objects.create(
        digest=_digest(key),
        person_id=person_id,
        challenge=secrets.token_bytes(32),
        user_agent=user_agent[:200],
        address=address or None,
        created_at=now,
        last_seen_at=now,
        expires_at=now + ABSOLUTE,
    )
    return key


def find(key: str, now: datetime) -> StaffSession | None:
    """Return the live session of a key, with its person, and note that it was used."""
    if not key:
        return None
    rows = StaffSession.objects.select_related("person")
    session = rows.filter(alive(now), digest=_digest(key)).first()
    if session is not None and now - session.last_seen_at > TOUCH:
        StaffSession.objects.filter(pk=session.pk).update(last_seen_at=now)
    return session


def prove(session: StaffSession, now: datetime) -> str:
    """Open the console to a session whose second factor was shown, under a new key."""
    key = secrets.token_urlsafe(32)
    StaffSession.objects.filter(pk=session.pk, proven_at__isnull=True).update(
        digest=_digest(key), proven_at=now, last_seen_at=now, challenge=None
    )
    return key


def end(session: StaffSession) -> None:
    """End a session at once."""
    StaffSession.objects.filter(pk=session.pk).delete()


def end_all(person_id: UUID) -> int:
    """End every session of a person at the console; returns how many."""
    return StaffSession.objects.filter(person_id=person_id).delete()[0]


def tidy(now: datetime) -> int:
    """Delete what has ended; returns how many."""
    return StaffSession.objects.exclude(alive(now)).delete()[0]
