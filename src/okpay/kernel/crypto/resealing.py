"""New data keys for everybody, and every registered column sealed anew by them.

Chunks commit one by one; which rows are done is told by the key version in the sealed value, so
whoever is killed goes on where they were. Needs the rights of the tables' owner.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from psycopg import sql

from okpay.kernel import crash
from okpay.kernel.crypto import envelope, keys
from okpay.kernel.crypto.columns import Column, columns
from okpay.kernel.crypto.errors import ShreddedError
from okpay.kernel.crypto.rotation import CHUNK

ROWS: Final = 20  # resealed by one transaction; some hold pictures
GRACE: Final = timedelta(hours=1)  # somebody may have sealed by an old key and not written yet
_OLD: Final = """
SELECT subject, max(version) FROM crypto_datakey GROUP BY subject HAVING max(created_at) < %s
ORDER BY subject LIMIT %s
"""
_COUNT_OLD: Final = """
SELECT count(*) FROM (SELECT 1 FROM crypto_datakey GROUP BY subject
HAVING max(created_at) < %s) AS old
"""
# The version stands in bytes 2 to 5 of a sealed value.
_STALE: Final = """ FROM {table} t WHERE length(t.{column}) > 32
AND ('x' || encode(substring(t.{column} FROM 2 FOR 4), 'hex'))::bit(32)::int
  < (SELECT max(k.version) FROM crypto_datakey k WHERE k.subject = {subject})
"""
_PRUNE: Final = """
DELETE FROM crypto_datakey old WHERE EXISTS (
  SELECT 1 FROM crypto_datakey young WHERE young.subject = old.subject
  AND young.version > old.version AND young.created_at < %s)
"""


def begin(now: datetime) -> datetime:
    """Begin a rotation of data keys, or find the one that was not finished; return its start."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO crypto_rotation (started_at) VALUES (%s) ON CONFLICT DO NOTHING", [now]
        )
        cursor.execute("SELECT started_at FROM crypto_rotation WHERE finished_at IS NULL")
        started: datetime = cursor.fetchone()[0]
    return started


def waiting_keys(started: datetime) -> int:
    """Return how many subjects have no key yet that is as young as the rotation."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_OLD, [started])
        return int(cursor.fetchone()[0])


def renew(started: datetime) -> int:
    """Make the next data key for a chunk of subjects; return how many they were."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_OLD, [started, CHUNK])
        rows = cursor.fetchall()
        for subject, version in rows:
            try:
                keys.new_key(subject, after=version, now=started)
            except ShreddedError:
                continue  # just now; it is no longer found next time
    crash.crash_after("keys-renewed")
    return len(rows)


def waiting_rows(column: Column) -> int:
    """Return how many rows of a column are sealed by an older key than their subject's newest."""
    with connection.cursor() as cursor:
        cursor.execute(_composed("SELECT count(*)" + _STALE, column))
        return int(cursor.fetchone()[0])


def reseal(column: Column) -> Iterator[int]:
    """Seal a column anew, chunk by chunk; yields how many rows each was.

    Raises:
        SealBrokenError: a row does not open; it is left as it is, and named.
    """
    after: Any = None
    while True:
        with transaction.atomic():
            rows = _stale_rows(column, after)
            for key, subject, sealed in rows:
                _seal_anew(column, key, subject, bytes(sealed))
        if not rows:
            return
        crash.crash_after("keys-resealed")
        after = rows[-1][0]
        yield len(rows)


def finish(now: datetime) -> int:
    """End the rotation; return how many old data keys are left for `prune`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE crypto_rotation SET finished_at = %s WHERE finished_at IS NULL", [now]
        )
        cursor.execute("SELECT count(*) - count(DISTINCT subject) FROM crypto_datakey")
        return int(cursor.fetchone()[0])


def prune(now: datetime) -> int:
    """Delete data keys that were replaced at least `GRACE` ago and that no column needs."""
    if any(waiting_rows(column) for column in columns()):
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_PRUNE, [now - GRACE])
        return int(cursor.rowcount)


def _stale_rows(column: Column, after: Any) -> list[tuple[Any, Any, Any]]:  # noqa: ANN401 — a primary key of any type
    head = "SELECT t.{key}, {subject}, t.{column}" + _STALE
    beyond = " AND t.{key} > %s" if after is not None else ""
    tail = f"{beyond} ORDER BY t.{{key}} LIMIT {ROWS} FOR UPDATE OF t"
    with connection.cursor() as cursor:
        cursor.execute(_composed(head + tail, column), [after] if after is not None else [])
        return list(cursor.fetchall())


def _seal_anew(column: Column, key: Any, subject: UUID, sealed: bytes) -> None:  # noqa: ANN401 — a primary key of any type
    place = {"table": column.table, "column": column.column, "row": str(key)}
    try:
        plain = envelope.unseal(subject, **place, sealed=sealed)
        fresh = envelope.seal(subject, **place, plain=plain)
    except ShreddedError:
        return  # just now
    query = "UPDATE {table} t SET {column} = %s WHERE t.{key} = %s"
    with connection.cursor() as cursor:
        cursor.execute(_composed(query, column), [fresh, key])


def _composed(query: str, column: Column) -> sql.Composed:
    house = sql.Literal(keys.HOUSE)
    subject = sql.SQL("t.{}").format(sql.Identifier(column.subject)) if column.subject else house
    return sql.SQL(query).format(
        table=sql.Identifier(column.table),
        column=sql.Identifier(column.column),
        key=sql.Identifier(column.key),
        subject=subject,
    )
