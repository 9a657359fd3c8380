"""How often people may make us write to somebody who is no customer.

An invitation to a number that nobody has proven costs us an SMS and may earn its owner money or
annoy a stranger. So they are counted: for each person who causes them, for each range of numbers.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import connection

from okpay.notices.models import Outgoing
from okpay.notices.schemas import Channel
from okpay.notices.states import Sending

if TYPE_CHECKING:
    from django.db.models import QuerySet

DAY: Final = timedelta(days=1)
HOUR: Final = timedelta(hours=1)
PER_CAUSER: Final = 20  # mails and SMS a day
PREFIX_LENGTH: Final = 8  # the plus sign and seven digits of a phone number
PER_PREFIX_HOUR: Final = 50  # SMS
PER_PREFIX_DAY: Final = 200
ABOVE: Final = "above the cap"  # in `last_error` of what was never tried
_LOCK: Final = 7_309  # names this counting among advisory locks


def range_of(number: str) -> str:
    """Return the first digits of a number: the range that it is counted in."""
    return number[:PREFIX_LENGTH]


def may_write(outgoing: Outgoing) -> bool:
    """Whether one more may go out; call it in the transaction that then inserts it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    return has_room(outgoing)


def has_room(outgoing: Outgoing) -> bool:
    """Whether one more could go out as things stand, to tell somebody in advance; reserves none."""
    caused = Outgoing.objects.filter(causer__isnull=False)
    caused = caused.exclude(state=Sending.DEAD, last_error=ABOVE)
    if _reached(caused.filter(causer=outgoing.causer), outgoing, DAY, PER_CAUSER):
        return False
    if outgoing.channel != Channel.SMS:
        return True
    alike = caused.filter(channel=Channel.SMS, recipient_range=range_of(outgoing.recipient))
    hour = _reached(alike, outgoing, HOUR, PER_PREFIX_HOUR)
    return not hour and not _reached(alike, outgoing, DAY, PER_PREFIX_DAY)


def _reached(rows: QuerySet[Outgoing], outgoing: Outgoing, within: timedelta, most: int) -> bool:
    return rows.filter(created_at__gt=outgoing.created_at - within).count() >= most
