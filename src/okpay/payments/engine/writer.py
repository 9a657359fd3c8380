"""The writer: one a process; its lanes take whatever waits and commit it together.

Nobody waits for a timer: while one batch commits, the next one gathers. A batch whose outcome is
not known (connection cut, commit unanswered) is run again with the same keys: what was booked
answers itself from `payments_answer`, what was not is booked now.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from typing import TYPE_CHECKING, Final

from okpay.kernel.crash import crash_after
from okpay.payments.engine.commands import UNKNOWN, AnyCommand, Outcome
from okpay.payments.engine.lane import HURRY, Blocking, Lane, is_time
from okpay.payments.engine.postgres import PostgresStore
from okpay.payments.engine.wire import plainly

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from okpay.payments.engine.store import Store

log = logging.getLogger(__name__)

MAX_WAITING: Final = 20_000  # commands queued in this process before new ones are turned away


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
        self._waiting: deque[list[Wish]] = deque()  # what stands together is decided together
        self._count = 0  # of the commands in them
        self._running: dict[Lane, int] = {}  # how many commands each has in hand
        self._ending = False
        self._change = threading.Condition()
        places = stores or [PostgresStore(url) for _ in range(lanes)]
        self._lanes = [Lane(Blocking(store)) for store in places]
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()

    def submit(self, command: AnyCommand, done: Callable[[Outcome], None]) -> None:
        """Queue a command; `done` is called on the writer's thread and must not block.

        Raises:
            EngineBusyError: too many commands wait.
        """
        self.submit_together([(command, done)])

    def submit_together(self, wishes: list[Wish]) -> None:
        """Queue commands that one batch decides, in their order; see `submit`.

        Raises:
            EngineBusyError: too many commands wait; none of these was taken.
        """
        if self._count >= MAX_WAITING:
            raise EngineBusyError
        if not self._threads:
            self._start()
        with self._change:
            self._waiting.append(wishes)
            self._count += len(wishes)
            if len(self._waiting) == 1 or self._is_time():  # the first has a lane count to `HURRY`
                self._change.notify()

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
        with self._change:
            self._ending = True
            self._change.notify_all()
        for thread in self._threads:
            thread.join(timeout=30)
        self._threads = []

    def _start(self) -> None:
        with self._lock:
            if not self._threads:
                self._ending = False
                self._threads = [
                    threading.Thread(
                        target=self._loop, args=(lane,), name="okpay-engine", daemon=True
                    )
                    for lane in self._lanes
                ]
                for thread in self._threads:
                    thread.start()

    def _is_time(self) -> bool:
        """Whether a free lane should begin."""
        if not self._waiting or len(self._running) == len(self._lanes):
            return False
        return self._ending or is_time(self._count, self._running.values(), self._batch)

    def _loop(self, lane: Lane) -> None:
        while batch := self._next(lane):
            self._serve(lane, batch)
            with self._change:
                del self._running[lane]
                if self._is_time():
                    self._change.notify()
        lane.close()

    def _next(self, lane: Lane) -> list[Wish]:
        """Wait for a batch and take it; none when the writer ends and nothing waits."""
        with self._change:
            while not self._is_time():
                if self._ending and not self._waiting:
                    return []
                if not self._change.wait(HURRY if self._waiting else None) and self._waiting:
                    break
            batch: list[Wish] = []
            while self._waiting and len(batch) < self._batch:
                batch += self._waiting.popleft()
            self._count -= len(batch)
            self._running[lane] = len(batch)
            if self._is_time():
                self._change.notify()
            return batch

    def _serve(self, lane: Lane, batch: list[Wish]) -> None:
        outcomes = plainly(lane.settle([command for command, _ in batch]))
        crash_after("engine.outcomes")
        for (_, done), outcome in zip(batch, outcomes, strict=True):
            try:
                done(outcome)
            except Exception:
                log.exception("the caller of a command failed to take its outcome")
