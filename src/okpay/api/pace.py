"""One pace over all API processes: each tells PostgreSQL what its busy callers took, and learns.

Twice a second, and only when somebody was busy, one statement adds what each busy key took here to
one row for each and returns what all processes together have used. A request never waits for it:
it asks the bucket in memory, as before. So at most one bucket for each process gets through within
half a second, and the caller pays it back: afterwards nothing passes until the bucket has refilled.

Quiet keys (less than a sixteenth of their pace here) are not shared, as 16 processes of them make
one limit. Without the database each process counts for itself. The rows hold digests only.
"""

from __future__ import annotations

import heapq
import logging
import threading
import time
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import Error, connection
from django.utils.crypto import salted_hmac

from okpay.api.rates import NANO, RATES

if TYPE_CHECKING:
    from okpay.api.rates import Buckets, Rates

log = logging.getLogger(__name__)

EVERY: Final = 0.5  # noqa: OKP010 — seconds between two statements of a process
PROCESSES: Final = 16  # so many quiet processes make one busy caller
MOST_SHARED: Final = 500  # keys of one statement: the busiest
IDLE: Final = 60  # seconds without a busy caller before the connection is given back
MICRO: Final = 1_000

SHARE: Final = """
INSERT INTO api_pace AS p (key, full_at)
SELECT w.key, (extract(epoch FROM statement_timestamp()) * 1000000)::bigint + w.used
FROM unnest(%s::uuid[], %s::bigint[]) AS w(key, used) ORDER BY w.key
ON CONFLICT (key) DO UPDATE SET full_at = EXCLUDED.full_at
  + GREATEST(p.full_at - (extract(epoch FROM statement_timestamp()) * 1000000)::bigint, 0)
RETURNING p.key, p.full_at - (extract(epoch FROM statement_timestamp()) * 1000000)::bigint
"""
FORGET: Final = """
DELETE FROM api_pace WHERE full_at < (extract(epoch FROM statement_timestamp()) * 1000000)::bigint
"""

Wish = tuple[int, "Buckets", object]  # requests taken, of which bucket, by whom


class Sharing:
    """A thread that keeps one process's buckets in step with those of all others."""

    def __init__(self, rates: Rates) -> None:
        """Prepare; nothing is counted before `start`."""
        self._rates = rates
        self._end = threading.Event()
        self._thread: threading.Thread | None = None
        self._failing = False

    @property
    def running(self) -> bool:
        """Whether buckets are kept in step."""
        return self._thread is not None

    def start(self) -> None:
        """Begin; without any limit there is nothing to share."""
        if self._thread is None and self._rates.tokens.step:
            self._end.clear()
            self._thread = threading.Thread(target=self._run, name="okpay-pace", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End the thread and give its connection back."""
        if self._thread is not None:
            self._end.set()
            self._thread.join(timeout=10)
            self._thread = None

    def share(self) -> int:
        """Tell and learn once; return how many keys were busy.

        Raises:
            Error: nobody was told, and nothing learnt.
        """
        busy = [*self._busy()]
        if not busy:
            return 0
        names = {name_of(buckets, key): (buckets, key) for _, buckets, key in busy}
        used = [count * buckets.step // MICRO for count, buckets, _ in busy]
        with connection.cursor() as cursor:
            cursor.execute(SHARE, [[*names], used])
            for name, left in cursor.fetchall():
                buckets, key = names[name]
                buckets.learn(key, left * MICRO)
        return len(busy)

    def try_share(self) -> int:
        """As `share`; without the database this process counts for itself, and says so once."""
        try:
            count = self.share()
        except Error as error:
            if not self._failing:
                log.warning("the pace is counted by each process for itself (%s)", error)
            self._failing = True
            connection.close()
            return 0
        self._failing = self._failing and not count
        return count

    def _busy(self) -> list[Wish]:
        """Whoever took at least a sixteenth of what a key may take in the same time."""
        wishes: list[Wish] = []
        for buckets in self._rates.all():
            if buckets.step:
                few = int(EVERY * NANO) // (buckets.step * PROCESSES)
                taken = buckets.drain().items()
                wishes += [(count, buckets, key) for key, count in taken if count > few]
        return heapq.nlargest(MOST_SHARED, wishes, key=lambda wish: wish[0])

    def _run(self) -> None:
        busy_at = time.monotonic()
        while not self._end.wait(EVERY):
            if self.try_share():
                busy_at = time.monotonic()
            elif time.monotonic() - busy_at > IDLE:
                connection.close()
        connection.close()


def name_of(buckets: Buckets, key: object) -> UUID:
    """Return a digest that is the same in every process and tells nobody whom it counts."""
    digest = salted_hmac("okpay.api.pace", f"{buckets.name}\x00{key}", algorithm="sha256").digest()
    return UUID(bytes=digest[:16])


def forget_full() -> None:
    """Delete the rows of buckets that are full again: they say nothing."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET)


SHARING: Final = Sharing(RATES)
