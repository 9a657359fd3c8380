"""Turn keys over, in chunks that each commit: whoever is killed half-way goes on from there.

Needs the rights of the tables' owner. One rotation runs at a time (an advisory lock that the
server drops with its holder).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

from okpay.kernel import crash
from okpay.kernel.crypto import keys
from okpay.kernel.crypto.errors import CryptoError

CHUNK: Final = 200  # keys or rows a transaction
_LOCK: Final = 0x0C4A98
_WRAPPED_BY_OTHERS: Final = """
SELECT subject, version, master_id, wrapped FROM crypto_datakey WHERE master_id <> %s
ORDER BY subject, version LIMIT %s FOR UPDATE
"""
_COUNT_OTHERS: Final = "SELECT count(*) FROM crypto_datakey WHERE master_id <> %s"


class RotationBusyError(CryptoError):
    """Another rotation runs."""


@contextmanager
def alone() -> Iterator[None]:
    """Hold off other rotations.

    Raises:
        RotationBusyError: one runs.
    """
    if not _one("SELECT pg_try_advisory_lock(%s)", _LOCK):
        raise RotationBusyError("another rotation of keys runs")
    try:
        yield
    finally:
        _one("SELECT pg_advisory_unlock(%s)", _LOCK)


def begin(now: datetime) -> int | None:
    """Make a newer master key the active one, or find the rotation that was begun.

    Returns its version; None when nothing was ever sealed, so that there is nothing to turn.

    Raises:
        KeyMissingError: the source has no newer key and cannot make one.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE crypto_masterkey IN SHARE ROW EXCLUSIVE MODE")
        active: int | None = _one("SELECT version FROM crypto_masterkey WHERE phase = 'active'")
        if active is None or _one("SELECT 1 FROM crypto_masterkey WHERE phase = 'retiring'"):
            return active
        newest = keys.source().newest()  # greater if a run was killed after making it
        target = newest if newest > active else keys.local_ring().add()
        crash.crash_after("keys-made")
        cursor.execute("UPDATE crypto_masterkey SET phase = 'retiring' WHERE phase = 'active'")
        cursor.execute(
            "INSERT INTO crypto_masterkey (version, phase, fingerprint, created_at)"
            " VALUES (%s, 'active', %s, %s)",
            [target, keys.source().fingerprint(target), now],
        )
    return target


def waiting(target: int) -> int:
    """Return how many data keys are still wrapped by another master key."""
    return int(_one(_COUNT_OTHERS, target))


def rewrap(target: int) -> int:
    """Wrap a chunk of data keys anew; return how many they were, 0 when all are done."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_WRAPPED_BY_OTHERS, [target, CHUNK])
        rows = cursor.fetchall()
        for subject, version, master, wrapped in rows:
            fresh = _rewrapped(subject, master, bytes(wrapped), target)
            cursor.execute(
                "UPDATE crypto_datakey SET master_id = %s, wrapped = %s"
                " WHERE subject = %s AND version = %s",
                [target, fresh, subject, version],
            )
    crash.crash_after("keys-rewrapped")
    return len(rows)


def _rewrapped(subject: UUID, master: int, wrapped: bytes, target: int) -> bytes:
    source = keys.source()
    fresh = source.wrap(target, subject, key := source.unwrap(master, subject, wrapped))
    if source.unwrap(target, subject, fresh) != key:  # before the only other copy goes
        raise CryptoError("a data key did not come back from its new wrapping")
    return fresh


def retire(target: int, now: datetime) -> bool:
    """Retire all master keys but the target; False when a data key came in meanwhile.

    The lock waits for those who are adding a data key and holds off new ones; whoever waits then
    finds the old master key no longer active, and wraps by the new one.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE crypto_datakey IN SHARE ROW EXCLUSIVE MODE")
        if waiting(target):
            return False
        cursor.execute(
            "UPDATE crypto_masterkey SET phase = 'retired', retired_at = %s"
            " WHERE phase = 'retiring'",
            [now],
        )
    return True


def masters() -> list[tuple[int, str, int]]:
    """Return version, phase and number of data keys of each master key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT m.version, m.phase, count(k.version) FROM crypto_masterkey m"
            " LEFT JOIN crypto_datakey k ON k.master_id = m.version"
            " GROUP BY m.version ORDER BY m.version"
        )
        return list(cursor.fetchall())


def _one(query: str, *values: int) -> Any:  # noqa: ANN401 — one cell of any type
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        row = cursor.fetchone()
    return row[0] if row else None
