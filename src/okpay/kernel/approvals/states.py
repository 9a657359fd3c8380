"""Where a proposal stands, and the only ways through it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import IntegerChoices
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from okpay.kernel.approvals.models import Approval


class ApprovalState(IntegerChoices):
    """DONE: approved and carried out, in one. VOID: what it names is no longer what was shown."""

    WAITING = 1, pgettext_lazy("approval", "Waiting")
    DONE = 2, pgettext_lazy("approval", "Approved")
    DECLINED = 3, pgettext_lazy("approval", "Declined")
    WITHDRAWN = 4, pgettext_lazy("approval", "Withdrawn")
    EXPIRED = 5, pgettext_lazy("approval", "Expired")
    VOID = 6, pgettext_lazy("approval", "Void")


FINAL: Final = frozenset(set(ApprovalState) - {ApprovalState.WAITING})
TRANSITIONS: Final[dict[ApprovalState, frozenset[ApprovalState]]] = {
    ApprovalState.WAITING: FINAL,
    **{state: frozenset() for state in FINAL},
}


def move(
    approval: Approval,
    new: ApprovalState,
    *,
    by: UUID | None,
    now: datetime,
    reason: str = "",
) -> bool:
    """Take a locked proposal to another state and write its history row.

    `by` is who moved it, None for the clock and for a rule. Returns False, and changes nothing,
    where TRANSITIONS has no such way.
    """
    from okpay.kernel.approvals.models import ApprovalEvent  # noqa: PLC0415 — uses the states

    old = ApprovalState(approval.state)
    if new not in TRANSITIONS[old]:
        return False
    decided = new in {ApprovalState.DONE, ApprovalState.DECLINED}
    approval.state = new
    approval.checker = by if decided else None
    approval.closed_at = now
    approval.save(update_fields=["state", "checker", "closed_at"])
    ApprovalEvent.objects.create(
        approval=approval, old=old, new=new, by=by, reason=reason[:500], at=now
    )
    return True
