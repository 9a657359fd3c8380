"""One record in words: its timeline, its facts, its numbers, and what may be done about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okpay.kernel.money import Money
from okpay.wallets.queries import RecordDetail, Step
from okpay.wallets.states import RecordState
from okpay.web import typeset
from okpay.web.pages.records.waiting import Waiting

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

STEPS: Final[dict[str, tuple[_StrOrPromise, _StrOrPromise]]] = {
    "confirmed": (gettext_lazy("Confirmed"), gettext_lazy("By payment password")),
    "booked": (gettext_lazy("Booked"), ""),
    "arrived": (gettext_lazy("Arrived"), ""),
    "held": (gettext_lazy("Put on hold"), gettext_lazy("Still in the sender's wallet, set aside")),
    "payee_unregistered": (
        gettext_lazy("Waiting for them to claim it"),
        gettext_lazy("They register with this e-mail or phone, then claim it"),
    ),
    "payee_frozen": (
        gettext_lazy("Waiting: their wallet is stopped"),
        gettext_lazy("Support is looking at their wallet"),
    ),
    "delayed": (
        gettext_lazy("Waiting for the time its sender chose"),
        gettext_lazy("It arrives by itself; until then the sender can take it back"),
    ),
    "payee_unverified": (
        gettext_lazy("Waiting for their identity check"),
        gettext_lazy("It arrives by itself once they are verified"),
    ),
    "canceled": (gettext_lazy("Canceled by the sender"), ""),
    "declined": (gettext_lazy("Declined by the payee"), ""),
    "expired": (gettext_lazy("The time ran out"), ""),
    "authorised": (gettext_lazy("Waiting for the payee to take it"), ""),
    "returned": (gettext_lazy("Returned in full"), gettext_lazy("To the sender's balance")),
}
TOP_UP_STEPS: Final[dict[str, tuple[_StrOrPromise, _StrOrPromise]]] = {
    "confirmed": (gettext_lazy("Started"), ""),
    "booked": (gettext_lazy("Card charged"), ""),
    "arrived": (gettext_lazy("In your balance"), ""),
}
ADJUSTMENT_STEPS: Final[dict[str, tuple[_StrOrPromise, _StrOrPromise]]] = {
    "confirmed": (gettext_lazy("Approved"), gettext_lazy("By two people of our staff")),
}
OWN_STEPS: Final = {"top_up": TOP_UP_STEPS, "adjustment": ADJUSTMENT_STEPS}


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of facts: exactly one of money, moment, code and text."""

    label: str
    text: str = ""
    money: Money | None = None
    moment: datetime | None = None
    code: str = ""
    copy_label: str = ""
    note: str = ""
    strong: bool = False


def steps_of(detail: RecordDetail, waits: Waiting | None) -> list[dict[str, Any]]:
    """Write the timeline; while it waits, with until when and what happens then."""
    words = STEPS | OWN_STEPS.get(detail.line.kind, {})
    steps = [_step(step, words, detail) for step in detail.steps]
    if waits is not None:
        steps[-1]["time"] = waits.until
        steps.append({"state": "todo", "title": waits.then, "note": waits.otherwise})
    return steps


def _step(
    step: Step, words: dict[str, tuple[_StrOrPromise, _StrOrPromise]], detail: RecordDetail
) -> dict[str, Any]:
    title, note = words.get(step.code, (step.code, ""))
    if step.code == "booked" and detail.balance_after is not None:
        left = typeset.figure(detail.balance_after).plain()
        note = _("Your balance %(amount)s") % {"amount": left}
    if step.code == "arrived" and detail.line.kind == "transfer":
        outgoing = detail.line.direction == "out"
        note = detail.line.counterparty if outgoing else _("In your balance")
    return {"state": step.state, "title": title, "note": note, "at": step.at, "style": "row"}


def facts_of(detail: RecordDetail) -> list[Fact]:
    """List what was paid, what it cost and what was left."""
    line = detail.line
    moved = line.state == RecordState.COMPLETED
    found = [
        Fact(_("Fee"), money=line.fee),
        Fact(_("Paid from") if line.direction == "out" else _("Paid into"), text=_("Balance")),
        Fact(_("Created"), moment=line.created_at),
    ]
    if line.completed_at is not None:
        found.append(Fact(_("Completed") if moved else _("Closed"), moment=line.completed_at))
    if detail.balance_after is not None and moved:
        found.append(Fact(_("Balance after"), money=detail.balance_after))
    if line.memo:
        found.append(Fact(_("Note"), text=line.memo))
    return found


def short_facts_of(detail: RecordDetail) -> list[Fact]:
    """List what the result says right after the payment."""
    memo = [Fact(_("Note"), text=detail.line.memo)] if detail.line.memo else []
    return [Fact(_("Fee"), money=detail.line.fee), *memo, numbers_of(detail)[0]]


def parties_of(detail: RecordDetail, own_name: str) -> list[Fact]:
    """Name payer and payee, masked, for a receipt that may be shown to others."""
    address = detail.counterparty_address
    name = detail.line.counterparty or detail.line.label or "OKPay"  # of nobody else: the house
    if detail.line.direction == "out":
        return [Fact(_("Payer"), text=own_name), Fact(_("Payee"), text=name, note=address)]
    return [Fact(_("Payer"), text=name, note=address), Fact(_("Payee"), text=own_name)]


def numbers_of(detail: RecordDetail) -> list[Fact]:
    """List the numbers by which the record is found again."""
    number = detail.line.public_id
    found = [Fact(_("Record no."), code=number, copy_label=_("Copy the record number"))]
    if detail.sequence is not None:
        found.append(Fact(_("Sequence no."), text=str(detail.sequence)))
    return found
