"""A writer process of the laboratory: wishes at random, remembers, and asks again after a death."""

from __future__ import annotations

import random
import re
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from okpay.kernel import crash
from okpay.payments.engine import load, persist, postgres
from okpay.payments.engine.commands import AnyCommand, Outcome
from okpay.payments.engine.state import AccountState, BatchState
from okpay.payments.engine.wire import Statement, Wire
from okpay.payments.engine.writer import Writer
from okpay.wallets.states import RecordState
from tests.lab.history import Journal, Wish, new_name, read
from tests.payments.wishes import resolve, send

IN_FLIGHT = 16
MOST_WISHES = 4_000  # in one life of one client
DOUBLE_TAP = 0.05  # how often a wish is asked twice at once, as by two taps


@dataclass(frozen=True)
class Job:
    """What a client is told to do. `plant` names a fault to build into its engine.

    `pause` is the mean time between wishes; `lane` is its place in a shared array, where it notes
    when the last thing that was answered had been asked.
    """

    url: str
    journal: Path
    people: tuple[str, ...]
    frozen: tuple[str, ...]
    seed: int
    until: float  # time.monotonic()
    plant: str = ""
    pause: float = 0
    lane: int = 0
    most: int = MOST_WISHES
    crash: tuple[str, int] = ("", 0)  # die after this step, the so-manieth time
    waits: float = 0.05  # how often money is sent to somebody for whom it must wait


def command_of(wish: Wish) -> AnyCommand:
    """Make the command of a wish; asked again it is a new record in the making, as over HTTP."""
    if wish.kind == "send":
        return send(wish.payer, wish.payee, wish.amount, key=wish.id, memo=wish.id)
    by = wish.payer if wish.kind == "cancel" else wish.payee
    return resolve(wish.record, wish.kind, by, key=wish.id)  # type: ignore[arg-type]  # two ways


def plant(fault: str) -> None:
    """Build a fault into this process's engine, for the checker to find."""
    if fault == "no row lock":
        _rewrite(load.LOCK, rb"FOR NO KEY UPDATE( OF \w+)?", b"")
        _rewrite(persist.MAIN, rb"a\.ctid = v\.place AND", b"")  # would notice and refuse
    elif fault == "no idempotency":
        _rewrite(load.ANSWERS, rb"$", b" AND false")
        _rewrite(persist.MAIN, rb"(payments_answer_line\[\]\) AS v)", rb"\1 ON CONFLICT DO NOTHING")
    elif fault == "holds not counted":
        AccountState.available = lambda self: self.posted  # type: ignore[method-assign]  # the fault
    elif fault == "lost outbox":
        postgres.persist = _silent  # type: ignore[attr-defined]  # the fault


def _rewrite(statement: Statement, pattern: bytes, by: bytes) -> None:
    changed, count = re.subn(pattern, by, statement.sql.rstrip())
    assert count == 1, f"{pattern!r} is not in the statement any more"
    statement.sql = changed


def _silent(wire: Wire, state: BatchState) -> None:
    state.writes.news.clear()
    persist.persist(wire, state)


class Client:
    """One life of one client."""

    def __init__(self, job: Job, lanes: Any = None, over: Any = None) -> None:
        self.job = job
        self.lanes = lanes
        self.over = over
        self.random = random.Random(job.seed)
        self.journal = Journal(job.journal)
        self.writer = Writer(job.url)
        self.room = threading.Semaphore(IN_FLIGHT)
        self.waiting: list[Wish] = []
        self.unknown: list[Wish] = []

    def live(self) -> None:
        """Ask again whatever an earlier life left open, then wish until the time is over."""
        for deed in read([self.job.journal]).values():
            if deed.outcome is None:
                self.ask(deed.wish)
        for _ in range(self.job.most):
            if time.monotonic() > self.job.until or (self.over is not None and self.over.value):
                break
            while self.unknown:
                self.ask(self.unknown.pop())
            self.wish_once()
            if self.job.pause:
                time.sleep(self.random.uniform(0, 2 * self.job.pause))
        for _ in range(IN_FLIGHT):
            self.room.acquire(timeout=40)

    def wish_once(self) -> None:
        """Make up a payment, or ends for one that waits: by its payer and its payee at once."""
        if self.waiting and self.random.random() < 0.5 * (1 - self.job.waits):
            sent = self.waiting.pop()
            for kind in ("cancel", "decline"):
                self.ask(Wish(new_name(), kind, sent.payer, sent.payee, 0, sent.record))
            return
        payer = self.random.choice(self.job.people)
        others = self.job.frozen if self.random.random() < self.job.waits else self.job.people
        payee = self.random.choice([one for one in others if one != payer])
        wish = Wish(new_name(), "send", payer, payee, self.random.randint(1, 400))
        self.ask(wish)
        if self.random.random() < DOUBLE_TAP:
            self.ask(wish)

    def ask(self, wish: Wish) -> None:
        """Note the wish, then hand it in; there is room for `IN_FLIGHT` at once."""
        self.room.acquire()
        self.journal.asked(wish)
        asked = time.monotonic()
        self.writer.submit(command_of(wish), lambda outcome: self.told(wish, outcome, asked))

    def told(self, wish: Wish, outcome: Outcome, asked: float) -> None:
        """Note the answer; what is not known yet is asked again."""
        self.journal.told(wish, outcome)
        if outcome.result == "unknown":
            self.unknown.append(wish)
        elif self.lanes is not None:
            self.lanes[self.job.lane] = max(self.lanes[self.job.lane], asked)
        if outcome.state == RecordState.PENDING and not outcome.replayed:
            self.waiting.append(Wish(wish.id, "", wish.payer, wish.payee, 0, outcome.record))
        self.room.release()


def live(job: Job, lanes: Any = None, over: Any = None) -> None:
    """Begin a client's life; its end may be SIGKILL."""
    plant(job.plant)
    crash._step, crash._left = job.crash  # noqa: SLF001 — as by OKPAY_CRASH_AFTER, in a forked process
    Client(job, lanes, over).live()
