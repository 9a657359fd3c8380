"""Lines of a list as the pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from okpay.kernel.ids import encode
from okpay.payments.payouts.states import LineOutcome, PayoutState
from okpay.payments.payouts.wishes import MOST_LINES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from okpay.kernel.money import Money
    from okpay.payments.payouts.queries import LineShown, PayoutHead


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line: `kind` of the remark is "", warn or danger; `state` is the badge's name."""

    number: int
    reference: str
    who: str
    address: str
    money: Money
    memo: str
    remark: str
    kind: str
    state: str
    record: str


def after(request: HttpRequest) -> int:
    """Read behind which line to go on; 404 for what is no number."""
    text = request.GET.get("after", "0")
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MOST_LINES))):
        raise Http404
    return int(text)


def page_of(
    found: Sequence[LineShown], most: int, head: PayoutHead, *, show: str
) -> dict[str, Any]:
    """Return what a page of lines needs; `found` holds one more than `most` when more follow."""
    rows = [row_of(line, head) for line in found[:most]]
    going_on = {"after": str(rows[-1].number)} if len(found) > most else {}
    chosen = {"show": show} if show else {}
    more = f"?{urlencode({**chosen, **going_on})}" if going_on else ""
    return {"rows": rows, "more_url": more, "show": show}


def row_of(line: LineShown, head: PayoutHead) -> LineRow:
    """Say of a line who is paid, and what became of it or will."""
    remark, kind = _before(line, head) if head.state == PayoutState.RECEIVED else _after(line)
    shown = line.name or line.alias or encode("cus", line.payee_id or UUID(int=0))
    return LineRow(
        number=line.number,
        reference=line.reference,
        who=shown,
        address=line.alias if line.name else "",
        money=line.money,
        memo=line.memo,
        remark=remark,
        kind=kind,
        state=_state(line) if head.state != PayoutState.RECEIVED else "",
        record=encode("trf", line.record_id) if line.state is not None else "",
    )


def _before(line: LineShown, head: PayoutHead) -> tuple[str, str]:
    if line.payee_id == head.owner:
        return _("Your own wallet: this line will not be paid"), "danger"
    if line.payee_id is None or not line.name:
        if head.invite and line.alias:
            return _("No wallet yet: held for them for 7 days"), "warn"
        return _("Nobody has this address: this line will not be paid"), "danger"
    if line.frozen:
        return _("Cannot receive now: held for up to 7 days"), "warn"
    return "", ""


def _after(line: LineShown) -> tuple[str, str]:
    return (line.error().text(), "danger") if line.code else ("", "")


def _state(line: LineShown) -> str:
    if line.outcome == LineOutcome.REFUSED:
        return "refused"
    return line.state.name.lower() if line.state is not None else "processing"
