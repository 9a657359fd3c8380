"""The book in PostgreSQL: one connection, one transaction a batch."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg import errors as pg

from okpay.kernel.crash import crash_after
from okpay.payments.engine.connect import connect
from okpay.payments.engine.load import KnownAccounts, load
from okpay.payments.engine.persist import persist
from okpay.payments.engine.store import StoreAwayError, StoreConflictError

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
_SYNC_CANCELED: Final = "canceling wait for synchronous replication"


class PostgresStore:
    """A lane's own connection, opened when it is first needed and after every loss."""

    def __init__(self, url: str) -> None:
        """Prepare; the connection comes with the first batch."""
        self._url = url
        self._connection: psycopg.Connection[Any] | None = None
        self._unsynced = False
        self._accounts: KnownAccounts = {}

    def load(self, commands: Sequence[AnyCommand]) -> BatchState:
        """Begin a transaction, lock the accounts in id order and read the rest."""
        with _translated():
            connection = self._connection or self._open()
            self._unsynced = False
            state = load(connection, commands, self._accounts)
        crash_after("engine.load")
        return state

    def commit(self, state: BatchState) -> bool:
        """Write everything and commit, in one round trip."""
        connection = self._connection
        if connection is None:
            message = "the connection was lost after the batch was loaded"
            raise StoreAwayError(message)
        with _translated(), connection.pipeline():
            persist(connection, state)
            crash_after("engine.persist")
            connection.execute("COMMIT")
            crash_after("engine.commit.sent")
        crash_after("engine.commit")
        return not self._unsynced

    def abandon(self) -> None:
        """Roll back; a connection that cannot is closed, which does the same."""
        if self._connection is not None:
            try:
                self._connection.execute("ROLLBACK")
            except psycopg.Error:
                self.close()

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self) -> psycopg.Connection[Any]:
        self._connection = connect(self._url)
        self._connection.add_notice_handler(self._notice)
        return self._connection

    def _notice(self, diagnostic: Diagnostic) -> None:
        if _SYNC_CANCELED in (diagnostic.message_primary or ""):
            self._unsynced = True


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except CONFLICTS as error:
        locked_out = isinstance(error, pg.LockNotAvailable)
        raise StoreConflictError(str(error), locked_out=locked_out) from error
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        raise StoreAwayError(str(error)) from error
