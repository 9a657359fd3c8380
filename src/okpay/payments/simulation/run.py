"""Live through the days of a town, and say what became of it."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from okpay.payments.engine.memory import MemoryBook
from okpay.payments.simulation.day import MINUTES, SWEEP, Day
from okpay.payments.simulation.desk import Desk
from okpay.payments.simulation.dice import Dice
from okpay.payments.simulation.rules import Rules
from okpay.payments.simulation.town import settle
from okpay.payments.simulation.wishes import Wishes

if TYPE_CHECKING:
    from collections.abc import Callable

    from okpay.payments.simulation.wishes import Wish


@dataclass(slots=True)
class Report:
    """What a story came to. `digest` is the same wherever the same story is told."""

    seed: int
    people: int
    days: int
    digest: str = ""
    asked: int = 0
    transfers: int = 0
    done: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    by_hour: list[int] = field(default_factory=list)
    by_day: list[int] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    nanoseconds: int = 0  # of this machine; no part of the digest


def simulate(
    seed: int, people: int, days: int, *, passed: Callable[[int], None] | None = None
) -> Report:
    """Tell the story of a seed. It stops on the evening on which a rule is broken.

    `passed` is called with the number of each day that is over.
    """
    began = time.perf_counter_ns()
    dice, book, rules = Dice(seed), MemoryBook(), Rules()
    wishes = Wishes(dice)
    town = settle(book, dice, people)
    desk = Desk(book, rules, dice, wishes)
    report, sealed = Report(seed, people, days), hashlib.sha256()
    wished: list[Wish] = []
    for number in range(1, days + 1):
        day = Day(town, desk, dice, wishes, number)
        wished = day.plan(wished)
        _live(day, desk)
        rules.evening(book)
        report.by_day.append(len(book.transfers))
        _seal(book, sealed)
        _forget(book)
        if passed is not None:
            passed(number)
        if rules.broken:
            break
    report.digest = _digest(book, sealed)
    report.asked, report.transfers = desk.asked, sum(report.by_day)
    report.done, report.refusals, report.faults = desk.done, desk.refusals, desk.faults
    report.by_hour, report.broken = desk.by_hour, rules.broken
    report.nanoseconds = time.perf_counter_ns() - began
    return report


def _live(day: Day, desk: Desk) -> None:
    """Serve through the day, with a sweep every half hour, and then whoever still waits."""
    for minute in range(0, MINUTES, SWEEP):
        desk.serve_until(day.midnight + minute)
        desk.minute = max(desk.minute, day.midnight + minute)
        day.sweep()
    desk.serve_until(day.midnight + MINUTES)


def _seal(book: MemoryBook, sealed: hashlib._Hash) -> None:
    for row in book.transfers:
        sealed.update(
            f"{row.id}|{row.kind}|{row.code}|{row.asset}|{row.amount}|{row.debit_account}|"
            f"{row.credit_account}|{row.debit_seq}|{row.debit_posted}|{row.debit_held}|"
            f"{row.credit_seq}|{row.credit_posted}|{row.pending}|{row.linked}\n".encode()
        )


def _digest(book: MemoryBook, sealed: hashlib._Hash) -> str:
    """Over every transfer in order, then every account."""
    for key in sorted(book.accounts):
        account = book.accounts[key]
        sealed.update(f"{key}|{account.posted}|{account.held}|{account.seq}\n".encode())
    return sealed.hexdigest()


def _forget(book: MemoryBook) -> None:
    """Let go of what was checked and nobody asks for again, so that long stories fit."""
    book.transfers.clear()
    book.news.clear()
    book.events.clear()
    book.legs.clear()
