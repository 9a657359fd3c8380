"""A lane: one store, and the batches that run on it one after the other.

A batch whose outcome is not known (connection cut, commit unanswered) is run again with the same
keys: what was booked answers itself from the kept answers, what was not is booked now.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Final, Protocol

from okpay.kernel.crash import crash_after
from okpay.payments.engine.commands import UNKNOWN, AnyCommand, Outcome
from okpay.payments.engine.decide import decide
from okpay.payments.engine.store import StoreAwayError, StoreConflictError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from okpay.payments.engine.state import BatchState
    from okpay.payments.engine.store import Store

log = logging.getLogger(__name__)

MAX_TRIES: Final = 6
RECONNECT_FOR: Final = 20  # seconds of a lost database before commands are answered "unknown"
# Seconds after which what waits goes into a free lane however little it is: the other lane may be
# held up by a row that somebody locked.
HURRY: Final = 0.1  # noqa: OKP010 — seconds of waiting


def is_time(waiting: int, running: Iterable[int], batch: int) -> bool:
    """Whether what waits should begin in a free lane, beside batches of these sizes.

    A second batch goes beside a first only when it is no smaller: two halves cost more than one
    whole.
    """
    return waiting >= min(min(running, default=1), batch)


class Waitable(Protocol):
    """A store whose waiting is left to whoever runs it (see `store.Store` for what each does)."""

    async def loaded(self, commands: Sequence[AnyCommand]) -> BatchState:
        """As `Store.load`."""

    async def committed(self, state: BatchState) -> bool:
        """As `Store.commit`."""

    async def abandoned(self) -> None:
        """As `Store.abandon`."""

    async def sleep(self, seconds: float) -> None:
        """Let time pass."""

    def close(self) -> None:
        """As `Store.close`."""


class Blocking:
    """Any store, as a `Waitable` that never suspends."""

    def __init__(self, store: Store) -> None:
        """Stand before a store."""
        self._store = store

    async def loaded(self, commands: Sequence[AnyCommand]) -> BatchState:
        """Block."""
        return self._store.load(commands)

    async def committed(self, state: BatchState) -> bool:
        """Block."""
        return self._store.commit(state)

    async def abandoned(self) -> None:
        """Block."""
        self._store.abandon()

    async def sleep(self, seconds: float) -> None:
        """Block."""
        time.sleep(seconds)  # noqa: ASYNC251 — a thread of its own waits here, no loop

    def close(self) -> None:
        """Close the store."""
        self._store.close()


class Lane:
    """One store and the batches that run on it, one after the other."""

    def __init__(self, store: Waitable) -> None:
        """Take a store of its own."""
        self._store = store

    def close(self) -> None:
        """Let the store go."""
        self._store.close()

    async def settle(self, commands: list[AnyCommand]) -> list[Outcome]:
        """Run a batch until its outcome is known, or the written patience ends."""
        until = time.monotonic() + RECONNECT_FOR
        tries = 0
        while True:
            tries += 1
            try:
                return await self._once(commands)
            except StoreConflictError as conflict:
                await self._store.abandoned()
                locked_out = conflict.locked_out and len(commands) > 1
                if locked_out or tries >= MAX_TRIES:
                    return await self._apart(commands)
            except StoreAwayError as error:
                self._store.close()
                log.warning("the database is away (%s); the batch is asked again", error)
                if time.monotonic() > until:
                    return [UNKNOWN for _ in commands]
                await self._store.sleep(min(0.05 * 2**tries, 1))  # noqa: OKP010 — seconds of waiting
            except Exception:
                log.exception("a batch of %d failed; its commands run one by one", len(commands))
                self._store.close()
                return await self._apart(commands)

    async def _apart(self, commands: list[AnyCommand]) -> list[Outcome]:
        """Run commands one by one, so that a poisonous one harms only itself."""
        if len(commands) == 1:
            return [UNKNOWN]
        return [(await self.settle([command]))[0] for command in commands]

    async def _once(self, commands: list[AnyCommand]) -> list[Outcome]:
        state = await self._store.loaded(commands)
        outcomes = decide(state, commands)
        crash_after("engine.decide")
        if await self._store.committed(state):
            return outcomes
        return [UNKNOWN for _ in commands]
