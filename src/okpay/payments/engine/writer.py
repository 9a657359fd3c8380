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
from typing import TYPE_CHECKING, Final

from okpay.kernel.crash import crash_after
from okpay.payments.engine.commands import UNKNOWN, AnyCommand, Outcome
from okpay.payments.engine.decide import decide
from okpay.payments.engine.postgres import PostgresStore
from okpay.payments.engine.store import StoreAwayError, StoreConflictError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from okpay.payments.engine.store import Store

log = logging.getLogger(__name__)

Done = "Callable[[Outcome], None]"
MAX_WAITING: Final = 20_000  # commands queued in this process before new ones are turned away
MAX_TRIES: Final = 6
RECONNECT_FOR: Final = 20  # seconds of a lost database before commands are answered "unknown"


class EngineBusyError(RuntimeError):
    """More commands wait than the written limit; nothing was done with this one."""


Wish = tuple[AnyCommand, "Callable[[Outcome], None]"]


class Writer:
    """Takes commands in; its lanes run them in batches, each on a thread and connection of its own.

    With two lanes one batch is decided while the other commits. Row locks, taken in id order,
    keep them right, as they keep several processes right.
    """

    def __init__(
        self, url: str, *, batch: int = 256, lanes: int = 1, stores: Sequence[Store] = ()
    ) -> None:
        """Prepare; threads and connections come with the first command.

        `stores`, one a lane, replace the database behind `url`.
        """
        self._batch = batch
        self._queue: SimpleQueue[Wish | None] = SimpleQueue()
        places = stores or [PostgresStore(url) for _ in range(lanes)]
        self._lanes = [Lane(store) for store in places]
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
        crash_after("engine.outcomes")
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
    """One store and the batches that run on it, one after the other."""

    def __init__(self, store: Store) -> None:
        """Take a store of its own."""
        self._store = store

    def close(self) -> None:
        """Let the store go."""
        self._store.close()

    def settle(self, commands: list[AnyCommand]) -> list[Outcome]:
        """Run a batch until its outcome is known, or the written patience ends."""
        until = time.monotonic() + RECONNECT_FOR
        tries = 0
        while True:
            tries += 1
            try:
                return self._once(commands)
            except StoreConflictError as conflict:
                self._store.abandon()
                locked_out = conflict.locked_out and len(commands) > 1
                if locked_out or tries >= MAX_TRIES:
                    return self._apart(commands)
            except StoreAwayError as error:
                self._store.close()
                log.warning("the database is away (%s); the batch is asked again", error)
                if time.monotonic() > until:
                    return [UNKNOWN for _ in commands]
                time.sleep(min(0.05 * 2**tries, 1))  # noqa: OKP010 — seconds of waiting
            except Exception:
                log.exception("a batch of %d failed; its commands run one by one", len(commands))
                self._store.close()
                return self._apart(commands)

    def _apart(self, commands: list[AnyCommand]) -> list[Outcome]:
        """Run commands one by one, so that a poisonous one harms only itself."""
        if len(commands) == 1:
            return [UNKNOWN]
        return [self.settle([command])[0] for command in commands]

    def _once(self, commands: list[AnyCommand]) -> list[Outcome]:
        state = self._store.load(commands)
        outcomes = decide(state, commands)
        crash_after("engine.decide")
        if self._store.commit(state):
            return outcomes
        return [UNKNOWN for _ in commands]
