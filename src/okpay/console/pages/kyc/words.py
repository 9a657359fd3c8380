"""Plain words for what the checks found, and how what is typed is masked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from okpay.identity.rules import mask_name

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# What each finding says when it is well, and when it is not.
FINDINGS: Final[dict[str, tuple[_StrPromise, _StrPromise]]] = {
    "quality": (_("The picture is sharp"), _("The picture is blurred, or light lies on it")),
    "number_elsewhere": (
        _("No other account uses this number"),
        _("Another account uses this number"),
    ),
    "picture_elsewhere": (
        _("No other account uses this picture"),
        _("Another account sent nearly the same picture"),
    ),
    "account_name": (
        _("The name is that of the account"),
        _("The name differs from that of the account"),
    ),
    "check_digits": (_("All check digits fit"), _("A check digit does not fit")),
    "expiry": (_("The document is valid"), _("The document runs out soon or has run out")),
    "outside": (
        _("The outside verifier sees nothing against it"),
        _("The outside verifier has doubts"),
    ),
}
ICONS: Final = {"ok": "check", "warn": "triangle-alert", "bad": "x"}
BADGES: Final = {"ok": "ok", "warn": "warn", "bad": "danger"}
FILTERS: Final[dict[str, _StrPromise]] = {
    "all": pgettext_lazy("kyc", "All"),
    "mine": pgettext_lazy("kyc", "Mine"),
    "free": pgettext_lazy("kyc", "Free"),
    "risk": pgettext_lazy("kyc", "Two people"),
    "appeal": pgettext_lazy("kyc", "Appeals"),
    "over": pgettext_lazy("kyc", "Overdue"),
}
APPEAL: Final = pgettext_lazy("kyc", "Words of the appeal")
_SHOWN: Final = 4


def finding(code: str, outcome: str) -> str:
    """Say what a check found; a code without words stands for itself."""
    words = FINDINGS.get(code)
    return str(words[outcome != "ok"]) if words else code


def masked(field: str, value: str) -> str:
    """Mask what was typed into a field, for staff who may not see documents."""
    if field == "legal_name":
        return mask_name(value)
    if field in {"number", "mrz"}:
        return f"{'*' * _SHOWN} {value[-_SHOWN:]}" if len(value) > 2 * _SHOWN else "*" * _SHOWN
    return f"{value[:4]}-**-**" if value else ""
