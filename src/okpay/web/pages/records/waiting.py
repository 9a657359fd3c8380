"""Why a transfer waits, who must act, until when, and what happens then."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from okpay.kernel.ids import encode
from okpay.payments import queries
from okpay.payments.engine.decide_shared import DELAYED
from okpay.payments.invitations import goes_out
from okpay.wallets.queries import RecordDetail
from okpay.wallets.states import RecordState
from okpay.web import typeset


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the pages about a waiting transfer show.

    `claim_url` only for its sender; `written`: the invited person has been, or is being, told.
    """

    mine: bool
    text: str
    deadline: datetime
    until: str
    otherwise: str
    reminders: int
    then: str
    claim_url: str = ""
    written: bool = True
    delayed: bool = False


def of(person_id: UUID, detail: RecordDetail, now: datetime) -> Waiting | None:
    """Explain a waiting transfer; None for a record that is final."""
    if detail.line.state != RecordState.PENDING:
        return None
    line = queries.pending_transfer(person_id, detail.line.id)
    return None if line is None else replace(_explain(line, now), written=_written(line, now))


def _written(line: queries.PendingLine, now: datetime) -> bool:
    if not line.mine or line.reason != "payee_unregistered":
        return True
    return goes_out(record_id=line.record_id, now=now)


def _delayed(line: queries.PendingLine, now: datetime) -> Waiting:
    """Explain what its sender lets arrive later: it comes by itself, unless it is taken back."""
    parts = {
        "name": line.payee_masked if line.mine else line.payer_masked,
        "moment": typeset.when(line.deadline, now),
    }
    if line.mine:
        text = _("It arrives at %(name)s by itself: %(moment)s. Until then you can take it back.")
    else:
        text = _("It is not yours yet. It arrives by itself: %(moment)s, unless it is taken back.")
    return Waiting(
        mine=line.mine,
        text=text % parts,
        deadline=line.deadline,
        until=parts["moment"],
        otherwise=_("Unless you take it back") if line.mine else _("Unless it is taken back"),
        reminders=0,
        then=_("Arrives"),
        delayed=True,
    )


def _explain(line: queries.PendingLine, now: datetime) -> Waiting:
    if line.reason == DELAYED:
        return _delayed(line, now)
    unregistered = line.reason == "payee_unregistered"
    parts = {
        "name": line.payee_masked if line.mine else line.payer_masked,
        "day": typeset.date(line.deadline, now),
    }
    if not line.mine:
        text = _("It arrives once your wallet is open again. Otherwise it goes back on %(day)s.")
    elif unregistered:
        text = _("%(name)s must claim it by %(day)s. Otherwise all of it comes back to you.")
    else:
        text = _("It arrives once their wallet is open again. Otherwise it comes back on %(day)s.")
    path = reverse("claim", args=[encode("trf", line.record_id)])
    return Waiting(
        mine=line.mine,
        text=text % parts,
        deadline=line.deadline,
        until=_("until %(day)s") % parts,
        otherwise=_("Otherwise all of it comes back to you")
        if line.mine
        else _("Otherwise all of it goes back"),
        reminders=line.reminders,
        then=_("Arrived"),
        claim_url=f"{settings.OKPAY_BASE_URL}{path}" if unregistered and line.mine else "",
    )
