"""The bounded pool in which everything that waits for PostgreSQL by way of Django runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from django.db import close_old_connections, connections

from okpay.api.errors import ServiceBusyError

THREADS: Final = 8  # and so at most this many database connections of a process
MOST_WAITING: Final = 256  # calls in the pool and before it; more are refused at once

Result = TypeVar("Result")


class Pool:
    """Threads with a health-checked database connection each."""

    def __init__(self, threads: int = THREADS, most_waiting: int = MOST_WAITING) -> None:
        """Make the pool; threads start when they are needed and stay."""
        self.threads = threads
        self.most_waiting = most_waiting
        self.waiting = 0
        self._executor: ThreadPoolExecutor | None = None

    async def run(self, work: Callable[[], Result]) -> Result:
        """Run `work` in a thread and return its result.

        Raises:
            ServiceBusyError: too many calls wait already; nothing was started.
        """
        if self.waiting >= self.most_waiting:
            raise ServiceBusyError
        self.waiting += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._started(), _with_connections, work)
        finally:
            self.waiting -= 1

    def _started(self) -> ThreadPoolExecutor:
        if self._executor is None:
            self._executor = ThreadPoolExecutor(self.threads, thread_name_prefix="okpay-api")
        return self._executor

    def stop(self) -> None:
        """Wait for running work and close every thread's connections."""
        executor, self._executor = self._executor, None
        if executor is None:
            return
        # One closing task for each thread; each waits a moment, so that no thread takes two.
        started = len(executor._threads)  # noqa: SLF001 — the pool has no public count
        barrier = _Barrier(started)
        for _ in range(started):
            executor.submit(barrier.close)
        executor.shutdown(wait=True)


class _Barrier:
    def __init__(self, parties: int) -> None:
        from threading import Barrier  # noqa: PLC0415 — only at the end of the process

        self._gate = Barrier(parties) if parties else None

    def close(self) -> None:
        connections.close_all()
        if self._gate is not None:
            self._gate.wait(timeout=10)


def _with_connections(work: Callable[[], Result]) -> Result:
    """Drop a broken or old connection before and after, as Django does around its requests."""
    close_old_connections()
    try:
        return work()
    finally:
        close_old_connections()


POOL: Final = Pool()
