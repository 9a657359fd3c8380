"""The book in PostgreSQL: one connection, one transaction a batch."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import psycopg
from psycopg import errors as pg

from okpay.kernel.crash import crash_after
from okpay.payments.durable import WAIT_CANCELED
from okpay.payments.engine.connect import connect
from okpay.payments.engine.load import load
from okpay.payments.engine.persist import COMMIT, persist
from okpay.payments.engine.store import StoreAwayError, StoreConflictError
from okpay.payments.engine.wire import InThread, Statement, Waiting, Wire, plainly

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from psycopg.errors import Diagnostic

    from okpay.payments.engine.commands import AnyCommand
    from okpay.payments.engine.state import BatchState

CONFLICTS: Final = (
    pg.SerializationFailure,
    pg.DeadlockDetected,
    pg.UniqueViolation,
    pg.LockNotAvailable,
)
# Lost too: a primary that has become a standby, and a session that the server gave up.
AWAY: Final = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    pg.ReadOnlySqlTransaction,
    pg.IdleInTransactionSessionTimeout,
)
ROLLBACK: Final = Statement("ROLLBACK")


class PostgresStore:
    """A lane's own connection, opened when it is first needed and after every loss.

    As a `Store` it blocks its thread; the coroutines below do the same on an event loop.
    """

    def __init__(self, url: str, waiting: Waiting | None = None) -> None:
        """Prepare; the connection comes with the first batch."""
        self._url = url
        self._waiting = waiting or InThread()
        self._wire: Wire | None = None
        self._unsynced = False

    def load(self, commands: Sequence[AnyCommand]) -> BatchState:
        """As `loaded`, blocking."""
        return plainly(self.loaded(commands))

    def commit(self, state: BatchState) -> bool:
        """As `committed`, blocking."""
        return plainly(self.committed(state))

    def abandon(self) -> None:
        """As `abandoned`, blocking."""
        plainly(self.abandoned())

    async def loaded(self, commands: Sequence[AnyCommand]) -> BatchState:
        """Begin a transaction, lock the accounts in id order and read the rest."""
        with _translated():
            wire = self._wire or await self._open()
            self._unsynced = False
            state = await load(wire, commands)
        crash_after("engine.load")
        return state

    async def committed(self, state: BatchState) -> bool:
        """Write everything and commit, in one round trip."""
        wire = self._wire
        if wire is None:
            message = "the connection was lost after the batch was loaded"
            raise StoreAwayError(message)
        with _translated():
            persist(wire, state)
            crash_after("engine.persist")
            wire.send(COMMIT)
            await wire.ask()
        crash_after("engine.commit")
        return not self._unsynced

    async def abandoned(self) -> None:
        """Roll back; a connection that cannot is closed, which does the same."""
        if self._wire is not None:
            try:
                self._wire.send(ROLLBACK)
                await self._wire.ask()
            except psycopg.Error:
                self.close()

    def close(self) -> None:
        """Close the connection."""
        if self._wire is not None:
            self._wire.close()
            self._wire = None

    async def sleep(self, seconds: float) -> None:
        """Let time pass, the way this store waits."""
        await self._waiting.sleep(seconds)

    async def _open(self) -> Wire:
        connection = await self._waiting.apart(lambda: connect(self._url))
        connection.add_notice_handler(self._notice)
        self._wire = Wire(connection, self._waiting)
        return self._wire

    def _notice(self, diagnostic: Diagnostic) -> None:
        if WAIT_CANCELED in (diagnostic.message_primary or ""):
            self._unsynced = True


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except CONFLICTS as error:
        locked_out = isinstance(error, pg.LockNotAvailable)
        raise StoreConflictError(str(error), locked_out=locked_out) from error
    except AWAY as error:
        raise StoreAwayError(str(error)) from error
