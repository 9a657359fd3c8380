"""Where sessions are kept: opaque keys, hashed at rest, idle and absolute ends.

The framework's session engine (`SESSION_ENGINE`). The cookie holds a random key; the table holds
its SHA-256, so a copy of the database opens no session. Deleting the row ends it at once.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import timedelta
from typing import Any, Final

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from okpay.kernel.crypto import HOUSE, CryptoError, seal_often
from okpay.kernel.crypto.fields import SealedBytes

log = logging.getLogger(__name__)
IDLE: Final = timedelta(minutes=15)
IDLE_BEFORE_SIGN_IN: Final = timedelta(hours=1)  # a sign-up waits for its mail
ABSOLUTE: Final = timedelta(hours=12)
TOUCH: Final = timedelta(seconds=30)
CLIENT_KEY: Final = "okpay_client"


def digest_of(key: str) -> str:
    """Return what the table keeps of a key."""
    return hashlib.sha256(key.encode()).hexdigest()


def alive() -> Q:
    """Select sessions that are neither idle too long nor too old."""
    now = timezone.now()
    signed_in = Q(person__isnull=False, last_seen_at__gt=now - IDLE)
    waiting = Q(person__isnull=True, last_seen_at__gt=now - IDLE_BEFORE_SIGN_IN)
    return Q(expires_at__gt=now) & (signed_in | waiting)


class SessionStore(SessionBase):
    """One browser's session. Real time, not the sandbox clock: a cookie ages with its browser."""

    def load(self) -> dict[str, Any]:
        """Read the session, or start an empty one when it is unknown, idle or too old."""
        from okpay.identity.models import Session  # noqa: PLC0415 — engines load before apps

        key = self.session_key or ""
        row = Session.objects.filter(alive(), digest=digest_of(key)).first() if key else None
        if row is None:
            self._session_key = None
            return {}
        now = timezone.now()
        if now - row.last_seen_at > TOUCH:
            Session.objects.filter(pk=row.pk).update(last_seen_at=now)
        try:
            loaded: dict[str, Any] = self.decode(row.data)
        except CryptoError:  # of another installation, or a key that is gone: nobody is signed in
            log.exception("the session %s cannot be opened", row)
            return {}
        return loaded

    def exists(self, session_key: str) -> bool:
        """Whether a live session has this key."""
        from okpay.identity.models import Session  # noqa: PLC0415 — engines load before apps

        return Session.objects.filter(alive(), digest=digest_of(session_key)).exists()

    def create(self) -> None:
        """Take a fresh key and write an empty row under it."""
        while True:
            self._session_key = self._get_new_session_key()  # type: ignore[attr-defined]  # no stub
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 — the framework's form
        """Write the session; a row that was revoked meanwhile is not written again.

        Raises:
            CreateError: the key is taken.
            UpdateError: the session was ended by somebody while the request ran.
        """
        from okpay.identity.models import Session  # noqa: PLC0415 — engines load before apps

        if self.session_key is None:
            self.create()
            return
        digest = digest_of(self.session_key)
        fields = self._fields(digest, self._get_session(no_load=must_create))  # type: ignore[attr-defined]  # no stub
        if not must_create:
            if not Session.objects.filter(digest=digest).update(**fields):
                raise UpdateError
            return
        now = timezone.now()
        try:
            with transaction.atomic():
                Session.objects.create(
                    digest=digest, created_at=now, expires_at=now + ABSOLUTE, **fields
                )
        except IntegrityError as taken:
            raise CreateError from taken

    def _fields(self, digest: str, data: dict[str, Any]) -> dict[str, Any]:
        client = data.get(CLIENT_KEY) or {}
        plain = self.encode(data).encode()
        sealed = seal_often(
            HOUSE, table="identity_session", column="data_sealed", row=digest, plain=plain
        )
        return {
            "data": SealedBytes(sealed),
            "person_id": data.get(SESSION_KEY),
            "device": client.get("device", ""),
            "user_agent": client.get("user_agent", ""),
            "address": client.get("address"),
            "last_seen_at": timezone.now(),
        }

    def delete(self, session_key: str | None = None) -> None:
        """End a session at once."""
        from okpay.identity.models import Session  # noqa: PLC0415 — engines load before apps

        key = session_key or self.session_key
        if key:
            Session.objects.filter(digest=digest_of(key)).delete()

    @classmethod
    def clear_expired(cls) -> None:
        """Remove what has ended; run by a job."""
        from okpay.identity.models import Session  # noqa: PLC0415 — engines load before apps

        Session.objects.exclude(alive()).delete()
