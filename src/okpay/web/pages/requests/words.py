"""A request for money in words: its row, its facts, its timeline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from okpay.kernel.ids import encode
from okpay.kernel.money import Money
from okpay.payments.queries import RequestLine
from okpay.payments.states import RequestState
from okpay.web import typeset
from okpay.web.pages.records.rows import letter_of

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

BADGES: Final[dict[int, tuple[str, str, _StrOrPromise]]] = {
    RequestState.OPEN: ("warn", "clock", gettext_lazy("Waiting for payment")),
    RequestState.PAID: ("ok", "check", pgettext_lazy("request", "Paid")),
    RequestState.DECLINED: ("line", "x", gettext_lazy("Declined")),
    RequestState.CANCELED: ("line", "undo-2", gettext_lazy("Canceled")),
    RequestState.EXPIRED: ("line", "clock", gettext_lazy("Expired")),
}
ENDS: Final[dict[int, _StrOrPromise]] = {
    RequestState.PAID: pgettext_lazy("request", "Paid"),
    RequestState.DECLINED: gettext_lazy("The payer declined. Nothing was paid."),
    RequestState.CANCELED: gettext_lazy("Canceled by who asked. Nothing was paid."),
    RequestState.EXPIRED: gettext_lazy("Nobody answered in time. Nothing was paid."),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A request in the list."""

    url: str
    public_id: str
    title: str
    text: str
    letter: str
    money: Money
    void: bool
    waits: bool
    badge: dict[str, _StrOrPromise]


def row_of(line: RequestLine, *, now: datetime) -> Row:
    """Put a request into a row."""
    number = encode("req", line.id)
    kind, icon, text = BADGES[line.state]
    asked = line.direction == "in"
    name = {"name": line.other_masked}
    title = _("%(name)s asks you") % name if asked else _("You asked %(name)s") % name
    when = typeset.when(line.created_at, now)
    return Row(
        url=reverse("request_detail", args=[number]),
        public_id=number,
        title=title,
        text=f"{when} · {line.memo}" if line.memo else when,
        letter=letter_of(line.other_masked),
        money=line.money,
        void=line.state in {RequestState.DECLINED, RequestState.CANCELED, RequestState.EXPIRED},
        waits=asked and line.state == RequestState.OPEN,
        badge={"kind": kind, "icon": icon, "text": text},
    )


def steps_of(line: RequestLine, *, now: datetime) -> list[dict[str, Any]]:
    """Write the timeline: asked, and then paid, waiting, or closed without payment."""
    asked = {"state": "done", "title": _("Asked"), "at": line.created_at, "style": "row"}
    if line.state == RequestState.OPEN:
        until = typeset.date(line.expires_at, now)
        who = _("You pay or decline") if line.direction == "in" else _("They pay or decline")
        wait = {"state": "wait", "title": _("Waiting for payment"), "note": who}
        wait["time"] = _("until %(day)s") % {"day": until}
        last = _("Not paid by then: it closes by itself, and nothing moves")
        return [asked, wait, {"state": "todo", "title": pgettext("request", "Paid"), "note": last}]
    state = "done" if line.state == RequestState.PAID else "bad"
    return [
        asked,
        {"state": state, "title": str(ENDS[line.state])},
    ]
