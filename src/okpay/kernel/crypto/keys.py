"""The data keys of subjects: made at first use, kept wrapped, destroyed by shredding.

Reads and writes by plain SQL: this package is loaded before any model may be.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from okpay.kernel import clock
from okpay.kernel.crypto.cached import MOST, Cache
from okpay.kernel.crypto.errors import KeyMissingError, ShreddedError
from okpay.kernel.crypto.ring import KEY, KeySource, Ring

HOUSE: Final = UUID("00000000-0000-7000-8000-0000000ca5e0")  # the subject of what nobody owns
_LOCK: Final = 0x0C4A97  # with half a subject's digits: making and destroying keys take turns
_NEWEST: Final = """
SELECT version, master_id, wrapped FROM crypto_datakey WHERE subject = %s
ORDER BY version DESC LIMIT 1
"""
_ONE: Final = "SELECT master_id, wrapped FROM crypto_datakey WHERE subject = %s AND version = %s"
_ALL: Final = """
SELECT subject, version, master_id, wrapped FROM crypto_datakey WHERE subject = ANY(%s)
"""
_TURNS: Final = "SELECT pg_advisory_xact_lock(%s, one) FROM unnest(%s::int[]) AS one"
_KEYLESS: Final = """
SELECT one FROM unnest(%s::uuid[]) AS one
WHERE NOT EXISTS (SELECT 1 FROM crypto_datakey WHERE subject = one)
  AND NOT EXISTS (SELECT 1 FROM crypto_shredding WHERE subject = one)
"""
_INSERT_ALL: Final = """
INSERT INTO crypto_datakey (subject, version, master_id, wrapped, created_at)
SELECT v.subject, 1, m.version, v.wrapped, %s
FROM unnest(%s::uuid[], %s::bytea[]) AS v(subject, wrapped), crypto_masterkey m
WHERE m.version = %s AND m.phase = 'active' ON CONFLICT DO NOTHING
"""
# Only while the master is still the active one; rotation relies on it (see `rotation.retire`).
_INSERT: Final = """
INSERT INTO crypto_datakey (subject, version, master_id, wrapped, created_at)
SELECT %s, %s, version, %s, %s FROM crypto_masterkey WHERE version = %s AND phase = 'active'
ON CONFLICT DO NOTHING
"""
_MASTER: Final = """
INSERT INTO crypto_masterkey (version, phase, fingerprint, created_at)
VALUES (%s, 'active', %s, %s) ON CONFLICT DO NOTHING
"""
_kept = Cache()
_recent = Cache()  # under version 0: the version and key that seal


@cache
def _ring(text: str, file: Path | None) -> Ring:
    return Ring(text, file)


def source() -> KeySource:
    """Return where this installation's master keys are."""
    return local_ring()


def local_ring() -> Ring:
    """Return the ring that the settings name: a text from the environment, or a file."""
    return _ring(settings.OKPAY_ENVELOPE_KEYS, settings.OKPAY_ENVELOPE_FILE)


def sealing_key(subject: UUID) -> tuple[int, bytes]:
    """Return the newest data key of a subject with its version; make the first one if need be.

    Raises:
        ShreddedError: the subject's keys were destroyed.
        KeyMissingError: the master key is not at hand.
    """
    found = _newest(subject)
    if found is None:
        with transaction.atomic():
            new_key(subject, after=0, now=clock.now())
        found = _newest(subject)
    if found is None:
        raise KeyMissingError("no data key could be made")
    version, master, wrapped = found
    return version, _unwrapped(subject, version, master, wrapped)


def recent_key(subject: UUID) -> tuple[int, bytes]:
    """Return a key that was the subject's newest less than a minute ago.

    Good for sealing: a replaced key stays an hour, and the next rotation finds its rows.

    Raises:
        ShreddedError, KeyMissingError: as `sealing_key`.
    """
    found = _recent.get((subject, 0))
    if found is not None:
        return int.from_bytes(found[0], "big"), found[1]
    version, key = sealing_key(subject)
    kept = (version.to_bytes(4, "big"), key)
    transaction.on_commit(lambda: _recent.put((subject, 0), kept))  # else it may never have been
    return version, key


