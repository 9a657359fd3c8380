"""What a check is, how it is run, and what it found.

All checks of one run see one snapshot (REPEATABLE READ, READ ONLY), so money that moves meanwhile
disturbs nothing and nothing waits for the proof.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, LiteralString, Protocol

from psycopg import Connection, sql

from okpay.ledger.chart import HOUSE, AccountKind, HoldState, TransferCode, TransferKind

MOST_NAMED: Final = 20  # rows named for each check; the count of the rest is not needed to act

# The vocabulary that every statement may use as %(name)s.
WORDS: Final[dict[str, object]] = {
    "house": HOUSE,
    **{f"account_{kind.name.lower()}": int(kind) for kind in AccountKind},
    **{f"kind_{kind.name.lower()}": int(kind) for kind in TransferKind},
    **{f"code_{code.name.lower()}": int(code) for code in TransferCode},
    **{f"hold_{state.name.lower()}": int(state) for state in HoldState},
}


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

    def run(self, connection: Connection[Any], now: datetime) -> Result:
        """Count, then ask for the faults."""
        words = {**WORDS, **dict(self.words), "now": now, "most": MOST_NAMED + 1}
        counted = connection.execute(self.count, words).fetchone()
        limited = sql.SQL("SELECT * FROM ({}) AS faults LIMIT %(most)s").format(
            sql.SQL(self.broken)
        )
        found = connection.execute(limited, words).fetchall()
        lines = tuple(self.says.format(*row) for row in found[:MOST_NAMED])
        return Result(self.name, counted[0] if counted else 0, lines, len(found) > MOST_NAMED)


@dataclass(frozen=True, slots=True)
class Asked:
    """A check that asks the catalogue: `ask` returns how much it looked at and what is broken."""

    name: str
    ask: Callable[[Connection[Any]], tuple[int, list[str]]]

    def run(self, connection: Connection[Any], now: datetime) -> Result:  # noqa: ARG002 — the form
        """Ask."""
        count, broken = self.ask(connection)
        return Result(self.name, count, tuple(broken[:MOST_NAMED]), more=len(broken) > MOST_NAMED)


def prove(connection: Connection[Any], checks: Iterable[Check], now: datetime) -> Iterator[Result]:
    """Run checks one after the other over one snapshot, and yield what each found.

    `connection` must be idle and not in autocommit; nothing is written.
    """
    connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    connection.execute("SET LOCAL work_mem = '256MB'")  # one sort over all legs, in memory
    connection.execute("SET LOCAL jit = off")
    for check in checks:
        yield check.run(connection, now)
    connection.rollback()
