"""Wait until nothing that was booked by an instant can still appear."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import connection

from okpay.kernel.clock import offset

if TYPE_CHECKING:
    from datetime import datetime

PATIENCE: Final = timedelta(seconds=60)
_EVERY: Final = timedelta(milliseconds=50)
# A booking locks rows, and so has its transaction number, before it reads its clock (or, where it
# opens its first accounts, a moment after). So whatever carries a moment up to `at` has a number
# below one that is drawn when the server's clock is two seconds past `at`. (A snapshot's xmax would
# not do: it is one past the last number that *ended*, and an open transaction may have that.)
_PASSED: Final = "SELECT clock_timestamp() > %(at)s + interval '2 seconds'"
_BOUND: Final = "SELECT pg_current_xact_id()::text"
_ENDED: Final = "SELECT pg_snapshot_xmin(pg_current_snapshot()) >= %(bound)s::xid8"


class NotSettledError(RuntimeError):
    """The instant has not passed on the server, or a transaction from before it is still open."""


def settle(at: datetime) -> None:
    """Return once every booking with a moment up to `at` is committed or gone.

    Must not be called in a transaction that has written: it would wait for itself.

    Raises:
        NotSettledError: within a minute `at` does not pass on the server's clock, or something
            from before it stays open.
    """
    until = time.monotonic() + PATIENCE.total_seconds()
    _wait(until, _PASSED, {"at": at - offset()})
    _wait(until, _ENDED, {"bound": _ask(_BOUND, {})})


def _wait(until: float, question: str, words: dict[str, Any]) -> None:
    while not _ask(question, words):
        if time.monotonic() > until:
            raise NotSettledError("what was booked by then may not be complete yet")
        time.sleep(_EVERY.total_seconds())


def _ask(question: str, words: dict[str, Any]) -> Any:  # noqa: ANN401 — one value of any column
    with connection.cursor() as cursor:
        cursor.execute(question, words)
        return cursor.fetchone()[0]
