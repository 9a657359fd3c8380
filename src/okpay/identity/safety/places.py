"""Where an address is: from a file that the operator put there, never by asking anybody.

Without the file, or for an address that it does not know, the place is unknown, and pages say so.
The file is in MaxMind's format (`OKPAY_PLACES_FILE`, for example DB-IP Lite or GeoLite2 City); it
is read by the package `maxminddb`, which is needed only then.
"""

from __future__ import annotations

import importlib
import ipaddress
import logging
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Protocol

from django.conf import settings

log = logging.getLogger(__name__)
_PREFIX: Final = {4: 24, 6: 48}
CITY_LENGTH: Final = 80


@dataclass(frozen=True, slots=True)
class Place:
    """A country (ISO 3166-1 alpha-2) and a city in English; "" where nothing is known."""

    country: str = ""
    city: str = ""


UNKNOWN: Final = Place()


class Atlas(Protocol):
    """What knows places of addresses, offline. It must answer at once and never raise."""

    def find(self, address: str) -> Place:
        """Return the place, or `UNKNOWN`."""
        ...


class NoAtlas:
    """Knows no place."""

    def find(self, address: str) -> Place:
        """Return `UNKNOWN`."""
        del address
        return UNKNOWN


class FileAtlas:
    """Reads a file in MaxMind's format; whatever is odd in it is an unknown place."""

    def __init__(self, reader: Any) -> None:  # noqa: ANN401 — of a package that may be absent
        self._reader = reader

    def find(self, address: str) -> Place:
        """Return what the file says of this address."""
        try:
            found = self._reader.get(address)
            country = str(found["country"]["iso_code"])[:2].upper()
            city = (found.get("city") or {}).get("names", {}).get("en", "")
            return Place(country, str(city)[:CITY_LENGTH])
        except (KeyError, TypeError, ValueError, AttributeError):
            return UNKNOWN


@cache
def atlas() -> Atlas:
    """Open the operator's file once; a file that cannot be read is said once and then left out."""
    path = str(getattr(settings, "OKPAY_PLACES_FILE", "") or "")
    if not path:
        return NoAtlas()
    try:
        package = importlib.import_module("maxminddb")
        return FileAtlas(package.open_database(path))
    except Exception:
        log.exception("the file of places cannot be read; places stay unknown")
        return NoAtlas()


def is_local(address: str) -> bool:
    """Whether the address belongs to this machine or network, so that it has no place."""
    try:
        return not ipaddress.ip_address(address).is_global
    except ValueError:
        return False


def place_of(address: str) -> Place:
    """Return where an address is; unknown for local and odd ones."""
    if not address or is_local(address):
        return UNKNOWN
    return atlas().find(address)


def shortened(address: str) -> str:
    """Return the network an old address is cut down to: 203.0.113.0/24, 2001:db8:1::/48."""
    version = ipaddress.ip_address(address).version
    return str(ipaddress.ip_network((address, _PREFIX[version]), strict=False))
