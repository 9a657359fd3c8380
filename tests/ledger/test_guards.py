"""Hostile cases M1, M3, M4: what the database refuses, whoever asks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, LiteralString

import psycopg
import pytest
from psycopg import errors as pg

from okpay.ledger.sql.grants import READ_ONLY
from okpay.payments.engine.connect import connect
from tests.payments.wishes import group, refund, send, top_up
from tests.payments.world import World, broken


@pytest.fixture(scope="module")
def money(world: World) -> tuple[str, str]:
    """Two people; the first has money and the second got some of it."""
    payer, payee = world.people(2)
    world.done(top_up(payer, 1000), send(payer, payee, 100))
    world.done(send(payer, "later@else.example", 50, invite=True))
    paid = send(payer, payee, 5)
    world.done(group(payer, paid))
    world.done(refund(paid.record, 5, payee))
    return payer, payee


@pytest.fixture
def face(world: World, money: tuple[str, str]) -> Iterator[psycopg.Connection[Any]]:
    """A connection as a face has it."""
    with psycopg.connect(world.url, options="-c role=okpay_app", autocommit=True) as connection:
        yield connection


@pytest.fixture
def book(world: World, money: tuple[str, str]) -> Iterator[psycopg.Connection[Any]]:
    """A connection as the engine has it."""
    with connect(world.url) as connection:
        yield connection


@pytest.fixture
def owner(world: World, money: tuple[str, str]) -> Iterator[psycopg.Connection[Any]]:
    with world.owner() as connection:
        yield connection


def _sums(world: World) -> list[tuple[Any, ...]]:
    return world.rows("SELECT id, posted, held, seq, floor, owner FROM ledger_account ORDER BY id")


@pytest.mark.parametrize(
    "deed",
    [
        "UPDATE ledger_account SET posted = 10",
        "UPDATE ledger_account SET frozen_out = false",
        "INSERT INTO ledger_account (owner, asset, kind) SELECT owner, 840, 1 FROM ledger_account",
        "INSERT INTO ledger_transfer SELECT * FROM ledger_transfer",
        "UPDATE ledger_transfer SET amount = 1",
        "DELETE FROM ledger_transfer",
        "TRUNCATE ledger_transfer",
        "UPDATE ledger_hold SET state = 2",
        "DELETE FROM ledger_hold",
        "UPDATE wallets_record SET memo = ''",
        "DELETE FROM wallets_record",
        "INSERT INTO wallets_recordevent SELECT * FROM wallets_recordevent",
        "DELETE FROM payments_answer",
        "UPDATE payments_pending SET reason = ''",
        "UPDATE kernel_audit SET action = ''",
        "DELETE FROM kernel_audit",
        "ALTER TABLE ledger_transfer DISABLE TRIGGER ALL",
        "DROP TABLE ledger_hold",
    ],
)
def test_m1_a_face_cannot_write_the_book(
    world: World, face: psycopg.Connection[Any], deed: LiteralString
) -> None:
    before = _sums(world)
    with pytest.raises(pg.InsufficientPrivilege):
        face.execute(deed)
    assert _sums(world) == before


def test_m1_a_face_can_read_all_of_it(face: psycopg.Connection[Any]) -> None:
    for table in READ_ONLY:
        query = psycopg.sql.SQL("SELECT count(*) > 0 FROM {}").format(psycopg.sql.Identifier(table))
        assert face.execute(query).fetchone() == (True,)


@pytest.mark.parametrize(
    "deed",
    [
        "UPDATE ledger_transfer SET amount = 1",
        "DELETE FROM ledger_transfer",
        "TRUNCATE ledger_transfer",
        "UPDATE ledger_account SET floor = -1000",
        "UPDATE ledger_account SET owner = id::text::uuid",
        "DELETE FROM ledger_account",
        "UPDATE ledger_hold SET amount = 1",
        "UPDATE ledger_hold SET deadline = now()",
        "UPDATE wallets_record SET amount = 1",
        "UPDATE wallets_record SET payer = payee",
        "DELETE FROM wallets_record",
        "UPDATE payments_answer SET body = ''",
        "DELETE FROM payments_answer",
        "UPDATE wallets_recordevent SET state = 1",
        "UPDATE kernel_audit SET action = ''",
        "UPDATE identity_person SET level = 3",
    ],
)
def test_m1_even_the_engine_cannot_rewrite_the_book(
    world: World, book: psycopg.Connection[Any], deed: LiteralString
) -> None:
    before = _sums(world)
    with pytest.raises(pg.InsufficientPrivilege):
        book.execute(deed)
    assert _sums(world) == before


@pytest.mark.parametrize(
    "deed",
    [
        "UPDATE ledger_transfer SET amount = amount + 1",
        "UPDATE ledger_transfer SET amount = amount WHERE false",
        "DELETE FROM ledger_transfer",
        "TRUNCATE ledger_transfer",
        "DELETE FROM ledger_account",
        "TRUNCATE ledger_account",
        "DELETE FROM ledger_hold",
        "TRUNCATE ledger_hold",
        "UPDATE ledger_account SET posted = posted + 1",
        "UPDATE ledger_account SET posted = posted + 5 WHERE kind = 1",
        (
            "INSERT INTO ledger_account (owner, asset, kind, posted)"
            " SELECT gen_random_uuid(), 156, 10, 5"
        ),
        "UPDATE ledger_account SET held = -1 WHERE kind = 1",
        (
            "INSERT INTO ledger_transfer (id, at, kind, code, asset, amount, debit_account,"
            " credit_account, debit_seq, debit_posted, debit_held)"
            " SELECT gen_random_uuid(), now(), 1, 1, 156, -5, 1, 2, 99, 0, 0"
        ),
        (
            "INSERT INTO ledger_transfer (id, at, kind, code, asset, amount, debit_account,"
            " credit_account, debit_seq, debit_posted, debit_held)"
            " SELECT gen_random_uuid(), now(), 1, 1, 156, 5, 1, 1, 99, 0, 0"
        ),
    ],
)
def test_m1_m3_even_the_owner_is_refused_by_the_guards(
    world: World, owner: psycopg.Connection[Any], deed: LiteralString
) -> None:
    before = _sums(world)
    with pytest.raises(psycopg.IntegrityError):
        owner.execute(deed)
    assert _sums(world) == before


def test_m3_one_leg_without_the_other_is_refused_for_the_engine(
    world: World, book: psycopg.Connection[Any], money: tuple[str, str]
) -> None:
    payer, payee = money
    before = _sums(world)
    with pytest.raises(pg.IntegrityConstraintViolation, match="debits and credits differ"):
        book.execute("UPDATE ledger_account SET posted = posted - 1 WHERE owner = %s", [payer])
    with pytest.raises(pg.IntegrityConstraintViolation, match="debits and credits differ"):
        book.execute(
            "UPDATE ledger_account SET posted = posted + CASE WHEN owner = %s THEN 2 ELSE -1 END"
            " WHERE owner IN (%s, %s)",
            [payee, payee, payer],
        )
    assert _sums(world) == before


def test_m3_two_assets_do_not_balance_each_other(
    world: World, book: psycopg.Connection[Any], money: tuple[str, str]
) -> None:
    payer, _ = money
    world.done(top_up(payer, 500, asset=392))
    before = _sums(world)
    with pytest.raises(pg.IntegrityConstraintViolation, match="debits and credits differ"):
        book.execute(
            "UPDATE ledger_account SET posted = posted + CASE asset WHEN 156 THEN 1 ELSE -1 END"
            " WHERE owner = %s",
            [payer],
        )
    assert _sums(world) == before


BATCH: LiteralString = (
    "INSERT INTO ledger_batch (at, transfers, digest, news) VALUES (%s, 1, sha256('x'), '{}')"
)
LEG: LiteralString = (
    "INSERT INTO ledger_transfer (id, at, kind, code, asset, amount, debit_account,"
    " credit_account, debit_seq, debit_posted, debit_held, batch)"
    " SELECT gen_random_uuid(), %s, 2, 1, 156, 5, d.id, c.id, 99, 0, 0, 1"
    " FROM ledger_account d, ledger_account c WHERE d.id < c.id LIMIT 1"
)


@pytest.mark.parametrize("deed", [BATCH, LEG])
@pytest.mark.parametrize("late", [timedelta(minutes=2), timedelta(days=400)])
def test_m4_an_entry_with_a_moment_that_has_passed_is_refused(
    world: World,
    book: psycopg.Connection[Any],
    owner: psycopg.Connection[Any],
    deed: LiteralString,
    late: timedelta,
) -> None:
    before = _sums(world), world.rows("SELECT count(*) FROM ledger_batch")
    for connection in (book, owner):
        with pytest.raises(pg.IntegrityConstraintViolation, match="cannot be booked at"):
            connection.execute(deed, [datetime.now(UTC) - late])
    assert (_sums(world), world.rows("SELECT count(*) FROM ledger_batch")) == before


def test_m4_what_is_booked_now_is_let_in(book: psycopg.Connection[Any]) -> None:
    with book.transaction(force_rollback=True):
        for deed in (BATCH, LEG):
            assert book.execute(deed, [datetime.now(UTC) - timedelta(seconds=5)]).rowcount == 1


def test_a_floor_holds_whoever_writes(
    world: World, book: psycopg.Connection[Any], money: tuple[str, str]
) -> None:
    payer, payee = money
    before = _sums(world)
    with pytest.raises(pg.CheckViolation):
        book.execute(
            "UPDATE ledger_account SET posted = posted + CASE WHEN owner = %s THEN 5000 ELSE -5000"
            " END WHERE asset = 156 AND owner IN (%s, %s)",
            [payee, payee, payer],
        )
    assert _sums(world) == before


def test_a_sequence_number_is_given_once(world: World, book: psycopg.Connection[Any]) -> None:
    with pytest.raises(pg.UniqueViolation):
        book.execute(
            "INSERT INTO ledger_transfer (id, at, kind, code, asset, amount, debit_account,"
            " credit_account, debit_seq, debit_posted, debit_held, credit_seq, credit_posted,"
            " pending, linked, batch) SELECT gen_random_uuid(), at, kind, code, asset, amount,"
            " debit_account, credit_account, debit_seq, debit_posted, debit_held, credit_seq,"
            " credit_posted, pending, linked, batch FROM ledger_transfer LIMIT 1"
        )


def test_nothing_of_all_that_is_in_the_book(world: World, money: tuple[str, str]) -> None:
    assert broken(world.url) == []
