"""Where rooms above this one hang in: notices tell people, the engine hears of new facts.

Identity may import neither notices nor the engine; they register here in their `apps.py`.
News and text messages leave after the commit, and a listener that fails is logged and undoes nothing.
Holder changes are heard inside the transaction: a confirmation bound to the old facts must be void
from the very moment they change.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from django.db import transaction

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

log = logging.getLogger(__name__)


class SecurityEvent(StrEnum):
    """What a person is told about their own security; these notices cannot be muted."""

    REGISTERED = "registered"
    SIGNED_IN_NEW_DEVICE = "signed_in_new_device"
    SIGN_IN_LOCKED = "sign_in_locked"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 — the name of an event
    PASSWORD_RESET = "password_reset"  # noqa: S105 — the name of an event
    PAYMENT_PASSWORD_SET = "payment_password_set"  # noqa: S105 — the name of an event
    PAYMENT_PASSWORD_CHANGED = "payment_password_changed"  # noqa: S105 — the name of an event
    PAYMENT_PASSWORD_LOCKED = "payment_password_locked"  # noqa: S105 — the name of an event
    SESSIONS_REVOKED = "sessions_revoked"
    EMAIL_CHANGED = "email_changed"
    PHONE_CHANGED = "phone_changed"
    TOKEN_CREATED = "token_created"  # noqa: S105 — the name of an event
    TOKEN_REVOKED = "token_revoked"  # noqa: S105 — the name of an event


@dataclass(frozen=True, slots=True)
class SecurityNews:
    """One event. `params` are plain words and numbers; `old_email`/`old_phone` are told as well."""

    person_id: UUID
    event: SecurityEvent
    at: datetime
    params: dict[str, str] = field(default_factory=dict)
    old_email: str = ""
    old_phone: str = ""


_news: Final[list[Callable[[SecurityNews], None]]] = []
_holders: Final[list[Callable[[UUID], None]]] = []
_sms: Final[list[Callable[[str, str, str], None]]] = []


def on_security_event(listener: Callable[[SecurityNews], None]) -> None:
    """Register who tells people of security events; registering twice counts once."""
    if listener not in _news:
        _news.append(listener)


def on_holder_changed(listener: Callable[[UUID], None]) -> None:
    """Register who must hear that a person's name, e-mail, phone or freeze changed."""
    if listener not in _holders:
        _holders.append(listener)


def on_sms(sender: Callable[[str, str, str], None]) -> None:
    """Register the sender of text messages: `sender(phone in E.164, text, purpose)`."""
    if sender not in _sms:
        _sms.append(sender)


def _run(call: Callable[[], None]) -> None:
    try:
        call()
    except Exception:  # noqa: BLE001 — a listener must not undo what already happened
        log.exception("a listener of identity failed")


def tell(news: SecurityNews) -> None:
    """Pass a security event on once the open transaction, if any, is committed."""
    for listener in _news:
        transaction.on_commit(lambda listener=listener: _run(lambda: listener(news)))


def holder_changed(person_id: UUID) -> None:
    """Say that facts which confirmations are bound to changed; call it inside the transaction."""
    for listener in _holders:
        listener(person_id)


def send_sms(phone: str, text: str, purpose: str) -> None:
    """Hand a text message over; without a registered sender it is logged as undelivered."""
    if not _sms:
        log.warning("no SMS sender is registered; a message of purpose %s was dropped", purpose)
    for sender in _sms:
        transaction.on_commit(lambda sender=sender: _run(lambda: sender(phone, text, purpose)))
