"""A record as a row: who, when, which way, how much, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from okpay.kernel.money import Money
from okpay.wallets.queries import RecordLine
from okpay.wallets.states import RecordState
from okpay.web import typeset

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

KIND_WORDS: Final[dict[str, _StrOrPromise]] = {
    "transfer": _("Transfer"),
    "top_up": _("Top-up"),
    "purchase": _("Purchase"),
    "refund": _("Refund"),
    "exchange": _("Currency exchange"),
    "adjustment": _("Correction by OKPay"),
}
KIND_ICONS: Final[dict[str, str]] = {"top_up": "wallet", "refund": "undo-2", "adjustment": "scale"}
MOVED: Final = frozenset({RecordState.COMPLETED, RecordState.PENDING})


@dataclass(frozen=True, slots=True)
class Row:
    """What a row of the list shows. `sign` is "in" or "out", "" where nothing moved."""

    url: str
    public_id: str
    title: str
    text: str
    words: str
    icon: str
    letter: str
    money: Money
    sign: str
    void: bool
    state: str
    at: datetime
    veiled: bool = False


def row_of(line: RecordLine, *, now: datetime, dated: bool, veiled: bool = False) -> Row:
    """Put a record into a row; `dated` writes the day too, where no heading says it."""
    outgoing = line.direction == "out"
    moved = line.state in MOVED
    words = _words(line, outgoing=outgoing, moved=moved)
    at = typeset.when(line.created_at, now, "row" if dated else "time")
    name = title_of(line)
    return Row(
        url=reverse("record_detail", args=[line.public_id]),
        public_id=line.public_id,
        title=name,
        text=f"{at} · {_way(outgoing=outgoing, moved=moved) if dated else words}",
        words=words,
        icon=KIND_ICONS.get(line.kind, ""),
        letter=letter_of(name),
        money=line.money,
        sign=("out" if outgoing else "in") if moved else "",
        void=not moved,
        state=line.state.name.lower(),
        at=line.created_at,
        veiled=veiled,
    )


def title_of(line: RecordLine) -> str:
    """Return who is on the other side, or what the record is where nobody is."""
    if line.kind == "top_up":
        return f"{KIND_WORDS['top_up']} · {line.label}" if line.label else str(KIND_WORDS["top_up"])
    return line.counterparty or str(KIND_WORDS[line.kind])


def letter_of(name: str) -> str:
    """Return the first letter of a masked name that is not masked."""
    return next((letter.upper() for letter in name if letter.isalnum()), "·")


def _words(line: RecordLine, *, outgoing: bool, moved: bool) -> str:
    said = _way(outgoing=outgoing, moved=moved)
    return said if line.kind in {"top_up", "adjustment"} else f"{KIND_WORDS[line.kind]} · {said}"


def _way(*, outgoing: bool, moved: bool) -> str:
    if not moved:
        return str(_("nothing moved"))
    return str(_("paid") if outgoing else _("received"))
