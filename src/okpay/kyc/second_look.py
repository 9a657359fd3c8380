"""Cases of high risk: what one person approved, a second one looks at (four eyes)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from okpay.identity.staff import StaffPermission
from okpay.kernel.approvals import operations as approvals
from okpay.kernel.approvals import registry
from okpay.kernel.ids import decode, encode

if TYPE_CHECKING:
    from datetime import datetime

    from django.utils.functional import _StrOrPromise

    from okpay.kernel.actor import Actor
    from okpay.kernel.approvals.models import Approval
    from okpay.kyc.models import Case

KIND: Final = "kyc.case.approve"


def register() -> None:
    """Enter the kind of proposal."""
    registry.register(
        KIND,
        permission=StaffPermission.KYC_SECOND,
        perform=perform,
        describe=describe,
        title=_("Approve a real-name check of high risk"),
        current=current,
    )


def ask(*, actor: Actor, case: Case, reason: str, now: datetime) -> None:
    """Put a case to a second person, bound to its version.

    Raises:
        ApprovalReasonError: no reason was given.
    """
    approvals.propose(
        actor=actor,
        kind=KIND,
        subject=encode("kyc", case.id),
        payload={"version": case.version, "document": case.document, "target": case.target},
        reason=reason,
        about=case.person_id,
        now=now,
    )


def is_over(case: Case) -> bool:
    """Whether no proposal for this case waits any more: declined, withdrawn or run out."""
    from okpay.kernel.approvals.models import Approval  # noqa: PLC0415 — imported before models
    from okpay.kernel.approvals.states import ApprovalState  # noqa: PLC0415 — beside it

    waiting = Approval.objects.filter(
        kind=KIND, subject=encode("kyc", case.id), state=ApprovalState.WAITING
    )
    return not waiting.exists()


def perform(approval: Approval, actor: Actor, now: datetime) -> None:
    """Carry out what both approved."""
    from okpay.kyc import desk, moves  # noqa: PLC0415 — they import this module
    from okpay.kyc.states import CaseState  # noqa: PLC0415 — beside them

    case = moves.lock(decode(approval.subject, "kyc"))
    if case.state != CaseState.SECOND_LOOK or case.version != approval.payload["version"]:
        raise registry.NoLongerTrueError("state")
    if case.appealed and case.appeal_to_other_than == actor.person_id:
        from okpay.kyc.desk_errors import OwnCaseError  # noqa: PLC0415 — raised here only

        raise OwnCaseError
    desk.check_approvable(case, now)
    desk.finish(actor=actor, case=case, now=now)


def describe(approval: Approval) -> list[tuple[_StrOrPromise, str]]:
    """Say what is proposed; names and numbers are seen in the case itself."""
    from okpay.kyc.documents import DOCUMENTS  # noqa: PLC0415 — loaded with the package's texts

    document = DOCUMENTS[str(approval.payload["document"])]
    return [
        (_("Case"), approval.subject),
        (_("Document"), str(document.title)),
        (_("Level after it"), str(approval.payload["target"])),
        (_("Version looked at"), str(approval.payload["version"])),
    ]


def current(subject: str, payload: dict[str, object]) -> str:
    """Say how the case stands: its version, which changes with every change of the customer's."""
    from okpay.kyc.models import Case  # noqa: PLC0415 — imported before models

    del payload
    found = Case.objects.filter(pk=decode(subject, "kyc")).values_list("version", flat=True).first()
    return str(found)
