"""Sealing behind: chain what was committed, and sign how far the chain has come.

No writer ever waits for a seal. One sealer works at a time; another that comes meanwhile goes away.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from okpay.kernel import signing
from okpay.kernel.merkle import Frontier, leaf_hash
from okpay.kernel.notes import Checkpoint
from okpay.kernel.trails import Trail, link, waiting

if TYPE_CHECKING:
    from psycopg import Connection

LOCK: Final = (7320, 1)  # names this work among the advisory locks
ROWS: Final = 5_000  # sealed by one transaction; the next one takes the rest

_LAST: Final = "SELECT position, chain FROM {seals} ORDER BY position DESC LIMIT 1"
_LEAVES: Final = "SELECT chain FROM {seals} WHERE position > %s ORDER BY position"
_SEAL: Final = """
INSERT INTO {seals} (position, {column}, chain)
SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bytea[])
"""
_NEWEST: Final = """
SELECT size, root, frontier, at FROM kernel_checkpoint WHERE log = %s ORDER BY size DESC LIMIT 1
"""
_SIGN: Final = """
INSERT INTO kernel_checkpoint (log, size, origin, root, chain, at, frontier, public_key, signature)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


class SealingError(RuntimeError):
    """The seals are not as they were left; somebody has to look (`okpay verify`)."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """What one run did for one trail: rows sealed, whether more wait, and what was signed."""

    trail: str
    rows: int
    more: bool
    checkpoint: Checkpoint | None


def alone(connection: Connection[Any]) -> bool:
    """Become the only sealer until this transaction ends; False when there is another."""
    row = connection.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", LOCK).fetchone()
    return bool(row and row[0])


def seal(connection: Connection[Any], trail: Trail, house: str, every: timedelta) -> Sealed:
    """Seal what waits (at most `ROWS`), and sign a checkpoint if the last is `every` old.

    In the caller's transaction, which holds the lock (see `alone`). `house` names the installation
    in the checkpoint's origin.

    Raises:
        SealingError: the last checkpoint is not the root of what it says.
    """
    rows = waiting(connection, trail, ROWS)
    last = connection.execute(trail.query(_LAST)).fetchone()
    if last is None and not rows:
        return Sealed(trail.name, 0, more=False, checkpoint=None)
    genesis = _genesis(connection, trail)
    position, chain = last or (0, genesis)
    chains = []
    for _, entry in rows:
        chain = link(chain, entry)
        chains.append(chain)
    if rows:
        places = list(range(position + 1, position + 1 + len(rows)))
        connection.execute(trail.query(_SEAL), [places, [row[0] for row in rows], chains])
    head = Head(f"{house}/{trail.name}/{genesis[:8].hex()}", position + len(rows), chain)
    signed = _checkpoint(connection, trail, head, every)
    return Sealed(trail.name, len(rows), more=len(rows) == ROWS, checkpoint=signed)


@dataclass(frozen=True, slots=True)
class Head:
    """How far a chain has come."""

    origin: str
    size: int
    chain: bytes


def _genesis(connection: Connection[Any], trail: Trail) -> bytes:
    """Return where the chain begins; the first sealer of a log throws the dice."""
    asked = "SELECT genesis FROM kernel_log WHERE name = %s"
    row = connection.execute(asked, [trail.name]).fetchone()
    if row is None:
        row = connection.execute(
            "INSERT INTO kernel_log (name, genesis, at) VALUES (%s, %s, clock_timestamp())"
            " RETURNING genesis",
            [trail.name, secrets.token_bytes(32)],
        ).fetchone()
    genesis: bytes = row[0] if row else b""
    return genesis


def _checkpoint(
    connection: Connection[Any], trail: Trail, head: Head, every: timedelta
) -> Checkpoint | None:
    now = _now(connection)
    newest = connection.execute(_NEWEST, [trail.name]).fetchone()
    size, root, packed, at = newest or (0, None, b"", None)
    if head.size <= size or (at is not None and at <= now < at + every):
        return None
    edge = _edge(trail, size, packed, root)
    for (chain,) in connection.execute(trail.query(_LEAVES), [size]):
        edge.append(leaf_hash(chain))
    made = Checkpoint(head.origin, head.size, edge.root(), head.chain, now)
    if edge.size != head.size:
        message = f"the {trail.name} log has {edge.size} seals where {head.size} must be"
        raise SealingError(message)
    signature = signing.sign(made.text().encode())
    connection.execute(
        _SIGN,
        [trail.name, made.size, made.origin, made.root, made.chain, now, edge.packed(),
         signing.public_key(), signature.value],
    )  # fmt: skip
    return made


def _now(connection: Connection[Any]) -> datetime:
    row = connection.execute("SELECT clock_timestamp()").fetchone()
    assert row is not None  # noqa: S101 — a SELECT without FROM has a row
    now: datetime = row[0]
    return now


def _edge(trail: Trail, size: int, packed: bytes, root: bytes | None) -> Frontier:
    try:
        edge = Frontier.unpacked(size, packed)
    except ValueError as error:
        raise SealingError(str(error)) from error
    if root is not None and edge.root() != root:
        message = f"the {trail.name} log's checkpoint of {size} seals is not what was signed"
        raise SealingError(message)
    return edge
