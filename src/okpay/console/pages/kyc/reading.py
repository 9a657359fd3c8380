"""What was typed beside what programs read from the document, and what stood there before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone

from okpay.console.pages.kyc import words
from okpay.kyc import answers, vault
from okpay.kyc.checks import mrz
from okpay.kyc.documents import DOCUMENTS, word_of

if TYPE_CHECKING:
    from datetime import datetime

    from okpay.kyc.models import Answer, Case


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field. `agrees` is None where nothing was read; `before` what stood there earlier."""

    name: str
    label: object
    typed: str
    read: str
    agrees: bool | None
    before: str
    changed: bool


def fields_of(case: Case, *, full: bool, now: datetime) -> list[FieldRow]:
    """List the fields of a case in the document's order."""
    rows = list(case.answers.order_by("id"))
    present = {one.field: vault.text_of(one) for one in rows if one.replaced_at is None}
    past = {one.field: one for one in rows if one.replaced_at is not None}
    found = _extracted(case, present, now)
    names = (*DOCUMENTS[case.document].fields, "appeal")
    return [
        _row(name, present[name], found.get(name, ""), past.get(name), full=full)
        for name in names
        if name in present
    ]


def _row(name: str, typed: str, read: str, before: Answer | None, *, full: bool) -> FieldRow:
    earlier = vault.text_of(before) if before else ""
    changed = bool(before) and earlier != typed
    return FieldRow(
        name=name,
        label=word_of(name) if name != "appeal" else words.APPEAL,
        typed=_shown(name, typed, full=full),
        read=_shown(name, read, full=full),
        agrees=_plain(read) == _plain(typed) if read else None,
        before=_shown(name, earlier, full=full) if changed else "",
        changed=changed,
    )


def _shown(name: str, value: str, *, full: bool) -> str:
    return value if full or name == "appeal" or not value else words.masked(name, value)


def _plain(text: str) -> str:
    return "".join(text.upper().split())


def _extracted(case: Case, typed: dict[str, str], now: datetime) -> dict[str, str]:
    """Read the machine-readable lines, or the birthday that a number carries."""
    if "mrz" in typed:
        try:
            zone = mrz.read(typed["mrz"], timezone.localdate(now))
        except mrz.MrzError:
            return {}
        return {
            "legal_name": zone.name,
            "number": zone.number,
            "birth_date": zone.born.isoformat(),
            "expiry": zone.expires.isoformat(),
        }
    birthday = answers.born(DOCUMENTS[case.document], typed)
    carried = DOCUMENTS[case.document].number == "prc" and birthday is not None
    return {"birth_date": birthday.isoformat()} if carried and birthday else {}
