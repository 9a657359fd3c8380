"""Where the room above this one hangs in: notices tell people and send text messages.

Identity may not import notices; they register here in their `apps.py`. News and text messages
leave after the commit; a listener that fails is logged and undoes nothing.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from okpay.kernel.afterwards import attempt_after_commit

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
    MAIL_WORD_CHANGED = "mail_word_changed"
    QUESTIONS_CHANGED = "questions_changed"
    KYC_APPROVED = "kyc_approved"
    KYC_MORE_ASKED = "kyc_more_asked"
    KYC_REJECTED = "kyc_rejected"
    KYC_FINAL_REJECTED = "kyc_final_rejected"
    KYC_EXPIRES_SOON = "kyc_expires_soon"
    KYC_EXPIRED = "kyc_expired"
    TOKEN_CREATED = "token_created"  # noqa: S105 — the name of an event
    TOKEN_REVOKED = "token_revoked"  # noqa: S105 — the name of an event
    FACTOR_ADDED = "factor_added"
    FACTOR_REMOVED = "factor_removed"
    FACTOR_RENAMED = "factor_renamed"
    FACTOR_LOCKED = "factor_locked"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    RECOVERY_CODE_USED = "recovery_code_used"
    ACCOUNT_FROZEN = "account_frozen"
    ACCOUNT_RELEASED = "account_released"
    CLOSING_ASKED = "closing_asked"
    CLOSING_UNDONE = "closing_undone"
    CLOSING_STOPPED = "closing_stopped"
    CLOSED = "closed"
    EXPORT_READY = "export_ready"


@dataclass(frozen=True, slots=True)
class SecurityNews:
    """One event. `params` are plain words and numbers; `old_email`/`old_phone` are told as well."""

    person_id: UUID
    event: SecurityEvent
    at: datetime
    params: dict[str, str] = field(default_factory=dict)
    old_email: str = ""
    old_phone: str = ""


news_listeners: Final[list[Callable[[SecurityNews], None]]] = []
sign_in_listeners: Final[list[Callable[[UUID, datetime], None]]] = []
sms_senders: Final[list[Callable[[str, str, str], None]]] = []


def on_security_event(listener: Callable[[SecurityNews], None]) -> None:
    """Register who tells people of security events; registering twice counts once."""
    if listener not in news_listeners:
        news_listeners.append(listener)


def on_sms(sender: Callable[[str, str, str], None]) -> None:
    """Register the sender of text messages: `sender(phone in E.164, text, purpose)`."""
    if sender not in sms_senders:
        sms_senders.append(sender)


def on_sign_in(listener: Callable[[UUID, datetime], None]) -> None:
    """Register what happens in the transaction of a sign-in; registering twice counts once."""
    if listener not in sign_in_listeners:
        sign_in_listeners.append(listener)


def signed_in(person_id: UUID, now: datetime) -> None:
    """Say that somebody signed in, in the caller's transaction; a listener that fails undoes it."""
    for listener in sign_in_listeners:
        listener(person_id, now)


def tell(news: SecurityNews) -> None:
    """Pass a security event on once the open transaction, if any, is committed."""
    for listener in news_listeners:
        attempt_after_commit(listener, news)


def send_sms(phone: str, text: str, purpose: str) -> None:
    """Hand a text message over; without a registered sender it is logged as undelivered."""
    if not sms_senders:
        log.warning("no SMS sender is registered; a message of purpose %s was dropped", purpose)
    for sender in sms_senders:
        attempt_after_commit(sender, phone, text, purpose)
