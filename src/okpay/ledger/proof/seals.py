"""Is the log of what was sealed whole: its chain, and every checkpoint that anybody kept of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, LiteralString

from psycopg import Connection

from okpay.kernel import signing
from okpay.kernel.merkle import Frontier, leaf_hash
from okpay.kernel.notes import Checkpoint, Note, parse
from okpay.kernel.trails import Trail, link
from okpay.ledger.proof.check import MOST_NAMED, Check, Result
from okpay.ledger.trails import TRAILS

PATIENCE: Final = 15  # minutes after which a row should long be sealed
_SEALS: Final = """
SELECT s.position, s.chain, s.{column}, CASE WHEN r.id IS NOT NULL THEN {entry} END
FROM {seals} s
LEFT JOIN {source} r ON r.id = s.{column} ORDER BY s.position
"""
_UNSEALED: Final = """
SELECT r.id, r.at FROM {source} r
WHERE NOT EXISTS (SELECT 1 FROM {seals} s WHERE s.{column} = r.id)
  AND r.at < clock_timestamp() - make_interval(mins => %s)
ORDER BY r.id LIMIT %s
"""
_CHECKPOINTS: Final[LiteralString] = """
SELECT origin, size, root, chain, at, public_key, signature, frontier
FROM kernel_checkpoint WHERE log = %s ORDER BY size
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """A checkpoint and where it was kept, for the words."""

    where: str
    note: Note


@dataclass(frozen=True, slots=True)
class Log:
    """A check of one trail: chain, seals, checkpoints in the database and those kept outside.

    `keys` are the public keys that may sign; without any it is this installation's own. `outside`
    are checkpoints of any log; those of another log than this house's are named as foreign.
    """

    trail: Trail
    keys: tuple[bytes, ...] = ()
    outside: tuple[Kept, ...] = ()
    weight: int = 4

    @property
    def name(self) -> str:
        """The promise in a few words."""
        return f"the {self.trail.name} log is whole: chain, seals, checkpoints"

    def run(self, connection: Connection[Any], now: datetime) -> Result:  # noqa: ARG002 — the form
        """Walk the chain once from its beginning and compare at every checkpoint."""
        name = self.trail.name
        asked = connection.execute("SELECT genesis FROM kernel_log WHERE name = %s", [name])
        row = asked.fetchone()
        genesis: bytes = row[0] if row else b""
        tail = f"/{name}/{genesis[:8].hex()}"
        kept, lines = self._kept(connection, tail if row else "")
        walk = _Walk(name, genesis, _by_size(kept))
        with connection.cursor(name=f"okpay_{name}") as cursor:
            cursor.itersize = 5_000
            cursor.execute(self.trail.query(_SEALS))
            for seal in cursor:
                walk.step(*seal)
        lines += [*walk.lines, *walk.beyond(), *self._unsealed(connection)]
        looked = walk.edge.size + len(kept)
        return Result(self.name, looked, tuple(lines[:MOST_NAMED]), len(lines) > MOST_NAMED)

    def _kept(self, connection: Connection[Any], tail: str) -> tuple[list[Kept], list[str]]:
        """Collect all checkpoints of this log, and what is wrong with them by themselves."""
        rows = connection.execute(_CHECKPOINTS, [self.trail.name]).fetchall()
        kept, lines = [], []
        for *columns, public, signature, frontier in rows:
            made = Checkpoint(*columns)
            kept.append(Kept("in the database", parse(made.note(public, signature))))
            if not _is_edge(frontier, made):
                lines.append(f"{self.trail.name} checkpoint {made.size}: its frontier is not its")
        mine = f"/{self.trail.name}/"
        kept += [one for one in self.outside if mine in one.note.checkpoint.origin]
        keys = self.keys or (signing.public_key(),)
        good = []
        for one in kept:
            made = one.note.checkpoint
            words = f"{self.trail.name} checkpoint {made.size} of {made.at:%Y-%m-%d %H:%M:%S}"
            if not tail or not made.origin.endswith(tail):
                lines.append(f"{words} ({one.where}): it is of another log, {made.origin}")
            elif not any(one.note.signed_by(key) for key in keys):
                lines.append(f"{words} ({one.where}): no key that we know has signed it")
            else:
                good.append(one)
        return good, lines

    def _unsealed(self, connection: Connection[Any]) -> list[str]:
        asked = connection.execute(self.trail.query(_UNSEALED), [PATIENCE, MOST_NAMED + 1])
        return [
            f"{self.trail.column} {number} of {at}: it is not sealed; does the worker run?"
            for number, at in asked.fetchall()
        ]


@dataclass(slots=True)
class _Walk:
    """A walk along the chain from its beginning."""

    name: str
    chain: bytes
    due: dict[int, list[Kept]]
    edge: Frontier = field(default_factory=Frontier)
    lines: list[str] = field(default_factory=list)
    agreed: int = 0

    def step(self, position: int, chain: bytes, number: int, entry: str | None) -> None:
        """Take one seal; a broken one is named once, and the walk goes on behind it."""
        self._gap(position)
        if entry is None:
            self._say(position, f"the row that it sealed, {number}, is gone")
        elif link(self.chain, entry) != chain:
            self._say(position, f"row {number} is not what was sealed, or not in its place")
        self._take(chain)

    def _gap(self, position: int) -> None:
        missing = position - self.edge.size - 1
        if missing:
            self._say(self.edge.size + 1, f"{missing} seals are missing here")
        for _ in range(min(missing, 1_000_000)):
            self._take(b"")  # so that the places behind the gap are counted as they were

    def _take(self, chain: bytes) -> None:
        self.chain = chain
        self.edge.append(leaf_hash(chain))
        for kept in self.due.get(self.edge.size, ()):
            made = kept.note.checkpoint
            if (made.root, made.chain) == (self.edge.root(), chain):
                self.agreed = made.size
            else:
                self._fork(kept)

    def _fork(self, kept: Kept) -> None:
        made = kept.note.checkpoint
        self.lines.append(
            f"{self.name} checkpoint {made.size} of {made.at:%Y-%m-%d %H:%M:%S} ({kept.where}): "
            f"the log is another one since; changed between positions {self.agreed + 1} "
            f"and {made.size}"
        )

    def _say(self, position: int, words: str) -> None:
        self.lines.append(f"{self.name} seal {position}: {words}")

    def beyond(self) -> Iterator[str]:
        """Name each checkpoint that saw more seals than there are: the tail was cut."""
        size = self.edge.size
        for kept in (one for more in sorted(self.due) if more > size for one in self.due[more]):
            made = kept.note.checkpoint
            yield (
                f"{self.name} checkpoint {made.size} of {made.at:%Y-%m-%d %H:%M:%S} "
                f"({kept.where}): the log was cut behind position {size}"
            )


def _by_size(kept: Iterable[Kept]) -> dict[int, list[Kept]]:
    due: dict[int, list[Kept]] = {}
    for one in kept:
        due.setdefault(one.note.checkpoint.size, []).append(one)
    return due


def _is_edge(frontier: bytes, made: Checkpoint) -> bool:
    try:
        return Frontier.unpacked(made.size, frontier).root() == made.root
    except ValueError:
        return False


def with_outside(
    checks: Iterable[Check], keys: tuple[bytes, ...], outside: tuple[Kept, ...]
) -> list[Check]:
    """Return the checks with what is known outside the database given to those of the logs."""
    return [
        replace(check, keys=keys, outside=outside) if isinstance(check, Log) else check
        for check in checks
    ]


LOGS: Final[tuple[Check, ...]] = tuple(Log(trail) for trail in TRAILS)
