"""Who works here: proposed by one administrator, decided by another, carried out here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from okpay.identity.models import Person
from okpay.identity.staff.access import require
from okpay.identity.staff.errors import (
    StaffLastAdministratorError,
    StaffRolesError,
    StaffUnchangedError,
    StaffUnknownError,
)
from okpay.identity.staff.models import StaffMember, StaffSession
from okpay.identity.staff.queries import roles_of
from okpay.identity.staff.roles import Role, StaffPermission
from okpay.kernel import audit
from okpay.kernel.approvals import operations as approvals
from okpay.kernel.ids import encode

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from okpay.kernel.actor import Actor
    from okpay.kernel.approvals.models import Approval

CHANGE_ROLES = "staff.roles.change"


def _clean(names: Iterable[str]) -> list[str]:
    """Return role names in one written order; raise StaffRolesError for a name that is no role."""
    given = set(names)
    if not given <= set(Role):
        raise StaffRolesError
    return [str(role) for role in Role if role in given]


def propose_roles(
    *, actor: Actor, email: str, roles: Iterable[str], reason: str, now: datetime
) -> Approval:
    """Propose that a person has exactly these roles; none means that they leave.

    A second administrator decides. `email` names a person with a proven e-mail.

    Raises:
        StaffNotPermittedError: the actor does not propose members of staff.
        StaffUnknownError: nobody with that e-mail.
        StaffRolesError, StaffUnchangedError, StaffLastAdministratorError: not this change.
        ApprovalReasonError, ApprovalWaitingError: as `approvals.propose`.
    """
    require(actor, StaffPermission.STAFF_PROPOSE)
    person = _somebody(email)
    wanted = _clean(roles)
    _check_change(person.id, wanted)
    return approvals.propose(
        actor=actor,
        kind=CHANGE_ROLES,
        subject=encode("cus", person.id),
        payload={"roles": list(wanted)},
        reason=reason,
        now=now,
    )


def set_roles(*, actor: Actor, person_id: UUID, roles: Iterable[str], now: datetime) -> None:
    """Give a person exactly these roles, in the caller's transaction; none lets them go.

    Only four eyes and the command line come here. Whoever leaves is out of the console at once,
    and what they proposed is withdrawn. A person with other roles signs in anew.

    Raises:
        StaffRolesError, StaffUnchangedError, StaffLastAdministratorError: not this change.
    """
    if actor.kind == "person":
        message = "a customer lets nobody in"
        raise PermissionError(message)
    wanted = _clean(roles)
    with transaction.atomic():
        # One change of staff at a time, so that two cannot each leave the other's last one.
        list(StaffMember.objects.select_for_update().order_by("pk").values_list("pk", flat=True))
        old = roles_of(person_id)
        _check_change(person_id, wanted)
        _write(person_id, wanted, now)
        ended = StaffSession.objects.filter(person_id=person_id).delete()[0]
        if not wanted:
            approvals.withdraw_all_of(actor=actor, maker=person_id, now=now)
        audit.record(
            actor=actor,
            action="staff.roles.changed",
            subject=encode("cus", person_id),
            data={"old": old, "new": wanted, "sessions_ended": ended},
            now=now,
        )


def _write(person_id: UUID, wanted: list[str], now: datetime) -> None:
    member = StaffMember.objects.filter(person_id=person_id).first()
    if member is None:
        StaffMember.objects.create(person_id=person_id, roles=wanted, added_at=now, changed_at=now)
        return
    member.roles, member.active = wanted or member.roles, bool(wanted)
    member.version += 1
    member.changed_at = now
    member.save()


def add_first(*, actor: Actor, email: str, roles: Iterable[str], now: datetime) -> Person:
    """Let somebody in, or change their roles, from the machine itself (`okpay staff`).

    Whoever has a shell on the server needs no second person: they could change the table. The
    trail says that it was done this way.

    Raises:
        StaffUnknownError, StaffRolesError, StaffUnchangedError, StaffLastAdministratorError.
    """
    if actor.kind != "system" or actor.via != "cli":
        message = "without a second person only the command line lets staff in"
        raise PermissionError(message)
    person = _somebody(email)
    set_roles(actor=actor, person_id=person.id, roles=roles, now=now)
    return person


def _somebody(email: str) -> Person:
    people = Person.objects.filter(
        email_index=email.strip().lower(), email_verified_at__isnull=False, is_active=True
    )
    person = people.first()
    if person is None:
        raise StaffUnknownError
    return person


def _check_change(person_id: UUID, wanted: list[str]) -> None:
    old = roles_of(person_id)
    if old == wanted:
        raise StaffUnchangedError if wanted else StaffRolesError
    if Role.ADMINISTRATOR in old and Role.ADMINISTRATOR not in wanted:
        others = StaffMember.objects.filter(
            active=True, roles__contains=[str(Role.ADMINISTRATOR)], person__is_active=True
        )
        if not others.exclude(person_id=person_id).exists():
            raise StaffLastAdministratorError
