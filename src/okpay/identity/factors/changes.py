"""What every change of second factors has in common: a name, a row of the audit trail, notices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from okpay.identity import hooks
from okpay.identity.caution import Cause, begin
from okpay.identity.factors.errors import FactorNotAddedError
from okpay.identity.factors.models import NAME_LENGTH
from okpay.identity.hooks import SecurityEvent, SecurityNews
from okpay.kernel import audit
from okpay.kernel.ids import encode

if TYPE_CHECKING:
    from datetime import datetime

    from okpay.kernel.actor import Actor


def named(name: str) -> str:
    """Return the name in one line.

    Raises:
        FactorNotAddedError: there is none, or it is too long.
    """
    text = " ".join(name.split())
    if not 0 < len(text) <= NAME_LENGTH or not text.isprintable():
        raise FactorNotAddedError
    return text


def note(actor: Actor, event: SecurityEvent, now: datetime, *, kind: str, **params: str) -> None:
    """Write a change down and tell its owner, in the caller's transaction."""
    person_id = actor.require_person()
    audit.record(
        actor=actor,
        action=f"identity.{event}",
        subject=encode("cus", person_id),
        data={"kind": kind},
        now=now,
    )
    hooks.tell(SecurityNews(person_id, event, now, params))


def added(actor: Actor, name: str, kind: str, now: datetime) -> None:
    """Note a new second factor; payments are watched more closely for a day."""
    note(actor, SecurityEvent.FACTOR_ADDED, now, kind=kind, factor=name)
    begin(person_id=actor.require_person(), cause=Cause.FACTOR_ADDED, now=now)


def removed(actor: Actor, name: str, kind: str, now: datetime) -> None:
    """Note that a second factor is gone; payments are watched more closely for a day."""
    note(actor, SecurityEvent.FACTOR_REMOVED, now, kind=kind, factor=name)
    begin(person_id=actor.require_person(), cause=Cause.FACTOR_REMOVED, now=now)
