"""Facts that a program wrote down, as a list in words: of the audit trail, and of tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from okpay.limits.changes import WORDS as FIGURES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrOrPromise

WORDS: Final[dict[str, _StrOrPromise]] = {
    "about": pgettext_lazy("fact", "About"),
    "amount": pgettext_lazy("fact", "Amount (smallest unit)"),
    "approval": pgettext_lazy("fact", "Proposal"),
    "asset": pgettext_lazy("fact", "Asset (ISO 4217)"),
    "cause": pgettext_lazy("fact", "Cause"),
    "changed": pgettext_lazy("fact", "Changed"),
    "count": pgettext_lazy("fact", "Count"),
    "devices": pgettext_lazy("fact", "Devices"),
    "digest": pgettext_lazy("fact", "Fingerprint"),
    "email": pgettext_lazy("fact", "E-mail"),
    "factors": pgettext_lazy("fact", "Second factors"),
    "field": pgettext_lazy("fact", "Which fact"),
    "file": pgettext_lazy("fact", "File"),
    "found": pgettext_lazy("fact", "Found"),
    "freeze": pgettext_lazy("fact", "Freeze"),
    "from": pgettext_lazy("fact", "Before"),
    "full": pgettext_lazy("fact", "With documents"),
    "keys": pgettext_lazy("fact", "Keys"),
    "kind": pgettext_lazy("fact", "Kind"),
    "new": pgettext_lazy("fact", "After"),
    "new_device": pgettext_lazy("fact", "New device"),
    "note": pgettext_lazy("fact", "In their words"),
    "number": pgettext_lazy("fact", "Number"),
    "old": pgettext_lazy("fact", "Before"),
    "person": pgettext_lazy("fact", "Customer"),
    "proven": pgettext_lazy("fact", "Proven"),
    "reason": pgettext_lazy("fact", "Reason"),
    "record": pgettext_lazy("fact", "Record"),
    "recovery": pgettext_lazy("fact", "Recovery"),
    "renewed": pgettext_lazy("fact", "Renewed"),
    "rule": pgettext_lazy("fact", "Rule"),
    "scopes": pgettext_lazy("fact", "Scopes"),
    "sessions": pgettext_lazy("fact", "Sessions ended"),
    "sessions_ended": pgettext_lazy("fact", "Sessions ended"),
    "sign_ins": pgettext_lazy("fact", "Sign-ins"),
    "slot": pgettext_lazy("fact", "Picture"),
    "state": pgettext_lazy("fact", "State"),
    "statement": pgettext_lazy("fact", "Statement"),
    "ticket": pgettext_lazy("fact", "Ticket"),
    "to": pgettext_lazy("fact", "After"),
    "tokens": pgettext_lazy("fact", "Access tokens ended"),
    "tokens_revoked": pgettext_lazy("fact", "Access tokens ended"),
    "unknown": pgettext_lazy("fact", "Unknown payments"),
    "unknown_payments": pgettext_lazy("fact", "Unknown payments"),
    "until": pgettext_lazy("fact", "Until"),
    "version": pgettext_lazy("fact", "Version"),
    "way": pgettext_lazy("fact", "Way"),
    "why": pgettext_lazy("fact", "Why"),
}


LONG: Final = 26


def lines_of(
    facts: Mapping[str, object], *, short: bool = False
) -> list[tuple[_StrOrPromise, str]]:
    """Return each fact with its word; one without a word stands under its own name.

    `short` cuts the middle out of long numbers and digests, where all of it stands elsewhere.
    """
    return [(_word(name), _text(value, short=short)) for name, value in facts.items()]


def _word(name: str) -> _StrOrPromise:
    """Return the word for a fact; a figure of the limits is named by level and matter."""
    level, _dot, figure = name.partition(".")
    if figure in FIGURES:
        return _("Level %(level)s: %(what)s") % {"level": level, "what": FIGURES[figure]}
    return WORDS.get(name, name)


def _text(value: object, *, short: bool) -> str:
    if value is None or value in ("", [], {}):
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        return ", ".join(f"{word}: {text}" for word, text in lines_of(value, short=short))
    if isinstance(value, list):
        return "; ".join(_text(one, short=short) for one in value)
    text = str(value)
    return f"{text[:4]}…{text[-8:]}" if short and len(text) > LONG and " " not in text else text
