"""The writer of a process that lives on an event loop: no thread, no queue, no waking up.

Decisions are made on the loop itself, between the requests they answer: a second thread would
only contend for the interpreter with the first.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from typing import TYPE_CHECKING, Final

from okpay.kernel.crash import crash_after
from okpay.payments.engine.commands import UNKNOWN
from okpay.payments.engine.lane import HURRY, Lane, is_time
from okpay.payments.engine.postgres import PostgresStore
from okpay.payments.engine.wire import OnLoop
from okpay.payments.engine.writer import MAX_WAITING, EngineBusyError

if TYPE_CHECKING:
    from okpay.payments.engine.commands import AnyCommand, Outcome

log = logging.getLogger(__name__)

PATIENCE: Final = 15  # seconds until the answer is "not known yet"; the key resolves it
Wish = tuple["AnyCommand", "asyncio.Future[Outcome]", float]


class LoopWriter:
    """Takes what waits and commits it together, with a batch or two in flight."""

    def __init__(
        self, url: str, loop: asyncio.AbstractEventLoop, *, batch: int = 256, lanes: int = 2
    ) -> None:
        """Prepare; connections come with the first command."""
        self._loop = loop
        self._batch = batch
        self._waiting: deque[Wish] = deque()
        self._idle = [Lane(PostgresStore(url, OnLoop(loop))) for _ in range(lanes)]
        self._running: dict[asyncio.Task[None], list[Wish]] = {}
        self._called = False
        self._watch: asyncio.TimerHandle | None = None
        self._hurry: asyncio.TimerHandle | None = None

    async def run(self, command: AnyCommand) -> Outcome:
        """Run one command with whatever else waits.

        After `PATIENCE` seconds the outcome is unknown, not failed.

        Raises:
            EngineBusyError: too many commands wait.
        """
        if len(self._waiting) >= MAX_WAITING:
            raise EngineBusyError
        answer: asyncio.Future[Outcome] = self._loop.create_future()
        self._waiting.append((command, answer, self._loop.time() + PATIENCE))
        if not self._called:  # at the end of this turn, so that its other requests come along
            self._called = True
            self._loop.call_soon(self._start)
        if self._watch is None:
            self._watch = self._loop.call_later(1, self._look)
        return await answer

    async def stop(self) -> None:
        """Finish what waits, and close the connections."""
        while self._waiting or self._running:
            self._start()
            await asyncio.wait(self._running)
        for lane in self._idle:
            lane.close()

    def _start(self) -> None:
        """Start as many batches as lanes are free and it is time for."""
        self._called = False
        while self._waiting and self._idle:
            if not is_time(len(self._waiting), map(len, self._running.values()), self._batch):
                if self._hurry is None:
                    self._hurry = self._loop.call_later(HURRY, self._begin)
                return
            self._begin()

    def _begin(self) -> None:
        """Begin with what waits; if nothing else called for it, because it has waited for long."""
        if self._hurry is not None:
            self._hurry.cancel()
            self._hurry = None
        count = min(len(self._waiting), self._batch)
        batch = [self._waiting.popleft() for _ in range(count)]
        task = self._loop.create_task(self._serve(self._idle.pop(), batch))
        self._running[task] = batch
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._running[task]
        self._start()

    async def _serve(self, lane: Lane, batch: list[Wish]) -> None:
        outcomes = [UNKNOWN for _ in batch]
        try:
            outcomes = await lane.settle([command for command, _, _ in batch])
        except Exception:
            log.exception("a batch of %d ended without outcomes; its keys resolve it", len(batch))
            lane.close()
        finally:
            self._idle.append(lane)
        crash_after("engine.outcomes")
        for (_, answer, _), outcome in zip(batch, outcomes, strict=True):
            if not answer.done():
                answer.set_result(outcome)

    def _look(self) -> None:
        """Once a second: what waits for too long is not known yet."""
        self._watch = None
        now = self._loop.time()
        open_ = [*self._waiting, *(wish for batch in self._running.values() for wish in batch)]
        for _, answer, until in open_:
            if now > until and not answer.done():
                answer.set_result(UNKNOWN)
        if open_:
            self._watch = self._loop.call_later(1, self._look)
