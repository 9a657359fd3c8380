"""The writer: one a process; its lanes take whatever waits and commit it together.

Nobody waits for a timer: while one batch commits, the next one gathers. A batch whose outcome is
not known (connection cut, commit unanswered) is run again with the same keys: what was booked
answers itself from `payments_answer`, what was not is booked now.
"""

from __future__ import annotations

import logging
import threading
import time
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg import errors as pg

from okpay.payments.engine.commands import UNKNOWN, AnyCommand, Outcome
from okpay.payments.engine.connect import connect
from okpay.payments.engine.decide import decide
from okpay.payments.engine.load import KnownAccounts, load
from okpay.payments.engine.persist import persist

if TYPE_CHECKING:
    from collections.abc import Callable

    from psycopg.errors import Diagnostic

log = logging.getLogger(__name__)

Done = "Callable[[Outcome], None]"
CONFLICTS: Final = (
    pg.SerializationFailure,
    pg.DeadlockDetected,
    pg.UniqueViolation,
    pg.LockNotAvailable,
)
MAX_WAITING: Final = 20_000  # commands queued in this process before new ones are turned away
MAX_TRIES: Final = 6
RECONNECT_FOR: Final = 20  # seconds of a lost database before commands are answered "unknown"
_SYNC_CANCELED: Final = "canceling wait for synchronous replication"


class EngineBusyError(RuntimeError):
    """More commands wait than the written limit; nothing was done with this one."""


Wish = tuple[AnyCommand, "Callable[[Outcome], None]"]


class Writer:
    """Takes commands in; its lanes run them in batches, each on a thread and connection of its own.

    With two lanes one batch is decided while the other commits. Row locks, taken in id order,
    keep them right, as they keep several processes right.
    """

    def __init__(self, url: str, *, batch: int = 256, lanes: int = 1) -> None:
        """Prepare; threads and connections come with the first command."""
        self._batch = batch
        self._queue: SimpleQueue[Wish | None] = SimpleQueue()
        self._lanes = [Lane(url) for _ in range(lanes)]
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self.after_batch: Callable[[], None] | None = None

    def submit(self, command: AnyCommand, done: Callable[[Outcome], None]) -> None:
        """Queue a command; `done` is called on the writer's thread and must not block.

        Raises:
            EngineBusyError: too many commands wait.
        """
        if self._queue.qsize() >= MAX_WAITING:
            raise EngineBusyError
        if not self._threads:
            self._start()
        self._queue.put((command, done))

    def run(self, command: AnyCommand, timeout: float = 15) -> Outcome:
        """Run one command and wait; after `timeout` seconds the outcome is unknown, not failed."""
        ready = threading.Event()
        box: list[Outcome] = []

        def done(outcome: Outcome) -> None:
            box.append(outcome)
            ready.set()

        self.submit(command, done)
        ready.wait(timeout)
        return box[0] if box else UNKNOWN

    def stop(self) -> None:
        """Finish what waits, then end the threads and close the connections."""
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join(timeout=30)
        self._threads = []

    def _start(self) -> None:
        with self._lock:
            if not self._threads:
                self._threads = [
                    threading.Thread(
                        target=self._loop, args=(lane,), name="okpay-engine", daemon=True
                    )
                    for lane in self._lanes
                ]
                for thread in self._threads:
                    thread.start()

    def _loop(self, lane: Lane) -> None:
        going = True
        while going:
            first = self._queue.get()
            if first is None:
                break
            batch = [first]
            try:
                while len(batch) < self._batch:
                    item = self._queue.get_nowait()
                    if item is None:
                        going = False
                        break
                    batch.append(item)
            except Empty:
                pass
            self._serve(lane, batch)
        lane.close()

    def _serve(self, lane: Lane, batch: list[Wish]) -> None:
        outcomes = lane.settle([command for command, _ in batch])
        for (_, done), outcome in zip(batch, outcomes, strict=True):
            try:
                done(outcome)
            except Exception:
                log.exception("the caller of a command failed to take its outcome")
        if self.after_batch is not None:
            try:
                self.after_batch()
            except Exception:
                log.exception("nobody took the outcomes of a batch")


class Lane:
    """One connection to the database and the batches that run on it, one after the other."""

    def __init__(self, url: str) -> None:
        """Prepare; the connection comes with the first batch."""
        self._url = url
        self._connection: psycopg.Connection[Any] | None = None
        self._unsynced = False
        self._accounts: KnownAccounts = {}

    def close(self) -> None:
        """Close the connection."""
        self._drop()

    def settle(self, commands: list[AnyCommand]) -> list[Outcome]:
        """Run a batch until its outcome is known, or the written patience ends."""
        until = time.monotonic() + RECONNECT_FOR
        tries = 0
        while True:
            tries += 1
            try:
                return self._once(commands)
            except CONFLICTS as conflict:
                self._rollback()
                locked_out = isinstance(conflict, pg.LockNotAvailable) and len(commands) > 1
                if locked_out or tries >= MAX_TRIES:
                    return self._apart(commands)
            except (psycopg.OperationalError, psycopg.InterfaceError) as error:
                self._drop()
                log.warning("the database is away (%s); the batch is asked again", error)
                if time.monotonic() > until:
                    return [UNKNOWN for _ in commands]
                time.sleep(min(0.05 * 2**tries, 1))  # noqa: OKP010 — seconds of waiting
            except Exception:
                log.exception("a batch of %d failed; its commands run one by one", len(commands))
                self._drop()
                return self._apart(commands)

    def _apart(self, commands: list[AnyCommand]) -> list[Outcome]:
        """Run commands one by one, so that a poisonous one harms only itself."""
        if len(commands) == 1:
            return [UNKNOWN]
        return [self.settle([command])[0] for command in commands]

    def _once(self, commands: list[AnyCommand]) -> list[Outcome]:
        connection = self._connection or self._open()
        self._unsynced = False
        state = load(connection, commands, self._accounts)
        outcomes = decide(state, commands)
        with connection.pipeline():
            persist(connection, state)
            connection.execute("COMMIT")
        if self._unsynced:
            return [UNKNOWN for _ in commands]
        return outcomes

    def _open(self) -> psycopg.Connection[Any]:
        self._connection = connect(self._url)
        self._connection.add_notice_handler(self._notice)
        return self._connection

    def _notice(self, diagnostic: Diagnostic) -> None:
        if _SYNC_CANCELED in (diagnostic.message_primary or ""):
            self._unsynced = True

    def _rollback(self) -> None:
        if self._connection is not None:
            try:
                self._connection.execute("ROLLBACK")
            except psycopg.Error:
                self._drop()

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
