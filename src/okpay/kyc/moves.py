"""The one writer of a case's state; it writes the history row and the audit trail with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from okpay.kernel import audit
from okpay.kernel.ids import encode
from okpay.kyc.errors import CaseNotFoundError
from okpay.kyc.models import Case, CaseEvent
from okpay.kyc.states import DECIDED, QUEUED, CaseState, may_move

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from okpay.kernel.actor import Actor

REASON: Final = 200


def lock(case_id: UUID, *, person_id: UUID | None = None) -> Case:
    """Lock a case for the rest of the open transaction.

    Raises:
        CaseNotFoundError: there is none, or it is not this person's.
    """
    found = Case.objects.select_for_update().filter(pk=case_id)
    if person_id is not None:
        found = found.filter(person_id=person_id)
    case = found.first()
    if case is None:
        raise CaseNotFoundError
    return case


def move(
    case: Case, new: CaseState, *, actor: Actor, now: datetime, reason: str = "", **data: object
) -> bool:
    """Take a locked case to another state; its other fields are saved with it.

    `reason` are codes or words of staff, never a customer's data. Returns False, and changes
    nothing, where TRANSITIONS has no such way.
    """
    old = CaseState(case.state)
    if not may_move(old, new):
        return False
    case.state = new
    _stamp(case, old, new, now)
    case.save()
    CaseEvent.objects.create(
        case=case,
        old=old,
        new=new,
        actor_kind=actor.kind,
        actor_id=actor.person_id,
        version=case.version,
        reason=reason[:REASON],
        at=now,
    )
    audit.record(
        actor=actor,
        action=f"kyc.{new}",
        subject=encode("kyc", case.id),
        data={
            "person": encode("cus", case.person_id),
            "from": str(old),
            "version": case.version,
            **data,
        },
        now=now,
    )
    return True


def _stamp(case: Case, old: CaseState, new: CaseState, now: datetime) -> None:
    """Keep the times and the lock true to the state; waiting counts from when it was sent."""
    if new in QUEUED and old is not CaseState.IN_REVIEW:
        case.queued_at = now
        case.submitted_at = case.submitted_at or now
    if new is CaseState.IN_REVIEW and old in QUEUED:
        case.came_from = old
    if new in DECIDED:
        case.decided_at = now
    if new is not CaseState.IN_REVIEW:
        case.lock_staff, case.lock_until = None, None
