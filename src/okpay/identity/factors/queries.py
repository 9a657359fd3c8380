"""Read a person's second factors. Nothing here writes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from okpay.identity.factors.models import AuthenticatorApp, MessageFactor, Passkey, RecoveryCode
from okpay.identity.models import Person
from okpay.identity.rules import mask_email, mask_phone

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

LOW: Final = 3  # recovery codes left, at which a person is told to make new ones


class Way(StrEnum):
    """A way to show that it is you, beside the password."""

    PASSKEY = "passkey"
    APP = "app"
    SMS = "sms"
    EMAIL = "email"
    RECOVERY = "recovery"


ORDER: Final = (Way.PASSKEY, Way.APP, Way.SMS, Way.EMAIL)


@dataclass(frozen=True, slots=True)
class Shown:
    """One second factor as its owner sees it. `name` is theirs; of messages it is the address."""

    id: UUID
    way: Way
    name: str
    added_at: datetime
    last_used_at: datetime | None


def enrolled(person_id: UUID) -> list[Shown]:
    """List the second factors that are in force, the strongest kind first, then the oldest."""
    passkeys = Passkey.objects.filter(person_id=person_id)
    apps = AuthenticatorApp.objects.filter(person_id=person_id, confirmed_at__isnull=False)
    found = [
        *(
            Shown(row.id, Way.PASSKEY, row.name, row.created_at, row.last_used_at)
            for row in passkeys
        ),
        *(Shown(row.id, Way.APP, row.name, row.created_at, row.last_used_at) for row in apps),
        *_by_message(person_id),
    ]
    return sorted(found, key=lambda one: (ORDER.index(one.way), one.added_at))


def _by_message(person_id: UUID) -> list[Shown]:
    rows = list(MessageFactor.objects.filter(person_id=person_id))
    if not rows:
        return []
    person = Person.objects.get(pk=person_id)
    addresses = {"sms": mask_phone(person.phone), "email": mask_email(person.email)}
    return [
        Shown(row.id, Way(row.channel), addresses[row.channel], row.created_at, row.last_used_at)
        for row in rows
    ]


def has_second(person_id: UUID) -> bool:
    """Whether the person has any second factor; recovery codes alone are none."""
    return (
        Passkey.objects.filter(person_id=person_id).exists()
        or AuthenticatorApp.objects.filter(person_id=person_id, confirmed_at__isnull=False).exists()
        or MessageFactor.objects.filter(person_id=person_id).exists()
    )


def ways_of(person_id: UUID) -> list[Way]:
    """List the ways in which this person can show a second factor, the strongest first."""
    ways = list(dict.fromkeys(one.way for one in enrolled(person_id)))
    return [*ways, Way.RECOVERY] if ways and recovery_left(person_id) else ways


def recovery_left(person_id: UUID) -> int:
    """How many recovery codes are unused."""
    return RecoveryCode.objects.filter(person_id=person_id, used_at=None).count()


def recovery_made_at(person_id: UUID) -> datetime | None:
    """When the present recovery codes were made; None when there are none."""
    rows = RecoveryCode.objects.filter(person_id=person_id).order_by("-created_at")
    return rows.values_list("created_at", flat=True).first()
