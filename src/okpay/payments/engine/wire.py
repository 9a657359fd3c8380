"""The engine's wire to PostgreSQL: prepared statements, many in one round trip.

libpq's pipeline mode with as little as possible around it: statements are prepared once a
connection, parameters go as text, all requests of a step leave in one write, and their answers are
read together. Waiting is left to a `Waiting`: a thread blocks, an event loop goes on with other
work. The same coroutines run either way.
"""

from __future__ import annotations

import asyncio
import itertools
import select
import time
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

import psycopg
from psycopg import errors, pq
from psycopg.adapt import Transformer

if TYPE_CHECKING:
    from psycopg.pq.abc import PGresult

SILENCE: Final = 6  # seconds without an answer after which the server counts as away
Row = tuple[Any, ...]
_GOOD: Final = frozenset({pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK})
_Result = TypeVar("_Result")
_numbers: Final = itertools.count()


class Statement:
    """A statement with `%s` for its parameters, prepared under a name of its own."""

    __slots__ = ("name", "sql")

    def __init__(self, sql: str) -> None:
        """Number the places."""
        first, *rest = sql.split("%s")
        numbered = (f"${place}{part}" for place, part in enumerate(rest, 1))
        self.sql = (first + "".join(numbered)).encode()
        self.name = b"okpay_%d" % next(_numbers)


class Waiting(Protocol):
    """How to pass the time."""

    async def ready(self, socket: int, *, write: bool) -> None:
        """Return when the socket can be read (or, with `write`, written).

        Raises:
            psycopg.OperationalError: not within `SILENCE`.
        """

    async def sleep(self, seconds: float) -> None:
        """Let time pass."""

    async def apart(self, work: Callable[[], _Result]) -> _Result:
        """Do what cannot be done without blocking."""


class InThread:
    """Waiting in a thread of one's own: it blocks. Coroutines that wait so never suspend."""

    async def ready(self, socket: int, *, write: bool) -> None:
        """Block in poll."""
        poll = select.poll()
        poll.register(socket, select.POLLIN | (select.POLLOUT if write else 0))
        if not poll.poll(SILENCE * 1000):
            raise _silent()

    async def sleep(self, seconds: float) -> None:
        """Block."""
        time.sleep(seconds)  # noqa: ASYNC251 — a thread of its own waits here, no loop

    async def apart(self, work: Callable[[], _Result]) -> _Result:
        """Block."""
        return work()


class OnLoop:
    """Waiting on an event loop, which does other work meanwhile."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Attach to a loop."""
        self._loop = loop

    async def ready(self, socket: int, *, write: bool) -> None:
        """Suspend until the loop sees the socket ready."""
        seen = self._loop.create_future()
        late = self._loop.call_later(SILENCE, _give_up, seen)
        self._loop.add_reader(socket, _settle, seen)
        if write:
            self._loop.add_writer(socket, _settle, seen)
        try:
            await seen
        finally:
            late.cancel()
            self._loop.remove_reader(socket)
            if write:
                self._loop.remove_writer(socket)

    async def sleep(self, seconds: float) -> None:
        """Suspend."""
        await asyncio.sleep(seconds)

    async def apart(self, work: Callable[[], _Result]) -> _Result:
        """Use one of the loop's threads."""
        return await self._loop.run_in_executor(None, work)


def _settle(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


def _give_up(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_exception(_silent())


def _silent() -> psycopg.OperationalError:
    return psycopg.OperationalError(f"the server has not answered for {SILENCE} s")


def plainly(work: Coroutine[Any, Any, _Result]) -> _Result:
    """Run a coroutine that only ever waits by `InThread`."""
    try:
        work.send(None)
    except StopIteration as end:
        result: _Result = end.value
        return result
    work.close()
    message = "a coroutine suspended where nobody can resume it"
    raise RuntimeError(message)


class Wire:
    """One connection, in pipeline mode for as long as it lives."""

    def __init__(self, connection: psycopg.Connection[Any], waiting: Waiting) -> None:
        """Take over a fresh connection; nobody else may use it any more."""
        self._connection = connection
        self._pg = connection.pgconn
        self._waiting = waiting
        self._transformer = Transformer(connection)
        self._prepared: set[bytes] = set()
        self._asked: list[bytes] = []  # what is under way: a name being prepared, or b"" to run
        self._pg.enter_pipeline_mode()
        self._pg.nonblocking = 1

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def send(self, statement: Statement, *params: bytes | None) -> None:
        """Queue one request; nothing is waited for."""
        if statement.name not in self._prepared:
            self._pg.send_prepare(statement.name, statement.sql)
            self._prepared.add(statement.name)
            self._asked.append(statement.name)
        self._pg.send_query_prepared(statement.name, params)
        self._asked.append(b"")

    async def ask(self) -> list[list[Row]]:
        """Send what is queued and return the rows of each request, in order.

        Raises:
            psycopg.Error: the first that failed; whatever came after it was not done. The
                transaction is broken, and the connection may be.
        """
        asked, self._asked = self._asked, []
        self._pg.pipeline_sync()
        await self._flush()
        found: list[list[Row]] = []
        failed: PGresult | None = None
        for name in asked:
            result = await self._result()
            good = result.status in _GOOD
            if name and not good:
                self._prepared.discard(name)
            elif not name and good:
                found.append(self._rows(result))
            if failed is None and not good:
                failed = result
        await self._result()  # the end of the pipeline
        if failed is not None:
            raise errors.error_from_result(failed)
        return found

    async def _flush(self) -> None:
        """Write all; what the server says meanwhile is read, lest both sides wait."""
        while self._pg.flush():
            await self._waiting.ready(self._pg.socket, write=True)
            self._pg.consume_input()

    async def _result(self) -> PGresult:
        for _ in range(2):  # a request's results end with None
            while self._pg.is_busy():
                await self._waiting.ready(self._pg.socket, write=False)
                self._pg.consume_input()
            result = self._pg.get_result()
            if result is not None:
                return result
        raise psycopg.OperationalError(self._pg.get_error_message())

    def _rows(self, result: PGresult) -> list[Row]:
        if not result.ntuples:
            return []
        self._transformer.set_pgresult(result)
        return self._transformer.load_rows(0, result.ntuples, tuple)
