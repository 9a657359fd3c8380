"""An adjustment as what a second person decides: what is shown, what is done, what voids it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from okpay.identity.models import Person
from okpay.identity.rules import mask_name
from okpay.identity.staff import StaffPermission
from okpay.kernel import clock
from okpay.kernel.afterwards import attempt_after_commit
from okpay.kernel.approvals.registry import register as register_kind
from okpay.kernel.approvals.states import ApprovalState
from okpay.kernel.ids import BadIdError, decode, encode
from okpay.kernel.models import AuditRow
from okpay.kernel.money import phrase
from okpay.payments.adjustments.causes import Cause, Way
from okpay.payments.adjustments.facts import money_of, number_of, refuse_impossible
from okpay.payments.adjustments.operations import ANSWERED, KIND, book_adjustment

if TYPE_CHECKING:
    from datetime import datetime

    from django.utils.functional import _StrOrPromise

    from okpay.kernel.actor import Actor
    from okpay.kernel.approvals.models import Approval


def register() -> None:
    """Enter the kind among those that two people decide."""
    register_kind(
        KIND,
        title=_("Adjust a balance by hand"),
        permission=StaffPermission.ADJUSTMENTS_APPROVE,
        perform=_perform,
        describe=_describe,
        current=_current,
    )


def _perform(approval: Approval, actor: Actor, now: datetime) -> None:
    """Leave the booking to a job that the approval commits with; then do it at once, if we can."""
    from okpay.payments import tasks  # noqa: PLC0415 — tasks import the operations

    del actor, now
    person_id = decode(approval.subject, "cus")
    refuse_impossible(person_id, Way(str(approval.payload["way"])), money_of(approval))
    tasks.book_adjustment.defer(approval_id=str(approval.id))
    attempt_after_commit(_book, approval)


def _book(approval: Approval) -> None:
    book_adjustment(approval_id=approval.id, now=clock.now())


def _current(subject: str, payload: dict[str, object]) -> str:
    """Whose wallet it is; a customer who has left makes the proposal void."""
    del payload
    try:
        person_id = decode(subject, "cus")
    except BadIdError:
        return ""
    there = Person.objects.filter(pk=person_id, is_active=True).exists()
    return "open" if there else "closed"


def _describe(approval: Approval) -> list[tuple[_StrOrPromise, str]]:
    holder = Person.objects.filter(pk=decode(approval.subject, "cus")).first()
    money = money_of(approval)
    facts: list[tuple[_StrOrPromise, str]] = [
        (_("Customer"), mask_name(holder.name) if holder else "—"),
        (_("Way"), str(Way(str(approval.payload["way"])).label)),
        (_("Amount"), str(phrase(money.decimal_string(), money.asset.code))),
        (_("Kind of mistake"), str(Cause(str(approval.payload["cause"])).label)),
        (_("What the customer reads"), str(approval.payload["note"])),
    ]
    if approval.state == ApprovalState.DONE:
        facts.append((_("In the book"), _booked(approval)))
    return facts


def _booked(approval: Approval) -> str:
    number = encode("apr", approval.id)
    row = AuditRow.objects.filter(
        subject=approval.subject, action__in=ANSWERED, data__approval=number
    ).first()
    if row is None:
        return str(_("Being booked"))
    if row.action == ANSWERED[0]:
        return number_of(approval)
    return str(_("Refused by the book: %(code)s. Nothing moved.") % {"code": row.data["code"]})
