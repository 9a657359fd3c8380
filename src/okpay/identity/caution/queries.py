"""What care is in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from okpay.identity.caution.care import Care
from okpay.identity.caution.models import Careful, Caution

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


def in_force(person_id: UUID, now: datetime) -> list[Caution]:
    """Return the cautions in force, the one that ends last first, each cause once."""
    rows = Caution.objects.filter(person_id=person_id, until__gt=now).order_by("-until", "-id")
    latest: dict[str, Caution] = {}
    for row in rows:
        latest.setdefault(row.cause, row)
    return list(latest.values())


def care_of(person_id: UUID, now: datetime) -> Care | None:
    """Return the care that is taken, or None: what the payment engine reads too."""
    rows = Careful.objects.filter(person_id=person_id, until__gt=now)
    found = rows.values_list("until", "since", "changed_until").first()
    return Care(*found) if found else None


def careful_until(person_id: UUID, now: datetime) -> datetime | None:
    """Return until when care is taken, or None."""
    care = care_of(person_id, now)
    return care.until if care else None
