"""Seal and open values: AES-256-GCM (NIST SP 800-38D) under a key of the subject's own.

A sealed value is a format byte, the data key's version (4 bytes), the nonce (12), the ciphertext
and its tag (16). Table, column, row and version are bound to it, so that a value copied elsewhere
does not open.
"""

from __future__ import annotations

import hmac
import os
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import connection, transaction

from okpay.kernel import clock
from okpay.kernel.actor import SYSTEM, Actor
from okpay.kernel.crypto import columns, keys
from okpay.kernel.crypto.errors import CryptoError, SealBrokenError
from okpay.kernel.crypto.keys import HOUSE
from okpay.kernel.crypto.ring import NONCE
from okpay.kernel.ids import encode

FORMAT: Final = 1
_HEAD: Final = 5  # bytes: format, version
_TAG: Final = 16


def seal(subject: UUID, *, table: str, column: str, row: str, plain: bytes) -> bytes:
    """Encrypt one value of a registered column; `row` is the text of its primary key.

    Raises:
        NotRegisteredError: `register` was not called for the column.
        ShreddedError: the subject's keys were destroyed.
        KeyMissingError: the master key is not at hand.
    """
    return seal_by(keys.sealing_key(subject), table=table, column=column, row=row, plain=plain)


def seal_often(subject: UUID, *, table: str, column: str, row: str, plain: bytes) -> bytes:
    """Encrypt as `seal` does, and ask the database for the newest key once a minute only.

    For a subject of whom much is sealed: the house.
    """
    return seal_by(keys.recent_key(subject), table=table, column=column, row=row, plain=plain)


def seal_by(
    versioned: tuple[int, bytes], *, table: str, column: str, row: str, plain: bytes
) -> bytes:
    """Encrypt as `seal` does, by a data key with its version; see `keys.sealing_keys`.

    Raises:
        NotRegisteredError: `register` was not called for the column.
    """
    columns.require(table, column)
    version, key = versioned
    nonce = os.urandom(NONCE)
    bound = _bound(table, column, row, version)
    head = bytes([FORMAT]) + version.to_bytes(4, "big")
    return head + nonce + AESGCM(key).encrypt(nonce, plain, bound)


def unseal(subject: UUID, *, table: str, column: str, row: str, sealed: bytes) -> bytes:
    """Decrypt one value.

    Raises:
        SealBrokenError: it was changed, or sealed for another place or subject.
        ShreddedError: the subject's keys were destroyed.
        KeyMissingError: the master key is not at hand.
    """
    sealed = bytes(sealed)
    if len(sealed) < _HEAD + NONCE + _TAG or sealed[0] != FORMAT:
        raise SealBrokenError(f"{table}.{column} of {row} is no sealed value")
    version = version_of(sealed)
    bound = _bound(table, column, row, version)
    for fresh in (False, True):  # a key kept from a transaction that came to nothing is not it
        key = keys.opening_key(subject, version, fresh=fresh)
        try:
            return AESGCM(key).decrypt(
                sealed[_HEAD : _HEAD + NONCE], sealed[_HEAD + NONCE :], bound
            )
        except InvalidTag:
            continue
    raise SealBrokenError(f"the seal of {table}.{column} of {row} is broken")


def version_of(sealed: bytes) -> int:
    """Return the version of the data key that sealed a value."""
    return int.from_bytes(sealed[1:_HEAD], "big")


def blind(kind: str, value: str) -> bytes:
    """Return 32 bytes that are the same for the same value and say nothing without the key.

    HMAC-SHA256 with a key of its own, apart for each `kind` ("email", "phone", …). The caller
    writes the value in one form first: e-mail in lower case, phone as E.164.
    """
    return hmac.digest(settings.OKPAY_BLIND_KEY.encode(), f"{kind}\0{value}".encode(), "sha256")


def shred(subject: UUID, *, actor: Actor = SYSTEM) -> None:
    """Destroy the keys of a subject: nothing sealed for them can be opened again, ever.

    In the caller's transaction; other processes may still open for as long as they keep a key in
    memory, at most `cached.SECONDS`. A second time does nothing.

    Raises:
        CryptoError: there is no transaction, or the subject is the house.
    """
    from okpay.kernel import audit  # noqa: PLC0415 — it loads models, which come after this package

    if subject == HOUSE or not connection.in_atomic_block:
        raise CryptoError("shred a person, in a transaction")
    now = clock.now()
    keys.take_turn(subject)
    with connection.cursor() as cursor:
        cursor.execute("SELECT crypto_shred(%s, %s)", [subject, now])
        row = cursor.fetchone()
    keys.forget(subject)
    transaction.on_commit(lambda: keys.forget(subject))
    if row and row[0] is not None:
        audit.record(
            actor=actor, action="crypto.shred", subject=encode("cus", subject),
            data={"keys": row[0]}, now=now,
        )  # fmt: skip


def _bound(table: str, column: str, row: str, version: int) -> bytes:
    return f"{table}|{column}|{row}|{version}".encode()
