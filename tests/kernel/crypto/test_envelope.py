"""Sealing: what opens and what does not, who may do what to keys, and shredding."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction

from okpay.kernel.crypto import (
    HOUSE,
    CryptoError,
    KeyMissingError,
    NotRegisteredError,
    SealBrokenError,
    ShreddedError,
    blind,
    register,
    seal,
    shred,
    unseal,
)
from okpay.kernel.crypto import keys as key_store
from okpay.kernel.crypto.cached import MOST, SECONDS, Cache
from okpay.kernel.ids import encode, new_uuid
from okpay.kernel.models import AuditRow

TABLE, COLUMN = "kernel_test_sealed", "secret"
PLAIN = "zhou.xiaoning@people.example 周晓宁".encode()


@pytest.fixture(autouse=True)
def _registered() -> None:
    register(TABLE, COLUMN)
    register(TABLE, "other")


def sealed_for(subject: UUID, *, row: str = "7", plain: bytes = PLAIN) -> bytes:
    return seal(subject, table=TABLE, column=COLUMN, row=row, plain=plain)


def opened(subject: UUID, sealed: bytes, *, column: str = COLUMN, row: str = "7") -> bytes:
    return unseal(subject, table=TABLE, column=column, row=row, sealed=sealed)


@pytest.mark.parametrize("plain", [b"", b"x", PLAIN, bytes(70_000)])
def test_what_was_sealed_opens_and_shows_nothing_meanwhile(plain: bytes) -> None:
    subject = new_uuid()
    first, second = sealed_for(subject, plain=plain), sealed_for(subject, plain=plain)
    assert opened(subject, first) == opened(subject, second) == plain
    assert first[:5] == second[:5] == bytes([1, 0, 0, 0, 1])
    assert first[5:17] != second[5:17]  # each its own nonce
    assert len(first) == 5 + 12 + len(plain) + 16
    assert PLAIN not in first


def test_the_house_has_a_key_of_its_own() -> None:
    assert opened(HOUSE, sealed_for(HOUSE)) == PLAIN
    with transaction.atomic(), pytest.raises(CryptoError):
        shred(HOUSE)
    assert opened(HOUSE, sealed_for(HOUSE)) == PLAIN


@pytest.mark.parametrize("place", [0, 1, 4, 5, 16, 17, -1])
def test_i1_a_changed_byte_breaks_the_seal(place: int) -> None:
    subject = new_uuid()
    sealed = bytearray(sealed_for(subject))
    sealed[place] ^= 1
    with pytest.raises((SealBrokenError, ShreddedError)):
        opened(subject, bytes(sealed))


def test_i1_a_value_copied_elsewhere_does_not_open() -> None:
    subject, other = new_uuid(), new_uuid()
    sealed = sealed_for(subject)
    sealed_for(other)
    for whose, column, row in (
        (subject, COLUMN, "8"),
        (subject, "other", "7"),
        (other, COLUMN, "7"),
    ):
        with pytest.raises(SealBrokenError):
            opened(whose, sealed, column=column, row=row)
    for short in (b"", sealed[:32]):
        with pytest.raises(SealBrokenError, match="secret of 7 is no sealed"):
            opened(subject, short)


def test_a_column_that_rotation_does_not_know_cannot_be_sealed() -> None:
    with pytest.raises(NotRegisteredError):
        seal(new_uuid(), table=TABLE, column="unknown", row="1", plain=b"x")
    with pytest.raises(ValueError, match="drop table"):
        register("drop table", "x")


def test_blind_values_are_the_same_for_the_same_and_apart_by_kind_and_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = blind("email", "ann@people.example")
    assert len(one) == 32
    assert one == blind("email", "ann@people.example")
    assert one != blind("phone", "ann@people.example")
    assert one != blind("email", "ben@people.example")
    monkeypatch.setattr(settings, "OKPAY_BLIND_KEY", "another key of the same length, or so")
    assert one != blind("email", "ann@people.example")


def test_d11_shredding_is_for_ever_and_leaves_one_audit_row() -> None:
    subject, other = new_uuid(), new_uuid()
    sealed, kept = sealed_for(subject), sealed_for(other)
    assert opened(subject, sealed) == PLAIN  # and now a key is in memory
    for _ in range(2):
        with transaction.atomic():
            shred(subject)
    with pytest.raises(ShreddedError):
        opened(subject, sealed)
    with pytest.raises(ShreddedError):
        sealed_for(subject)
    assert opened(other, kept) == PLAIN
    rows = AuditRow.objects.filter(subject=encode("cus", subject)).values_list("action", "data")
    assert list(rows) == [("crypto.shred", {"keys": 1})]


def test_shredding_that_is_rolled_back_destroyed_nothing() -> None:
    subject = new_uuid()
    sealed = sealed_for(subject)
    with transaction.atomic():
        shred(subject)
        transaction.set_rollback(True)
    assert opened(subject, sealed) == PLAIN
    with pytest.raises(CryptoError):
        shred(subject)  # no transaction
    assert opened(subject, sealed) == PLAIN


def test_a_key_made_in_a_transaction_that_came_to_nothing_is_not_used_again() -> None:
    subject = new_uuid()
    with transaction.atomic():
        opened(subject, sealed_for(subject))
        transaction.set_rollback(True)
    sealed = sealed_for(subject)
    key_store.forget(subject)
    assert opened(subject, sealed) == PLAIN


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM crypto_datakey",
        "UPDATE crypto_datakey SET wrapped = ''",
        "TRUNCATE crypto_datakey",
        "UPDATE crypto_masterkey SET phase = 'retired'",
        "DELETE FROM crypto_masterkey",
        "DELETE FROM crypto_shredding",
        "INSERT INTO crypto_shredding VALUES (gen_random_uuid(), now())",
    ],
)
def test_m1_the_faces_cannot_change_or_lose_keys(statement: str) -> None:
    sealed_for(HOUSE)
    with (
        pytest.raises(Exception, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_i1_a_dump_without_the_master_key_opens_nothing(
    owner_connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject = new_uuid()
    sealed = sealed_for(subject)
    found = owner_connection.execute(
        "SELECT wrapped FROM crypto_datakey WHERE subject = %s", [subject]
    ).fetchone()
    assert found is not None
    assert len(found[0]) == 12 + 32 + 16
    key_store.forget(subject)
    monkeypatch.setattr(settings, "OKPAY_ENVELOPE_KEYS", "9:" + "A" * 43 + "=")
    monkeypatch.setattr(settings, "OKPAY_ENVELOPE_FILE", None)
    with pytest.raises(KeyMissingError):
        opened(subject, sealed)
    monkeypatch.setattr(settings, "OKPAY_ENVELOPE_KEYS", "1:" + "A" * 43 + "=")
    with pytest.raises(SealBrokenError):
        opened(subject, sealed)


def test_keys_in_memory_are_few_and_short_lived(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = [1000.0]
    monkeypatch.setattr("okpay.kernel.crypto.cached.time.monotonic", lambda: moment[0])
    cache, names = Cache(), [(new_uuid(), 1) for _ in range(MOST + 1)]
    for name in names:
        cache.put(name, (b"w", b"k"))
    assert len(cache) == MOST
    assert cache.get(names[0]) is None
    assert cache.get(names[1]) == (b"w", b"k")
    cache.drop(names[1][0])
    assert cache.get(names[1]) is None
    moment[0] += SECONDS
    assert cache.get(names[2]) is None


def test_two_at_once_make_one_key(
    two_at_once: Callable[[Callable[[], bytes]], list[bytes]],
) -> None:
    subject = new_uuid()
    for sealed in two_at_once(lambda: sealed_for(subject)):
        assert opened(subject, sealed) == PLAIN
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM crypto_datakey WHERE subject = %s", [subject])
        assert cursor.fetchone() == (1,)
