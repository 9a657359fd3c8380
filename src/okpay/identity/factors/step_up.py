"""Whether the person in a session has shown a moment ago that it is them.

The mark lives in the session's own data, on the server. A sign-in sets it, and the page that asks
once more. Whoever has a second factor must have shown that one: a password alone is not fresh
for them.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.contrib.auth import SESSION_KEY

from okpay.identity.factors.queries import has_second
from okpay.identity.models import Session
from okpay.identity.sessions import digest_of
from okpay.kernel import clock

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase

MARK: Final = "okpay_step_up"
FRESH: Final = timedelta(minutes=5)
SETTLES: Final = timedelta(minutes=1)


def is_fresh(session: SessionBase, now: datetime) -> bool:
    """Whether this session's person was confirmed less than five minutes ago.

    Args:
        session: the request's session.
        now: the moment, by the clock that faces use.
    """
    person, mark = session.get(SESSION_KEY, ""), session.get(MARK) or {}
    if not person or mark.get("person") != person:
        return False
    at = datetime.fromtimestamp(mark["at"], UTC)
    if not at <= now < at + FRESH:
        return False
    return bool(mark["second"]) or not has_second(UUID(person))


def began_just_now(session: SessionBase) -> bool:
    """Whether this session's person signed in less than five minutes ago, in whatever way."""
    now = clock.now() - clock.offset()  # sessions age by the world's time
    rows = Session.objects.filter(digest=digest_of(session.session_key or ""))
    return rows.filter(created_at__gt=now - FRESH, person_id__isnull=False).exists()


def mark(session: SessionBase, *, person_id: UUID, second: bool, now: datetime) -> None:
    """Remember that the person was confirmed; `second` says that it was by a second factor."""
    session[MARK] = {"person": str(person_id), "at": now.timestamp(), "second": second}


def forget(session: SessionBase) -> None:
    """Ask again before the next change."""
    session.pop(MARK, None)


def rotate(session: SessionBase) -> None:
    """Give the session a new key; when it began and when it must end stay what they were.

    For a minute the old key opens an empty session of nobody: a request that was under way with
    it (the service worker's, say) would otherwise be told to drop the cookie, and so the new one.
    """
    old = Session.objects.filter(digest=digest_of(session.session_key or "")).first()
    session.cycle_key()
    if old is None:
        return
    Session.objects.filter(digest=digest_of(session.session_key or "")).update(
        created_at=old.created_at, expires_at=old.expires_at
    )
    now = clock.now() - clock.offset()  # sessions age by the world's time
    Session.objects.create(
        digest=old.digest,
        data=session.encode({}),
        created_at=now,
        last_seen_at=now,
        expires_at=now + SETTLES,
    )


def strengthen(session: SessionBase) -> None:
    """Note that a second factor was shown just now, by adding it; the five minutes stay."""
    if MARK in session:
        session[MARK] = {**session[MARK], "second": True}
