"""Read people, their devices and their tokens. Nothing here writes."""

from __future__ import annotations

import hashlib
import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Q

from okpay.identity.errors import RegionNotSupportedError
from okpay.identity.models import (
    AccessToken,
    KnownDevice,
    PastPassword,
    PaymentPassword,
    Person,
    Session,
)
from okpay.identity.phones import BadPhoneError, read_phone
from okpay.identity.rules import mask_email, mask_name, mask_phone
from okpay.identity.sessions import alive, digest_of
from okpay.identity.user_agents import Device, describe
from okpay.kernel.crypto import warm

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

__all__ = [
    "access_tokens",
    "devices_of",
    "find_person",
    "has_payment_password",
    "is_known_device",
    "mask_email",
    "mask_name",
    "mask_phone",
    "opened",
    "password_changed_at",
    "payment_password_changed_at",
    "sign_in_candidates",
    "token_of",
]

MOST_CLAIMS: Final = 3
MOST_SESSIONS: Final = 50
MOST_TOKENS: Final = 100


def find_person(alias: str) -> Person | None:
    """Find who answers to a verified e-mail or phone, in any usual way of writing it."""
    text = alias.strip()
    people = Person.objects.filter(is_active=True)
    if "@" in text:
        return people.filter(email_index=text.lower(), email_verified_at__isnull=False).first()
    try:
        phone = read_phone(text)
    except (BadPhoneError, RegionNotSupportedError):
        return None
    return people.filter(phone_index=phone.e164, phone_verified_at__isnull=False).first()


def opened(people: Iterable[Person]) -> list[Person]:
    """Return a list of people whose e-mails and phones then open without a question each."""
    found = list(people)
    warm(one.id for one in found)
    return found


def sign_in_candidates(*, email: str = "", phone: str = "") -> list[Person]:
    """Return whose password may open this alias: its verified owner, else the newest claims.

    Several people may claim an e-mail that nobody has proven yet; one password opens only the
    claim it was chosen for, so a claim made by somebody else blocks nobody.
    """
    owner = find_person(email or phone) if email or phone else None
    if owner is not None:
        return [owner]
    if not email:
        return []
    claims = Person.objects.filter(
        email_index=email.strip().lower(), email_verified_at__isnull=True, is_active=True
    )
    return list(claims.order_by("-created_at")[:MOST_CLAIMS])


def _is_local(address: str) -> bool:
    return bool(address) and not ipaddress.ip_address(address).is_global


@dataclass(frozen=True, slots=True)
class DeviceSession:
    """One signed-in browser, as its owner sees it."""

    id: UUID
    device: Device
    address: str
    local: bool
    signed_in_at: datetime
    last_seen_at: datetime
    current: bool


def devices_of(person_id: UUID, *, current_key: str) -> list[DeviceSession]:
    """List the live sessions of a person, this browser's first, then the latest used."""
    current = digest_of(current_key) if current_key else ""
    rows = Session.objects.filter(alive(), person_id=person_id).order_by("-last_seen_at")
    found = [
        DeviceSession(
            id=row.id,
            device=describe(row.user_agent),
            address=row.address or "",
            local=_is_local(row.address or ""),
            signed_in_at=row.created_at,
            last_seen_at=row.last_seen_at,
            current=row.digest == current,
        )
        for row in rows[:MOST_SESSIONS]
    ]
    return sorted(found, key=lambda session: not session.current)


def is_known_device(person_id: UUID, device: str) -> bool:
    """Whether this person has signed in from the browser with this device cookie."""
    digest = hashlib.sha256(device.encode()).hexdigest()
    return bool(device) and KnownDevice.objects.filter(person_id=person_id, digest=digest).exists()


def has_payment_password(person_id: UUID) -> bool:
    """Whether a payment password is set."""
    return PaymentPassword.objects.filter(person_id=person_id).exists()


def payment_password_changed_at(person_id: UUID) -> datetime | None:
    """When the payment password was set or changed, or None when there is none."""
    found = PaymentPassword.objects.filter(person_id=person_id).values_list("changed_at", flat=True)
    return found.first()


def password_changed_at(person_id: UUID) -> datetime | None:
    """When the sign-in password was set or changed."""
    past = PastPassword.objects.filter(person_id=person_id).order_by("-created_at", "-id")
    return past.values_list("created_at", flat=True).first()


def access_tokens(person_id: UUID, now: datetime) -> list[AccessToken]:
    """List the tokens that work, newest first."""
    recent = Q(revoked_at__isnull=True, expires_at__gt=now)
    tokens = AccessToken.objects.filter(person_id=person_id).filter(recent)
    return list(tokens.order_by("-created_at")[:MOST_TOKENS])


def token_of(secret: str, now: datetime) -> AccessToken | None:
    """Find the live token with this secret, together with its owner; None when there is none."""
    digest = hashlib.sha256(secret.encode()).digest()
    tokens = AccessToken.objects.select_related("person")
    return tokens.filter(
        digest=digest, revoked_at__isnull=True, expires_at__gt=now, person__is_active=True
    ).first()
