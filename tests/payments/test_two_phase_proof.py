"""The proof is red, at the row, for each way in which holds, refunds and groups could be wrong."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from okpay.kernel import clock
from okpay.ledger.proof import Result
from okpay.payments.proof.two_phase import TWO_PHASE
from tests.ledger.story import Story, tell
from tests.payments.world import World

# What the insider does, and what the proof must say. Places: names of the story.
TAMPERINGS: list[tuple[str, str]] = [
    (
        ("ALTER TABLE ledger_transfer DISABLE TRIGGER USER;"
        "UPDATE ledger_transfer SET amount = 399 WHERE pending = '{claimed}'"),
        "record {claimed}: of 400 it says that None was captured, the book has 399",
    ),
    (
        "UPDATE wallets_record SET captured = 601 WHERE id = '{captured}'",
        "record {captured}: of 1000 it says that 601 was captured, the book has 600",
    ),
    (
        "UPDATE wallets_record SET captured = NULL WHERE id = '{captured}'",
        "record {captured}: of 1000 it says that None was captured, the book has 600",
    ),
    (
        "UPDATE wallets_record SET captured = 5 WHERE id = '{paid}'",
        "record {paid}: of 1200 it says that 5 was captured, the book has None",
    ),
    (
        "DELETE FROM wallets_refund WHERE record = '{refunded}'",
        "refund {refunded} of record None: 250 went back of None, or by another way",
    ),
    (
        "UPDATE wallets_record SET amount = 251 WHERE id = '{refunded}'",
        "refund {refunded} of record {captured}: 601 went back of 600, or by another way",
    ),
    (
        "UPDATE wallets_record SET payee = '{ben}' WHERE id = '{refunded}'",
        "refund {refunded} of record {captured}: 600 went back of 600, or by another way",
    ),
    (
        "UPDATE wallets_refund SET original = '{canceled}' WHERE record = '{refunded}'",
        "refund {refunded} of record {canceled}: 250 went back of 800, or by another way",
    ),
    (
        "DELETE FROM payments_groupleg WHERE \"group\" = '{split}' AND place = 1",
        "group {split}: 3 legs are named where 4 were booked together, 3 are in the book",
    ),
    (
        ("UPDATE payments_groupleg SET transfer = gen_random_uuid() "
        "WHERE \"group\" = '{split}' AND place = 3"),
        "group {split}: 4 legs are named where 4 were booked together, 3 are in the book",
    ),
    (
        ("UPDATE payments_groupleg SET transfer = '{paid}' "
        "WHERE \"group\" = '{split}' AND place = 3"),
        "group {split}: 4 legs are named where 4 were booked together, 4 are in the book",
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def story(world: World) -> Story:
    return tell(world)


@pytest.fixture
def insider(world: World, story: Story) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    with world.owner(autocommit=False) as connection:
        yield connection
        connection.rollback()


def _found(connection: psycopg.Connection[tuple[object, ...]]) -> list[Result]:
    return [check.run(connection, clock.now()) for check in TWO_PHASE]


def test_the_proof_looks_at_every_hold_refund_and_leg(
    insider: psycopg.Connection[tuple[object, ...]],
) -> None:
    found = _found(insider)
    assert [line for result in found for line in result.broken] == []
    assert [result.looked_at for result in found] == [3, 3, 6]


@pytest.mark.parametrize(("deed", "says"), TAMPERINGS)
def test_m1_a_wrong_row_is_named(
    insider: psycopg.Connection[tuple[object, ...]], story: Story, deed: str, says: str
) -> None:
    places = vars(story)
    insider.execute(deed.format(**places).encode())
    lines = [line for result in _found(insider) for line in result.broken]
    assert says.format(**places) in lines
