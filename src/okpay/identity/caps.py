"""How many codes may be asked for, so that nobody earns by making us send text messages.

Whoever owns a range of expensive numbers earns on every message to it. So what goes to numbers
that nobody has proven is counted three ways: by the person who asks, by the address they ask from
and by the numbers' first digits. Codes to a number that is somebody's own are counted by address
only: a stranger must not be able to use up what others need to get into their accounts.

One number gets so many in all, counted in shares: what its owner asks for when signed in (or half),
what others ask for to make it theirs, and each purpose for which nobody need be signed in. Of the
last share one address gets a part only, so that one stranger alone does not use it up. Three of
them could: a browser from which the owner signed in before has a share beside it. Whoever holds its
cookie knows that the account exists.
"""

from __future__ import annotations

import ipaddress
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.conf import settings

from okpay.identity import tries
from okpay.identity.errors import TooManyCodesError
from okpay.identity.models import OneTimeCode

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

log = logging.getLogger(__name__)
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
PREFIX_LENGTH: Final = 8  # the plus sign and seven digits: a million Chinese mobile numbers
_SITE: Final = 64  # the bits of an IPv6 address that name one customer


@dataclass(frozen=True, slots=True)
class Cap:
    """At most so many codes in so long."""

    most: int
    within: timedelta


PER_PERSON: Final = (Cap(10, DAY),)
PER_PREFIX: Final = (Cap(100, HOUR), Cap(500, DAY))
PER_PHONE: Final = (Cap(20, DAY),)
WITHOUT_SESSION: Final = (Cap(6, HOUR), Cap(12, DAY))
WITHOUT_SESSION_PER_ADDRESS: Final = (Cap(3, HOUR), Cap(5, DAY))
OWN_BROWSER: Final = tries.TryPolicy("own_browser_codes", ((5, DAY),))


def site_of(address: str) -> str:
    """Return what an address is counted by: an IPv4 address, or the /64 of an IPv6 one; or ""."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if found.version == 4:  # noqa: PLR2004 — of the Internet Protocol
        return str(found)
    return str(ipaddress.ip_network((found, _SITE), strict=False).network_address)


def range_of(phone: str) -> str:
    """Return the first digits of a number, by which numbers like it are counted."""
    return phone[:PREFIX_LENGTH]


def subjects(*, phone: str, person_id: UUID | None, site: str) -> list[str]:
    """Name everything that is counted for one code; locked together, they are counted exactly."""
    asking = [f"person:{person_id}"] if person_id is not None else []
    from_where = [f"address:{site}"] if site else []
    return [f"phone:{phone}", f"prefix:{range_of(phone)}", *asking, *from_where]


def refuse_too_many(
    *, phone: str, person_id: UUID | None, site: str, unproven: bool, now: datetime
) -> None:
    """Return while another code may be sent.

    Args:
        phone: E.164.
        person_id: who asks, if they are known.
        site: see `site_of`; "" when nobody asked from outside.
        unproven: whether the number is not proven to be anybody's.
        now: the moment.

    Raises:
        TooManyCodesError: the person, the address or the numbers like this one had their share.
    """
    rows = OneTimeCode.objects.all()
    if site:
        _hold(rows.filter(address=site), per_address(), now)
    if not unproven:
        return
    strangers = rows.filter(unproven=True)
    _hold(strangers.filter(number_range=range_of(phone)), PER_PREFIX, now)
    if person_id is not None:
        _hold(strangers.filter(person_id=person_id), PER_PERSON, now)


def has_room(*, purposes: Iterable[str], phone: str, now: datetime) -> bool:
    """Whether another code may go to this phone; codes of these purposes are one share."""
    rows = OneTimeCode.objects.filter(phone=phone, purpose__in=purposes)
    return _reached(rows, PER_PHONE, now) is None


def has_room_without_session(*, purpose: str, phone: str, site: str, now: datetime) -> bool:
    """Whether another code may go to this phone for somebody who is not signed in.

    Each purpose by itself: what was asked for at one page must not show at another whether a
    phone is somebody's.
    """
    rows = OneTimeCode.objects.filter(phone=phone, purpose=purpose)
    if _reached(rows, WITHOUT_SESSION, now) is not None:
        return False
    from_here = rows.filter(address=site)
    return not site or _reached(from_here, WITHOUT_SESSION_PER_ADDRESS, now) is None


def own_browser_has_room(*, purpose: str, phone: str, now: datetime) -> bool:
    """Spend one of the codes that known browsers of a phone's owner may ask for, if any is left.

    Call it outside a transaction.
    """
    return tries.attempt(OWN_BROWSER, f"{purpose}:{phone}", now, lambda: False).checked


def per_address() -> tuple[Cap, Cap]:
    """Return what one address may ask for: the operator says, whose customers may share one."""
    most = settings.OKPAY_CODES_AN_HOUR
    return Cap(most, HOUR), Cap(3 * most, DAY)


def _reached(rows: QuerySet[OneTimeCode], caps: tuple[Cap, ...], now: datetime) -> Cap | None:
    full = (c for c in caps if rows.filter(created_at__gt=now - c.within).count() >= c.most)
    return next(full, None)


def _hold(rows: QuerySet[OneTimeCode], caps: tuple[Cap, ...], now: datetime) -> None:
    cap = _reached(rows, caps, now)
    if cap is not None:
        log.error("codes are capped: %s in %s reached", cap.most, cap.within)
        raise TooManyCodesError
