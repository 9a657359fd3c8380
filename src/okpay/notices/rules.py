"""How a stored message becomes words, and what a person's choices allow. Pure functions."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from okpay.kernel.money import ASSETS
from okpay.notices.kinds import KINDS
from okpay.notices.schemas import Category, Choices, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULTS: Final = Choices()
MISSING: Final = "—"


class _Places(dict[str, str]):
    """The places of a text; one that has no parameter shows a dash instead of failing."""

    def __missing__(self, key: str) -> str:
        return MISSING


def money_text(value: Mapping[str, Any]) -> str:
    """Write money of the wire for people: `¥1,280.00`, `$20.00 USD`."""
    code = str(value.get("currency", ""))
    whole, dot, fraction = str(value.get("amount", "")).partition(".")
    asset = ASSETS.get(code)
    digits = f"{int(whole):,}" if whole.isascii() and whole.isdigit() else whole
    shown = f"{asset.symbol if asset else ''}{digits}{dot}{fraction}"
    return shown if code == "CNY" else f"{shown} {code}"


def time_text(value: datetime) -> str:
    """Write a moment for people, in the house's time zone: `11月21日 14:06`, `21 Nov, 14:06`."""
    local = timezone.localtime(value)
    chinese = (get_language() or "").startswith("zh")
    return date_format(local, "n月j日 H:i" if chinese else "j M, H:i", use_l10n=False)


def _shown(name: str, value: object) -> str:
    if isinstance(value, dict):
        return money_text(value)
    moment = parse_datetime(value) if name.endswith("_at") and isinstance(value, str) else None
    if moment is not None and timezone.is_aware(moment):
        return time_text(moment)
    return str(value) if value not in (None, "") else MISSING


def kind_of(code: str) -> Kind:
    """Return the kind; an unknown code (from a newer version) still shows something plain."""
    unknown = Kind(Category.SERVICE, _("News about your account"), "", "bell")
    return KINDS.get(code, unknown)


def words(code: str, params: Mapping[str, Any]) -> tuple[str, str]:
    """Return title and body in the current language."""
    kind = kind_of(code)
    places = _Places({name: _shown(name, value) for name, value in params.items()})
    return str(kind.title) % places, str(kind.body) % places


def wants_in_app(category: Category, choices: Choices) -> bool:
    """Whether the message centre shows it. Money and security always do."""
    if category is Category.SERVICE:
        return choices.service_app
    if category is Category.PROMOTIONS:
        return choices.promotions_app
    return True


def wants_mail(category: Category, choices: Choices) -> bool:
    """Whether it may also go by mail. Security always may."""
    if category is Category.TRANSACTIONS:
        return choices.transactions_mail
    if category is Category.SERVICE:
        return choices.service_mail
    if category is Category.PROMOTIONS:
        return choices.promotions_mail
    return True
