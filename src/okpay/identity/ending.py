"""Ending every way in that a person's thief may hold: browsers and access tokens, at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from okpay.identity import hooks
from okpay.identity.hooks import SecurityEvent, SecurityNews
from okpay.identity.models import AccessToken, Session
from okpay.kernel import audit
from okpay.kernel.ids import encode

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from okpay.kernel.actor import Actor


def end_tokens(*, actor: Actor, person_id: UUID, now: datetime) -> int:
    """Revoke every access token of a person, in the caller's transaction; returns how many.

    Each is written down and told by its name, so that its owner knows what will stop working.
    """
    live = AccessToken.objects.filter(
        person_id=person_id, revoked_at__isnull=True, expires_at__gt=now
    )
    tokens = list(live.select_for_update().order_by("pk"))
    AccessToken.objects.filter(pk__in=[token.pk for token in tokens]).update(revoked_at=now)
    for token in tokens:
        audit.record(
            actor=actor,
            action=f"identity.{SecurityEvent.TOKEN_REVOKED}",
            subject=encode("tok", token.id),
            data={"scopes": token.scopes},
            now=now,
        )
        params = {"name": token.name, "tail": token.tail}
        hooks.tell(SecurityNews(person_id, SecurityEvent.TOKEN_REVOKED, now, params))
    return len(tokens)


def end_all_access(*, actor: Actor, person_id: UUID, now: datetime) -> None:
    """End every session and every access token of a person, when their account is frozen.

    Safe inside a transaction; doing it again changes nothing. Signing in anew stays possible: a
    frozen person may read.

    Args:
        actor: who froze; staff, the system, or the person.
        person_id: whose access ends.
        now: the moment.
    """
    with transaction.atomic():
        ended = Session.objects.filter(person_id=person_id).delete()[0]
        revoked = end_tokens(actor=actor, person_id=person_id, now=now)
        if not ended and not revoked:
            return
        audit.record(
            actor=actor,
            action="identity.access.ended",
            subject=encode("cus", person_id),
            data={"sessions": ended, "tokens": revoked},
            now=now,
        )
