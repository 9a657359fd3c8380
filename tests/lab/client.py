"""A writer process of the laboratory: wishes at random, remembers, and asks again after a death."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from okpay.kernel.ids import new_uuid
from okpay.payments.engine import load, persist
from okpay.payments.engine.commands import AnyCommand, Outcome
from okpay.payments.engine.writer import Writer
from okpay.wallets.states import RecordState
from tests.lab.history import Journal, Wish, read
from tests.payments.wishes import resolve, send

IN_FLIGHT = 16
MOST_WISHES = 4_000  # in one life of one client
DOUBLE_TAP = 0.05  # how often a wish is asked twice at once, as by two taps


@dataclass(frozen=True)
class Job:
    """What a client is told to do. `plant` names a fault to build into its engine."""

    url: str
    journal: Path
    people: tuple[str, ...]
    frozen: tuple[str, ...]
    seed: int
    until: float  # time.monotonic()
    plant: str = ""


def command_of(wish: Wish) -> AnyCommand:
    """Make the command of a wish; asked again it is a new record in the making, as over HTTP."""
    if wish.kind == "send":
        return send(wish.payer, wish.payee, wish.amount, key=wish.id, memo=wish.id)
    by = wish.payer if wish.kind == "cancel" else wish.payee
    return resolve(wish.record, wish.kind, by, key=wish.id)  # type: ignore[arg-type]  # two ways


def plant(fault: str) -> None:
    """Build a fault into this process's engine, for the checker to find."""
    if fault == "no row lock":
        load.LOCK = load.LOCK.replace("FOR NO KEY UPDATE", "")  # type: ignore[misc]  # the fault
        assert "UPDATE" not in load.LOCK
    elif fault == "no idempotency":
        load.ANSWERS += " AND false"  # type: ignore[misc]  # the fault
        persist.MAIN += " ON CONFLICT DO NOTHING"  # type: ignore[misc]  # the fault


class Client:
    """One life of one client."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.random = random.Random(job.seed)
        self.journal = Journal(job.journal)
        self.writer = Writer(job.url)
        self.room = threading.Semaphore(IN_FLIGHT)
        self.waiting: list[Wish] = []

    def live(self) -> None:
        """Ask again whatever an earlier life left open, then wish until the time is over."""
        for deed in read([self.job.journal]).values():
            if deed.outcome is None:
                self.ask(deed.wish)
        for _ in range(MOST_WISHES):
            if time.monotonic() > self.job.until:
                break
            self.wish_once()
        for _ in range(IN_FLIGHT):
            self.room.acquire(timeout=40)

    def wish_once(self) -> None:
        """Make up a payment, or ends for one that waits: by its payer and its payee at once."""
        if self.waiting and self.random.random() < 0.5:
            sent = self.waiting.pop()
            for kind in ("cancel", "decline"):
                self.ask(Wish(str(new_uuid()), kind, sent.payer, sent.payee, 0, sent.record))
            return
        payer = self.random.choice(self.job.people)
        others = self.job.frozen if self.random.random() < 0.05 else self.job.people
        payee = self.random.choice([one for one in others if one != payer])
        wish = Wish(str(new_uuid()), "send", payer, payee, self.random.randint(1, 400))
        self.ask(wish)
        if self.random.random() < DOUBLE_TAP:
            self.ask(wish)

    def ask(self, wish: Wish) -> None:
        """Note the wish, then hand it in; there is room for `IN_FLIGHT` at once."""
        self.room.acquire()
        self.journal.asked(wish)
        self.writer.submit(command_of(wish), lambda outcome: self.told(wish, outcome))

    def told(self, wish: Wish, outcome: Outcome) -> None:
        """Note the answer."""
        self.journal.told(wish, outcome)
        if outcome.state == RecordState.PENDING and not outcome.replayed:
            self.waiting.append(Wish(wish.id, "", wish.payer, wish.payee, 0, outcome.record))
        self.room.release()


def live(job: Job) -> None:
    """Begin a client's life; its end may be SIGKILL."""
    plant(job.plant)
    Client(job).live()
