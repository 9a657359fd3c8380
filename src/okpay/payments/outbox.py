"""The outbox: what the engine booked becomes jobs, in the order of the bookings, none twice.

The engine leaves the records that people must hear of in the batch itself: that costs a payment
nothing. Here they are read a moment behind, many batches at once, and become jobs in the same
transaction that notes how far was read.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import DatabaseError, close_old_connections, connection, transaction

from okpay.kernel.crash import crash_after
from okpay.notices.tasks import tell
from okpay.payments.models import OutboxMark

if TYPE_CHECKING:
    from collections.abc import Iterator

log = logging.getLogger("okpay.jobs")
EVERY: Final = timedelta(milliseconds=250)  # between looks when nothing waits
AWAY: Final = timedelta(seconds=1)  # between looks when the database is away
MOST_BATCHES: Final = 200  # read in one look
MOST_RECORDS: Final = 100  # told by one job
# A batch that is visible below this bound can get no earlier neighbour any more. A number of the
# future is one of another server: such batches came with a restored dump, and are settled.
_NEXT: Final = """
SELECT b.id, b.xid::text AS number, b.news FROM ledger_batch b
WHERE b.id > %(since)s AND (b.xid, b.id) > (%(xid)s::xid8, %(batch)s)
  AND (b.xid < pg_snapshot_xmin(pg_current_snapshot())
       OR b.xid >= pg_snapshot_xmax(pg_current_snapshot()))
ORDER BY b.xid, b.id LIMIT %(most)s
"""
_RESTORED: Final = """
SELECT GREATEST(max(id), %(batch)s) FROM ledger_batch
WHERE xid >= pg_snapshot_xmax(pg_current_snapshot())
HAVING %(xid)s::xid8 >= pg_snapshot_xmax(pg_current_snapshot())
"""


def forward() -> int:
    """Make jobs of the next batches' news; return how many batches were read.

    Any number of processes may do so: one works, the others return 0.
    """
    with transaction.atomic():
        mark = OutboxMark.objects.select_for_update(skip_locked=True).filter(pk=1).first()
        if mark is None:
            return 0
        with connection.cursor() as cursor:
            edge: dict[str, int | str] = {
                "since": mark.since,
                "xid": mark.xid,
                "batch": mark.batch,
            }
            cursor.execute(_NEXT, {**edge, "most": MOST_BATCHES})
            batches = cursor.fetchall()
            if not batches:
                cursor.execute(_RESTORED, edge)
                if restored := cursor.fetchone():  # all read: from here on, this server's own
                    OutboxMark.objects.filter(pk=1).update(since=restored[0], xid="0", batch=0)
                return 0
        records = [str(record) for _, _, news in batches for record in news]
        for place in range(0, len(records), MOST_RECORDS):
            tell.defer(records=records[place : place + MOST_RECORDS])
        crash_after("outbox.forward")
        OutboxMark.objects.filter(pk=1).update(batch=batches[-1][0], xid=batches[-1][1])
    return len(batches)


def forward_all() -> int:
    """Make jobs of all news that waits; return how many batches were read."""
    total = 0
    while read := forward():
        total += read
    return total


@contextlib.contextmanager
def forwarding() -> Iterator[None]:
    """Forward in a thread of its own, and once more at the end."""
    stop = threading.Event()
    thread = threading.Thread(target=_keep_forwarding, args=(stop,), name="okpay-outbox")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=10)


def _keep_forwarding(stop: threading.Event) -> None:
    away = False
    while True:
        last = stop.is_set()
        try:
            forward_all()
            away = False
        except DatabaseError as error:
            if not away:
                log.warning("the outbox is not read: %s", str(error).strip().partition("\n")[0])
            away = True
            close_old_connections()
        if last:
            break
        stop.wait((AWAY if away else EVERY).total_seconds())
    close_old_connections()
