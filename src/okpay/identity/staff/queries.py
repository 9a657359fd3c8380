"""Read who works here. Nothing here writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Max, Q
from django.utils import timezone

from okpay.identity.staff.models import StaffMember, StaffSession
from okpay.identity.staff.sessions import alive
from okpay.kernel.crypto import warm

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class Member:
    """A member of staff as administrators see them. `seen_at` is their live session's last use."""

    person_id: UUID
    name: str
    email: str
    roles: tuple[str, ...]
    active: bool
    frozen: bool
    changed_at: datetime
    seen_at: datetime | None


def members() -> list[Member]:
    """List everybody who works or worked here, those at work first, then by name."""
    live = Q(person__staff_sessions__in=_live())
    rows = StaffMember.objects.select_related("person").annotate(
        seen_at=Max("person__staff_sessions__last_seen_at", filter=live)
    )
    found = list(rows.order_by("-active", "person__name_key", "pk"))
    warm(row.person_id for row in found)
    return [
        Member(
            person_id=row.person_id,
            name=row.person.name,
            email=row.person.email,
            roles=tuple(row.roles) if row.active else (),
            active=row.active,
            frozen=row.person.frozen_at is not None or not row.person.is_active,
            changed_at=row.changed_at,
            seen_at=row.seen_at,
        )
        for row in found
    ]


def _live() -> list[UUID]:
    rows = StaffSession.objects.filter(alive(timezone.now()), proven_at__isnull=False)
    return list(rows.values_list("pk", flat=True))


def names_of(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the names of those of these people who work or worked here."""
    rows = StaffMember.objects.filter(person_id__in=list(ids))
    return dict(rows.values_list("person_id", "person__name"))


def roles_of(person_id: UUID) -> list[str]:
    """Return the roles a person holds now; none for who does not work here."""
    member = StaffMember.objects.filter(person_id=person_id, active=True)
    return list(member.values_list("roles", flat=True).first() or [])
