"""Where an address is, in words. What nobody knows is called so."""

from __future__ import annotations

from functools import cache

from babel import Locale
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from okpay.identity.safety import places


@cache
def _territories(language: str) -> dict[str, str]:
    locale = Locale.parse("zh_Hans_CN" if language.startswith("zh") else "en")
    return {str(code): str(name) for code, name in locale.territories.items()}


def country_name(code: str) -> str:
    """Return a country's name in the current language, or its code where there is none."""
    return _territories(get_language() or "en").get(code, code)


def in_words(place: places.Place, *, address: str, local: bool) -> str:
    """Say a place, as well as it is known: city and country, this network, or the address."""
    if local:
        return _("This network")
    known = " · ".join(part for part in (country_name(place.country), place.city) if part)
    if known:
        return known
    return _("Unknown place, %(address)s") % {"address": address} if address else _("Unknown place")


def place_words(address: str) -> str:
    """Say where an address is now."""
    local = bool(address) and places.is_local(address)
    return in_words(places.place_of(address), address=address, local=local)
