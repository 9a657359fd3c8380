"""What a check is, how it is run, and what it found.

All checks of one run see one snapshot (REPEATABLE READ, READ ONLY), so money that moves meanwhile
disturbs nothing and nothing waits for the proof.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, LiteralString, Protocol

from psycopg import Connection, sql

from okpay.ledger.chart import HOUSE, AccountKind, HoldState, TransferCode, TransferKind

MOST_NAMED: Final = 20  # rows named for each check; the count of the rest is not needed to act
# Accounts looked at leg by leg, once a quick pass over all of them has found something amiss.
MOST_SUSPECTS: Final = 200

# The vocabulary that every statement may use as %(name)s.
WORDS: Final[dict[str, object]] = {
    "house": HOUSE,
    **{f"account_{kind.name.lower()}": int(kind) for kind in AccountKind},
    **{f"kind_{kind.name.lower()}": int(kind) for kind in TransferKind},
    **{f"code_{code.name.lower()}": int(code) for code in TransferCode},
    "codes": [int(code) for code in TransferCode],
    **{f"hold_{state.name.lower()}": int(state) for state in HoldState},
}
# One core, no just-in-time compilation (it costs more than it saves), sorts in memory. Without
# nested loops no wrong guess of the planner makes a check take the square of its time.
_SETTINGS: Final[tuple[LiteralString, ...]] = (
    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
    "SET LOCAL work_mem = '256MB'",
    "SET LOCAL jit = off",
    "SET LOCAL enable_nestloop = off",
    "SET LOCAL max_parallel_workers_per_gather = 0",
    "SET LOCAL statement_timeout = 0",
)


@dataclass(frozen=True, slots=True)
class Result:
    """What one check looked at and what it found broken; at most `MOST_NAMED` rows are named."""

    name: str
    looked_at: int
    broken: tuple[str, ...]
    more: bool = False

    @property
    def ok(self) -> bool:
        """Whether nothing is broken."""
        return not self.broken


class Check(Protocol):
    """One promise, put to the database."""

    @property
    def name(self) -> str:
        """The promise in a few words."""

    @property
    def weight(self) -> int:
        """How long it takes beside the others, for the progress bar."""

    def run(self, connection: Connection[Any], now: datetime) -> Result:
        """Look; `now` is for deadlines."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A check in SQL: `count` tells how much is looked at, `broken` yields a row for each fault.

    `says` is a `str.format` template over the columns of a broken row. Both statements may use
    the names of `WORDS` and of `words`, and `%(now)s`.
    """

    name: str
    count: LiteralString
    broken: LiteralString
    says: str
    words: tuple[tuple[str, object], ...] = ()
    weight: int = 1

    def run(self, connection: Connection[Any], now: datetime) -> Result:
        """Count, then ask for the faults."""
        words = {**WORDS, **dict(self.words), "now": now}
        counted = _count(connection, self.count, words)
        lines = named(connection, self.broken, self.says, words)
        more = len(lines) > MOST_NAMED
        return Result(self.name, counted, tuple(lines[:MOST_NAMED]), more)


@dataclass(frozen=True, slots=True)
class Swift:
    """A check in two steps: one cheap pass yields suspects, and only they are looked at closely.

    `suspects` yields numbers of accounts; each of `close` is as in `Rows` and may use
    `%(suspects)s`. A suspect of which no close look finds anything is broken all the same.
    """

    name: str
    count: LiteralString
    suspects: LiteralString
    close: tuple[tuple[LiteralString, str], ...]
    weight: int = 1

    def run(self, connection: Connection[Any], now: datetime) -> Result:
        """Look quickly, then closely where something is amiss."""
        words: dict[str, object] = {**WORDS, "now": now, "most": MOST_SUSPECTS}
        counted = _count(connection, self.count, words)
        found = connection.execute(self.suspects, words).fetchall()
        words["suspects"] = suspects = [row[0] for row in found]
        lines = [
            line
            for broken, says in (self.close if suspects else ())
            for line in named(connection, broken, says, words)
        ]
        if suspects and not lines:
            lines = [f"account {number}: its transfers do not make it" for number in suspects]
        more = len(lines) > MOST_NAMED
        return Result(self.name, counted, tuple(lines[:MOST_NAMED]), more)


@dataclass(frozen=True, slots=True)
class Glanced:
    """A check that is cheap where all is well.

    `glance` yields one truth: that the many plain rows are as they must be. Then only the rest is
    looked at, otherwise everything. Each of `close` is the statement for the rest, the one for
    everything, and what is said; what the glance took for a fault need not be one.
    """

    name: str
    count: LiteralString
    glance: LiteralString
    close: tuple[tuple[LiteralString, LiteralString, str], ...]
    words: tuple[tuple[str, object], ...] = ()
    weight: int = 1

    def run(self, connection: Connection[Any], now: datetime) -> Result:
        """Glance, and look at the rest or at everything."""
        words = {**WORDS, **dict(self.words), "now": now}
        counted = _count(connection, self.count, words)
        seen = connection.execute(self.glance, words).fetchone()
        well = bool(seen and seen[0])
        lines = [
            line
            for rest, everything, says in self.close
            for line in named(connection, rest if well else everything, says, words)
        ]
        more = len(lines) > MOST_NAMED
        return Result(self.name, counted, tuple(lines[:MOST_NAMED]), more)


# What was counted already in this run; several checks count the same.
_counted: ContextVar[dict[LiteralString, int] | None] = ContextVar("counted", default=None)


def _count(connection: Connection[Any], query: LiteralString, words: dict[str, object]) -> int:
    known = _counted.get()
    if known is not None and query in known:
        return known[query]
    row = connection.execute(query, words).fetchone()
    number: int = row[0] if row else 0
    if known is not None:
        known[query] = number
    return number


def named(
    connection: Connection[Any], broken: LiteralString, says: str, words: dict[str, object]
) -> list[str]:
    """Ask for the broken rows, one more than may be named, and put each into words."""
    limited = sql.SQL("SELECT * FROM ({}) AS faults LIMIT {}").format(
        sql.SQL(broken), sql.Literal(MOST_NAMED + 1)
    )
    return [says.format(*row) for row in connection.execute(limited, words).fetchall()]


@dataclass(frozen=True, slots=True)
class Asked:
    """A check that asks the catalogue: `ask` returns how much it looked at and what is broken."""

    name: str
    ask: Callable[[Connection[Any]], tuple[int, list[str]]]
    weight: int = 1

    def run(self, connection: Connection[Any], now: datetime) -> Result:  # noqa: ARG002 — the form
        """Ask."""
        count, broken = self.ask(connection)
        return Result(self.name, count, tuple(broken[:MOST_NAMED]), more=len(broken) > MOST_NAMED)


def prove(
    connection: Connection[Any],
    checks: Iterable[Check],
    now: datetime,
    begin: Callable[[Check], None] | None = None,
) -> Iterator[Result]:
    """Run checks one after the other over one snapshot, and yield what each found.

    `connection` must be idle and not in autocommit; nothing is written. `begin` is told of each
    check before it is run.
    """
    for setting in _SETTINGS:
        connection.execute(setting)
    known: dict[LiteralString, int] = {}
    for check in checks:
        if begin is not None:
            begin(check)
        token = _counted.set(known)
        result = check.run(connection, now)
        _counted.reset(token)
        yield result
    connection.rollback()
