"""What belongs to a record: the refunds of a payment, the payment of a refund, and returning it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from okpay.payments.refundable import original_of, refundable, refunds_of
from okpay.wallets.queries import RecordDetail, RecordLine, lines
from okpay.web import typeset
from okpay.web.pages.records.rows import Row, row_of


@dataclass(frozen=True, slots=True)
class Related:
    """Rows under a title, and the way to return money where there is one."""

    title: str = ""
    rows: list[Row] = field(default_factory=list)
    refund_url: str = ""
    refund_text: str = ""


def of(person_id: UUID, detail: RecordDetail, now: datetime) -> Related:
    """Find what belongs to a record of this person."""
    line = detail.line
    if line.kind == "refund":
        original = original_of(line.id)
        found = lines(person_id, [original] if original is not None else [])
        return Related(_("What this gives back"), _rows(found, now))
    if line.kind not in {"transfer", "purchase"}:
        return Related()
    url = text = ""
    open_ = refundable(person_id, line.id) if line.direction == "in" else None
    if open_ is not None and open_.left.minor > 0:
        url = reverse("refund", args=[line.public_id])
        text = _("Up to %(amount)s, to whom it came from") % {
            "amount": typeset.figure(open_.left).plain()
        }
    rows = _rows(refunds_of(person_id, line.id), now)
    return Related(_("Returned"), rows, url, text)


def _rows(found: list[RecordLine], now: datetime) -> list[Row]:
    return [row_of(line, now=now, dated=True) for line in found]
