"""Opening a frozen account: one member of staff proposes it, another one decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from okpay.identity.caution import Cause as CautionCause
from okpay.identity.caution import begin
from okpay.identity.freezing import operations, queries
from okpay.identity.freezing.errors import FreezeNotFoundError
from okpay.identity.freezing.states import subject_of
from okpay.identity.models import Person
from okpay.identity.staff import StaffPermission, require
from okpay.kernel.afterwards import attempt_after_commit
from okpay.kernel.approvals import operations as approvals
from okpay.kernel.approvals.registry import NoLongerTrueError
from okpay.kernel.approvals.registry import register as register_kind
from okpay.kernel.ids import BadIdError, decode, encode

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.utils.functional import _StrOrPromise

    from okpay.kernel.actor import Actor
    from okpay.kernel.approvals.models import Approval

KIND: Final = "freezing.unfreeze"


def propose_unfreeze(*, actor: Actor, person_id: UUID, reason: str, now: datetime) -> Approval:
    """Propose to a second person that an account is opened again; nothing is opened by this.

    Args:
        actor: a member of staff with the right to propose.
        person_id: whose account.
        reason: what was checked; the second person reads it.
        now: the moment.

    Raises:
        NotPermittedError: the right is missing.
        FreezeNotFoundError: the account is not frozen.
        ApprovalReasonError, ApprovalWaitingError: see `kernel.approvals`.
    """
    require(actor, StaffPermission.FREEZES_PROPOSE)
    with transaction.atomic():
        freeze = queries.standing(person_id)
        if freeze is None:
            raise FreezeNotFoundError
        return approvals.propose(
            actor=actor,
            kind=KIND,
            subject=encode("cus", person_id),
            payload={"freeze": subject_of(freeze)},
            reason=reason,
            now=now,
        )


def register() -> None:
    """Enter the kind among those that two people decide."""
    register_kind(
        KIND,
        title=_("Open a frozen account"),
        permission=StaffPermission.FREEZES_APPROVE,
        perform=_perform,
        describe=_describe,
        current=_current,
    )


def _perform(approval: Approval, actor: Actor, now: datetime) -> None:
    person_id = decode(approval.subject, "cus")
    freeze = queries.standing(person_id)
    if freeze is None or subject_of(freeze) != approval.payload.get("freeze"):
        reason = "freeze"
        raise NoLongerTrueError(reason)
    operations.lift(actor=actor, person_id=person_id, now=now, note=str(approval))
    begin(person_id=person_id, cause=CautionCause.RECOVERED, now=now)
    # The money moves in a moment; if it does not, the job that `lift` left behind sees to it.
    attempt_after_commit(operations.settle, person_id=person_id)


def _current(subject: str, payload: dict[str, object]) -> str:
    """How the freeze stands now: another one, or none, makes a proposal void."""
    del payload
    try:
        freeze = queries.standing(decode(subject, "cus"))
    except BadIdError:
        return ""
    return subject_of(freeze) if freeze is not None else "open"


def _describe(approval: Approval) -> list[tuple[_StrOrPromise, str]]:
    person_id = decode(approval.subject, "cus")
    freeze = queries.standing(person_id)
    holder = Person.objects.filter(pk=person_id).first()
    facts: list[tuple[_StrOrPromise, str]] = [(_("Customer"), str(holder) if holder else "—")]
    if freeze is None:
        return [*facts, (_("Frozen"), "—")]
    return [
        *facts,
        (_("Frozen by"), str(freeze.get_cause_display())),
        (_("Since"), f"{freeze.frozen_at:%Y-%m-%d %H:%M} UTC"),
        (_("Reason for the customer"), freeze.reason or "—"),
        (_("Note for staff"), freeze.staff_note or "—"),
    ]
