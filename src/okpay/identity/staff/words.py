"""Roles and permissions in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import pgettext_lazy

from okpay.identity.staff.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.utils.functional import _StrOrPromise

ROLE_WORDS: Final[dict[Role, _StrOrPromise]] = {
    Role.SUPPORT: pgettext_lazy("staff role", "Support"),
    Role.KYC: pgettext_lazy("staff role", "Real-name check"),
    Role.RISK: pgettext_lazy("staff role", "Risk"),
    Role.FINANCE: pgettext_lazy("staff role", "Finance"),
    Role.AUDITOR: pgettext_lazy("staff role", "Auditor"),
    Role.ADMINISTRATOR: pgettext_lazy("staff role", "Administrator"),
}


def roles_text(roles: Iterable[str]) -> str:
    """Return role names in the current language, "—" for none."""
    given = set(roles)
    return " · ".join(str(word) for role, word in ROLE_WORDS.items() if role in given) or "—"
