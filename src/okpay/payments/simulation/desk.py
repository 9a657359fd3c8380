"""The one desk of the town: takes what waits, decides it as a batch, and meets with faults.

What a person asked and was not told is asked again under the same key, as every face does.
"""

from __future__ import annotations

import heapq
from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from okpay.payments.engine import decide as deciding
from okpay.payments.engine.memory import MemoryBook, MemoryStore, UnsoundBatchError
from okpay.payments.engine.store import StoreConflictError

if TYPE_CHECKING:
    from okpay.payments.engine.commands import Outcome
    from okpay.payments.simulation.dice import Dice
    from okpay.payments.simulation.rules import Rules
    from okpay.payments.simulation.wishes import Wish, Wishes

BATCH: Final = 256
DAY: Final = 24 * 60
TICK: Final = 5  # minutes whose wishes are taken together
MOST_TRIES: Final = 6
# Of a thousand batches, or wishes.
CRASHES, LOST_ANSWERS, CONFLICTS, DUPLICATES = 20, 25, 30, 10


class Desk:
    """Time, the queue, and the book."""

    def __init__(self, book: MemoryBook, rules: Rules, dice: Dice, wishes: Wishes) -> None:
        """Open on an empty queue."""
        self.book = book
        self.rules = rules
        self.dice = dice
        self.wishes = wishes
        self.minute = 0  # of the whole story
        self.skew = 0  # minutes that the clock is wrong
        self.start = datetime.fromisoformat("2026-11-01T00:00:00+08:00")
        self.queue: list[tuple[int, int, Wish]] = []
        self.faults: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()
        self.done: Counter[str] = Counter()
        self.by_hour = [0] * 24
        self.asked = 0
        self._order = 0
        self._store = MemoryStore(book, self.now)

    def now(self) -> datetime:
        """What the clock says, right or wrong."""
        return self.start + timedelta(minutes=self.minute + self.skew)

    def put(self, minute: int, wish: Wish) -> None:
        """Somebody will ask this at that minute."""
        self._order += 1
        heapq.heappush(self.queue, (minute, self._order, wish))

    def serve_until(self, minute: int) -> None:
        """Serve everybody who asks before that minute."""
        while self.queue and self.queue[0][0] < minute:
            self.minute = max(self.minute, self.queue[0][0])
            batch: list[Wish] = []
            while self.queue and self.queue[0][0] < self.minute + TICK and len(batch) < BATCH:
                batch.append(heapq.heappop(self.queue)[2])
            self._serve(batch)

    def _serve(self, batch: list[Wish]) -> None:
        for wish in list(batch):
            if self.dice.chance(DUPLICATES):  # delivered twice: at once, or a while later
                self.faults["duplicate"] += 1
                self.put(self.minute + self.dice.below(60), wish)
        self.asked += len(batch)
        outcomes = self._run(batch)
        if outcomes is None:
            self._ask_again(batch)
            return
        for wish, outcome in zip(batch, outcomes, strict=True):
            self._tell(wish, outcome)

    def _run(self, batch: list[Wish]) -> list[Outcome] | None:
        """Run until the store takes it; None when nobody hears what became of it."""
        commands = [self.wishes.again(wish.command) for wish in batch]
        crash, lost = self.dice.chance(CRASHES), self.dice.chance(LOST_ANSWERS)
        for _ in range(MOST_TRIES):
            state = self._store.load(commands)
            outcomes = deciding.decide(state, commands)
            if crash:
                self._store.abandon()
                self.faults["crash before the commit"] += 1
                return None
            if self.dice.chance(CONFLICTS):
                self._store.abandon()
                self.faults["conflict"] += 1
                continue
            try:
                self._store.commit(state)
            except (StoreConflictError, UnsoundBatchError) as wrong:
                self._store.abandon()
                self.rules.says(f"the book refuses a batch: {wrong}")
                continue
            if lost:
                self.faults["answer lost after the commit"] += 1
                return None
            return outcomes
        return None

    def _ask_again(self, batch: list[Wish]) -> None:
        if self.rules.broken:
            return  # a book that refuses will not take it the next time either
        last = self.minute // DAY * DAY + DAY - 1  # before the evening everybody knows
        for wish in batch:
            self.put(min(self.minute + 1 + self.dice.below(30), last), wish)

    def _tell(self, wish: Wish, outcome: Outcome) -> None:
        fresh = wish.told is None
        self.rules.heard(wish, outcome)
        if not fresh:
            return
        if outcome.result == "done":
            self.done[type(wish.command).__name__] += 1
            self.by_hour[self.minute // 60 % 24] += 1
        else:
            self.refusals[outcome.code] += 1
