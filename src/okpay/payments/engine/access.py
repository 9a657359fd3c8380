"""The engine of this process: one writer, made when it is first asked for."""

from __future__ import annotations

import asyncio
import os
import threading
from collections import deque
from typing import TYPE_CHECKING, Final

from django.conf import settings

from okpay.payments.engine.writer import Writer

if TYPE_CHECKING:
    from okpay.payments.engine.commands import AnyCommand, Outcome

LANES: Final = 2  # batches in flight a process
_lock: Final = threading.Lock()
_writers: Final[dict[int, Writer]] = {}


def engine() -> Writer:
    """Return this process's writer; after a fork the child gets one of its own."""
    pid = os.getpid()
    writer = _writers.get(pid)
    if writer is None:
        with _lock:
            writer = _writers.get(pid)
            if writer is None:
                writer = _writers[pid] = Writer(
                    _url(), batch=settings.OKPAY_ENGINE_BATCH, lanes=LANES
                )
    return writer


def _url() -> str:
    """Name the database that Django uses now (tests switch it), by the operator's own address."""
    from psycopg.conninfo import make_conninfo  # noqa: PLC0415 — not needed to import the module

    database = settings.DATABASES["default"]["NAME"]
    return make_conninfo(settings.OKPAY_DATABASE_URL, dbname=database)


class LoopBridge:
    """Lets coroutines await the writer, waking the event loop once a batch, not once a command."""

    def __init__(self, writer: Writer, loop: asyncio.AbstractEventLoop) -> None:
        """Attach to a writer; one bridge a process."""
        self._writer = writer
        self._loop = loop
        # Appended by every lane, drained by whichever finishes: a deque is safe for both.
        self._settled: deque[tuple[asyncio.Future[Outcome], Outcome]] = deque()
        writer.after_batch = self._wake

    async def run(self, command: AnyCommand) -> Outcome:
        """Submit and wait for the outcome.

        Raises:
            EngineBusyError: too many commands wait.
        """
        future: asyncio.Future[Outcome] = self._loop.create_future()
        self._writer.submit(command, lambda outcome: self._settled.append((future, outcome)))
        return await future

    def _wake(self) -> None:
        settled = []
        while self._settled:
            try:
                settled.append(self._settled.popleft())
            except IndexError:  # another lane took the last one
                break
        if settled:
            self._loop.call_soon_threadsafe(self._deliver, settled)

    @staticmethod
    def _deliver(settled: list[tuple[asyncio.Future[Outcome], Outcome]]) -> None:
        for future, outcome in settled:
            if not future.done():
                future.set_result(outcome)
