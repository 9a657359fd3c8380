"""Browsers a person has signed in from: listed, and forgotten."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import transaction

from okpay.identity import hooks
from okpay.identity.hooks import SecurityEvent, SecurityNews
from okpay.identity.models import KnownDevice, Session
from okpay.identity.safety import history
from okpay.identity.safety.errors import DeviceNotFoundError
from okpay.identity.safety.models import Result, SignIn
from okpay.identity.sessions import alive
from okpay.kernel import audit
from okpay.kernel.ids import encode

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from okpay.identity.safety.history import Attempt
    from okpay.kernel.actor import Actor

MOST: Final = 50


@dataclass(frozen=True, slots=True)
class Known:
    """A known browser; `last` is None where it was used before the history was kept."""

    id: int
    first_seen_at: datetime
    last_seen_at: datetime
    last: Attempt | None
    this: bool


def known_devices(person_id: UUID, *, cookie: str) -> list[Known]:
    """List the browsers that count as known, the latest used first; `cookie` is of this one."""
    mine = hashlib.sha256(cookie.encode()).hexdigest() if cookie else ""
    rows = KnownDevice.objects.filter(person_id=person_id).order_by("-last_seen_at", "-id")[:MOST]
    last = history.latest_of(person_id, [row.digest for row in rows])
    return [
        Known(row.pk, row.first_seen_at, row.last_seen_at, last.get(row.digest), row.digest == mine)
        for row in rows
    ]


def forget_device(*, actor: Actor, device_id: int, now: datetime) -> int:
    """Treat a browser as new from now on and sign it out; returns how many sessions ended.

    Raises:
        DeviceNotFoundError: none of theirs (somebody else's looks the same).
    """
    person_id = actor.require_person()
    with transaction.atomic(durable=True):
        row = KnownDevice.objects.filter(pk=device_id, person_id=person_id).first()
        if row is None:
            raise DeviceNotFoundError
        used = SignIn.objects.filter(person_id=person_id, device=row.digest, result=Result.OK)
        clients = list(used.exclude(client="").values_list("client", flat=True).distinct())
        live = Session.objects.filter(alive(), person_id=person_id, device__in=clients)
        ended = live.delete()[0]
        KnownDevice.objects.filter(pk=row.pk).delete()
        _record(actor, now, ended)
        if ended:
            params = {"count": str(ended)}
            hooks.tell(SecurityNews(person_id, SecurityEvent.SESSIONS_REVOKED, now, params))
    return ended


def _record(actor: Actor, now: datetime, ended: int) -> None:
    audit.record(
        actor=actor,
        action="identity.device.forgotten",
        subject=encode("cus", actor.require_person()),
        data={"sessions_ended": ended},
        now=now,
    )
