"""May this member of staff? Asked of the database every time, never of a session or a cache."""

from __future__ import annotations

from typing import TYPE_CHECKING

from okpay.identity.staff.errors import StaffNotPermittedError
from okpay.identity.staff.roles import StaffPermission, permissions_in

if TYPE_CHECKING:
    from uuid import UUID

    from okpay.kernel.actor import Actor


def permissions_of(person_id: UUID) -> frozenset[StaffPermission]:
    """Return what a person may do as staff, this moment; nothing for everybody else.

    Nothing as well for who was removed, frozen or closed: it counts with the next request.
    """
    from okpay.identity.staff.models import StaffMember  # noqa: PLC0415 — imported before models

    member = StaffMember.objects.filter(
        person_id=person_id, active=True, person__is_active=True, person__frozen_at__isnull=True
    )
    roles = member.values_list("roles", flat=True).first()
    return permissions_in(roles or [])


def require(actor: Actor, needed: StaffPermission) -> None:
    """Return when the actor is at work as staff and may do this.

    A member of staff who acts as a customer (kind "person") may nothing here, and neither may the
    system: what it does for staff it does by a rule of its own.

    Raises:
        StaffNotPermittedError: `permission` names what is missing.
    """
    may = actor.kind == "staff" and actor.person_id is not None
    if not may or needed not in permissions_of(actor.require_person()):
        raise StaffNotPermittedError(permission=str(needed))