def sealing_keys(subjects: Collection[UUID], now: datetime) -> dict[UUID, tuple[int, bytes]]:
    """Return the newest data keys of many subjects, the missing ones made; in a transaction.

    Whoever was shredded is left out. For moving many people at once; a few statements in all.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TURNS, [_LOCK, sorted({one.int & 0x7FFFFFFF for one in subjects})])
        cursor.execute(_KEYLESS, [list(subjects)])
        missing = [row[0] for row in cursor.fetchall()]
        if missing:
            master = _active(now)
            wrapped = [source().wrap(master, one, os.urandom(KEY)) for one in missing]
            cursor.execute(_INSERT_ALL, [now, missing, wrapped, master])
        cursor.execute(_ALL + " ORDER BY version", [list(subjects)])
        found = cursor.fetchall()
    return {
        subject: (version, _unwrapped(subject, version, master, bytes(wrapped)))
        for subject, version, master, wrapped in found
    }


def warm(subjects: Iterable[UUID]) -> None:
    """Fetch the data keys of many subjects at once, so that opening each asks nothing more.

    One statement, none when all are in memory; a list longer than the memory is no gain.
    """
    missing = [one for one in set(subjects) if not _kept.knows(one)][:MOST]
    if not missing:
        return
    with connection.cursor() as cursor:
        cursor.execute(_ALL, [missing])
        for subject, version, master, wrapped in cursor.fetchall():
            _unwrapped(subject, version, master, bytes(wrapped))


def opening_key(subject: UUID, version: int, *, fresh: bool = False) -> bytes:
    """Return one data key of a subject; `fresh` asks the database whatever was kept.

    Raises:
        ShreddedError: the subject's keys were destroyed, or never were.
        KeyMissingError: the master key is not at hand.
    """
    if not fresh and (kept := _kept.get((subject, version))):
        return kept[1]
    with connection.cursor() as cursor:
        cursor.execute(_ONE, [subject, version])
        row = cursor.fetchone()
    if row is None:
        raise ShreddedError("the keys of this subject were destroyed")
    return _unwrapped(subject, version, row[0], bytes(row[1]))


def new_key(subject: UUID, *, after: int, now: datetime) -> None:
    """Make the data key that follows version `after`, unless somebody did; in a transaction.

    Raises:
        ShreddedError: the subject's keys were destroyed.
    """
    take_turn(subject)
    _recent.drop(subject)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM crypto_shredding WHERE subject = %s", [subject])
        if cursor.fetchone():
            raise ShreddedError("the keys of this subject were destroyed")
        for _ in range(3):  # a rotation may begin between reading the master and using it
            master = _active(now)
            wrapped = source().wrap(master, subject, os.urandom(KEY))
            cursor.execute(_INSERT, [subject, after + 1, wrapped, now, master])
            found = _newest(subject)
            if found and found[0] > after:
                return


def take_turn(subject: UUID) -> None:
    """Wait until nobody else makes or destroys keys of this subject; until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, subject.int & 0x7FFFFFFF])


def forget(subject: UUID) -> None:
    """Take a subject's keys out of this process's memory."""
    _kept.drop(subject)
    _recent.drop(subject)


def _active(now: datetime) -> int:
    """Return the active master key; the first one that is used becomes it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT version FROM crypto_masterkey WHERE phase = 'active'")
        row = cursor.fetchone()
        if row is None:
            newest = source().newest()
            cursor.execute(_MASTER, [newest, source().fingerprint(newest), now])
            return newest
    version: int = row[0]
    return version


def _newest(subject: UUID) -> tuple[int, int, bytes] | None:
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, [subject])
        row = cursor.fetchone()
    return (row[0], row[1], bytes(row[2])) if row else None


def _unwrapped(subject: UUID, version: int, master: int, wrapped: bytes) -> bytes:
    kept = _kept.get((subject, version))
    if kept and kept[0] == wrapped:  # else it was made in a transaction that came to nothing
        return kept[1]
    key = source().unwrap(master, subject, wrapped)
    _kept.put((subject, version), (wrapped, key))
    return key
