"""Sign-in passwords, sessions and devices: changed, ended, recognised."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from okpay.identity import ending, hooks, tries
from okpay.identity.caution import Cause, begin
from okpay.identity.errors import SessionNotFoundError
from okpay.identity.hooks import SecurityEvent, SecurityNews
from okpay.identity.models import KnownDevice, PastPassword, Person, Session
from okpay.identity.passwords import PAST_KEPT
from okpay.identity.sessions import digest_of
from okpay.identity.user_agents import describe
from okpay.kernel import audit
from okpay.kernel.ids import encode

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from okpay.kernel.actor import Actor


def was_used(*, person_id: UUID, password: str) -> bool:
    """Whether this is one of the person's last five sign-in passwords."""
    past = PastPassword.objects.filter(person_id=person_id).order_by("-created_at", "-id")
    return any(check_password(password, row.encoded) for row in past[:PAST_KEPT])


def refuse_unfit(*, person: Person, password: str) -> None:
    """Return when this may become the person's sign-in password.

    Raises:
        ValidationError: too easy to guess, or one of the last five.
    """
    validate_password(password, person)
    if was_used(person_id=person.id, password=password):
        raise ValidationError(
            _("You used this password before. Choose a new one."), code="password_used"
        )


def set_password(
    *, actor: Actor, password: str, keep_session: str, reset: bool, now: datetime
) -> None:
    """Store a new sign-in password and end every other session at once.

    One that was forgotten ends the access tokens as well: whoever had the old one may have made
    some.

    Args:
        actor: whose password it is.
        password: already checked against the policy.
        keep_session: the key of the session that stays, "" to end all.
        reset: whether it was forgotten (told in other words, and the sign-in lock is lifted).
        now: the moment.
    """
    person_id = actor.require_person()
    encoded = make_password(password)
    event = SecurityEvent.PASSWORD_RESET if reset else SecurityEvent.PASSWORD_CHANGED
    with transaction.atomic():
        Person.objects.filter(pk=person_id).update(password=encoded)
        PastPassword.objects.create(person_id=person_id, encoded=encoded, created_at=now)
        kept = PastPassword.objects.filter(person_id=person_id).order_by("-created_at", "-id")
        ids = list(kept.values_list("pk", flat=True)[:PAST_KEPT])
        PastPassword.objects.filter(person_id=person_id).exclude(pk__in=ids).delete()
        ended = _end(person_id, keep_session)
        revoked = ending.end_tokens(actor=actor, person_id=person_id, now=now) if reset else 0
        _record(actor, event, now, sessions_ended=ended, tokens_revoked=revoked)
        begin(
            person_id=person_id,
            cause=Cause.PASSWORD_RESET if reset else Cause.PASSWORD_CHANGED,
            now=now,
        )
        hooks.tell(SecurityNews(person_id, event, now))
    if reset:
        tries.forgive(tries.SIGN_IN, str(person_id))


def _end(person_id: UUID, keep_session: str) -> int:
    others = Session.objects.filter(person_id=person_id)
    if keep_session:
        others = others.exclude(digest=digest_of(keep_session))
    return others.delete()[0]


def _record(actor: Actor, event: str, now: datetime, **data: object) -> None:
    subject = encode("cus", actor.require_person())
    audit.record(actor=actor, action=f"identity.{event}", subject=subject, data=data, now=now)


def end_session(*, actor: Actor, session_id: UUID, now: datetime) -> None:
    """End one session of the person who acts; its browser is out with its next click.

    Raises:
        SessionNotFoundError: none of theirs (somebody else's looks the same).
    """
    person_id = actor.require_person()
    with transaction.atomic(durable=True):
        mine = Session.objects.filter(pk=session_id, person_id=person_id)
        if not mine.delete()[0]:
            raise SessionNotFoundError
        _record(actor, SecurityEvent.SESSIONS_REVOKED, now, count=1)
        hooks.tell(SecurityNews(person_id, SecurityEvent.SESSIONS_REVOKED, now, {"count": "1"}))


def end_other_sessions(*, actor: Actor, keep_session: str, now: datetime) -> int:
    """End all sessions of the person but one; returns how many ended."""
    person_id = actor.require_person()
    with transaction.atomic(durable=True):
        count = _end(person_id, keep_session)
        if count:
            _record(actor, SecurityEvent.SESSIONS_REVOKED, now, count=count)
            params = {"count": str(count)}
            hooks.tell(SecurityNews(person_id, SecurityEvent.SESSIONS_REVOKED, now, params))
    return count


def note_sign_in(
    *, actor: Actor, device: str, user_agent: str, address: str, now: datetime
) -> bool:
    """Remember the browser of a sign-in; a new one is told to the person.

    Args:
        actor: who signed in.
        device: the secret of the device cookie; only its SHA-256 is kept.
        user_agent: as the browser names itself.
        address: the IP address.
        now: the moment.

    Returns:
        Whether the browser is new to a person who has others.
    """
    from okpay.identity.leaving.operations import undo as undo_closing  # noqa: PLC0415 — it ends sessions

    person_id = actor.require_person()
    digest = hashlib.sha256(device.encode()).hexdigest()
    with transaction.atomic():
        had_others = KnownDevice.objects.filter(person_id=person_id).exists()
        _row, created = KnownDevice.objects.update_or_create(
            person_id=person_id,
            digest=digest,
            defaults={"last_seen_at": now},
            create_defaults={"first_seen_at": now, "last_seen_at": now},
        )
        _record(actor, "signed_in", now, new_device=created)
        undo_closing(actor=actor, now=now)
        hooks.signed_in(person_id, now)
        if created and had_others:
            begin(person_id=person_id, cause=Cause.NEW_DEVICE, now=now)
            params = {"device": str(describe(user_agent)) or "—", "address": address}
            event = SecurityEvent.SIGNED_IN_NEW_DEVICE
            hooks.tell(SecurityNews(person_id, event, now, params))
    return created and had_others
