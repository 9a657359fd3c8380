"""The proof of lists finds what does not agree, and nothing else."""

from __future__ import annotations

from typing import LiteralString
from uuid import UUID

import psycopg
import pytest

from okpay.kernel import clock
from okpay.payments.proof.payouts import PAYOUTS
from tests.payments.payouts.lists import a_list, run, start
from tests.support.people import Somebody


def broken(connection: psycopg.Connection, payout_id: UUID) -> list[int]:
    """How many faults of a payout each check finds."""
    results = [check.run(connection, clock.now()) for check in PAYOUTS]
    return [sum(str(payout_id) in line for line in result.broken) for result in results]


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("SELECT %s::uuid", [0, 0]),
        ("UPDATE payments_payoutline SET amount = 2 WHERE number = 1 AND payout = %s", [1, 1]),
        ("UPDATE payments_payoutline SET outcome = 2 WHERE number = 1 AND payout = %s", [1, 1]),
        ("UPDATE payments_payoutline SET outcome = 1 WHERE number = 4 AND payout = %s", [1, 1]),
        ("UPDATE payments_payoutline SET outcome = 0 WHERE number = 4 AND payout = %s", [0, 1]),
        ("UPDATE payments_payoutline SET payee = payout WHERE number = 1 AND payout = %s", [1, 0]),
        ("UPDATE payments_payout SET settled = 3 WHERE id = %s", [0, 1]),
        ("UPDATE payments_payoutsum SET done_amount = 1 WHERE payout = %s", [0, 1]),
        ("DELETE FROM payments_payoutsum WHERE payout = %s", [0, 1]),
        ("DELETE FROM payments_payoutline WHERE number = 4 AND payout = %s", [0, 2]),
    ],
)
def test_what_does_not_agree_is_named(
    payer: Somebody, crew: list[Somebody], database: str, damage: LiteralString, found: list[int]
) -> None:
    payout_id = start(payer, a_list([*crew, "nobody.here@people.example"]))
    assert run(payout_id)
    with psycopg.connect(database) as connection:
        connection.execute(damage, [payout_id])
        assert broken(connection, payout_id) == found
        connection.rollback()


def test_a_record_that_is_of_no_list_is_named(
    payer: Somebody, crew: list[Somebody], database: str
) -> None:
    payout_id = start(payer, a_list([*crew]))
    assert run(payout_id)
    with psycopg.connect(database) as connection:
        row = connection.execute(
            "DELETE FROM payments_payoutline WHERE payout = %s AND number = 1 RETURNING record",
            [payout_id],
        ).fetchone()
        assert row is not None
        results = [check.run(connection, clock.now()) for check in PAYOUTS]
        assert any(str(row[0]) in line for line in results[0].broken)
        connection.rollback()
