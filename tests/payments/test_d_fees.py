"""Fees of money that waits: held with it, charged if it arrives, given back if it does not.

Transfers are free by the table in force, so another one is put in its place.
"""

from __future__ import annotations

import pytest

from okpay.kernel.crypto import blind
from okpay.kernel.ids import new_uuid
from okpay.payments.engine import decide_send
from okpay.payments.engine.commands import Outcome, Way
from okpay.wallets.states import RecordState
from tests.payments.wishes import flag, resolve, send, top_up
from tests.payments.world import World, broken

FEE = 25
BACK = {"cancel": RecordState.CANCELED, "expire": RecordState.EXPIRED}


@pytest.fixture(autouse=True)
def dear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decide_send, "transfer_fee", lambda _amount: FEE)


def fees(world: World) -> int:
    rows = world.rows("SELECT COALESCE(sum(posted), 0) FROM ledger_account WHERE kind = 20")
    return int(rows[0][0])


def shares(world: World, record: str) -> list[tuple[int, int, bool]]:
    """Kind and amount of every leg of a record, and whether it is the fee's."""
    legs = world.rows(
        "SELECT kind, amount, linked IS NOT NULL FROM ledger_transfer"
        " WHERE %s IN (id, pending, linked) ORDER BY at, linked NULLS FIRST",
        record,
    )
    return [(int(kind), int(amount), linked) for kind, amount, linked in legs]


def invited(world: World, payer: str, amount: int) -> tuple[Outcome, str]:
    """Send to an address of nobody; return the outcome and who can claim it."""
    (claimer,) = world.people(1)
    alias = f"{claimer}@other.example"
    sent = world.done(send(payer, alias, amount, fee=FEE, invite=True))[0]
    with world.owner() as connection:
        connection.execute(
            "UPDATE identity_person SET email_index = %s WHERE id = %s",
            [blind("email", alias), claimer],
        )
    return sent, claimer


def test_a_fee_is_held_with_the_amount_and_charged_when_it_is_claimed(world: World) -> None:
    (payer,) = world.people(1)
    world.done(top_up(payer, 1_000))
    before = fees(world)
    sent, claimer = invited(world, payer, 300)
    assert (world.balance(payer), sent.balance, sent.fee) == ((1_000, 325), 675, FEE)
    assert fees(world) == before
    claimed = world.done(resolve(sent.record, "claim", claimer))[0]
    assert (claimed.amount, claimed.fee, claimed.state) == (300, FEE, RecordState.COMPLETED)
    assert (world.balance(payer), world.balance(claimer)) == ((675, 0), (300, 0))
    assert fees(world) == before + FEE
    assert shares(world, sent.record) == [(2, 325, False), (3, 300, False), (1, FEE, True)]


@pytest.mark.parametrize("way", ["cancel", "expire"])
def test_a_fee_comes_back_with_the_amount(world: World, way: Way) -> None:
    (payer,) = world.people(1)
    world.done(top_up(payer, 1_000))
    before = fees(world)
    sent, _ = invited(world, payer, 300)
    if way == "expire":
        with world.owner() as connection:
            connection.execute(
                "UPDATE ledger_hold SET deadline = now() WHERE id = %s", [sent.record]
            )
            connection.execute(
                "UPDATE payments_pending SET deadline = (SELECT deadline FROM ledger_hold"
                " WHERE id = record) WHERE record = %s",
                [sent.record],
            )
    ended = world.done(resolve(sent.record, way, payer if way == "cancel" else ""))[0]
    assert (ended.amount, ended.fee, ended.state) == (300, 0, BACK[way])
    assert (world.balance(payer), fees(world)) == ((1_000, 0), before)
    counted = world.rows(
        "SELECT out_day_sum, out_month_sum FROM ledger_account WHERE owner = %s AND kind = 1", payer
    )
    assert [tuple(map(int, row)) for row in counted] == [(0, 0)]


def test_who_can_pay_the_amount_but_not_the_fee_is_refused_and_nothing_is_held(
    world: World,
) -> None:
    (payer,) = world.people(1)
    world.done(top_up(payer, 324))
    refused = world.run(send(payer, f"{new_uuid()}@other.example", 300, fee=FEE, invite=True))[0]
    assert (refused.code, refused.params) == (
        "insufficient_funds",
        {"short": "0.01", "currency": "CNY"},
    )
    assert world.balance(payer) == (324, 0)


def test_a_fee_is_charged_when_a_frozen_payee_may_receive_again(world: World) -> None:
    payer, payee = world.people(2)
    world.done(top_up(payer, 1_000), top_up(payee, 1))
    before = fees(world)
    world.freeze(payee)
    sent = world.done(send(payer, payee, 300, fee=FEE))[0]
    assert (sent.state, world.balance(payer)) == (RecordState.PENDING, (1_000, 325))
    world.freeze(payee, frozen=False)
    assert world.run(flag(payee, frozen=False))[0].result == "done"
    world.done(resolve(sent.record, "release"))
    assert (world.balance(payer), world.balance(payee)) == ((675, 0), (301, 0))
    assert fees(world) == before + FEE


def test_two_ends_in_one_batch_charge_one_fee(world: World) -> None:
    (payer,) = world.people(1)
    world.done(top_up(payer, 1_000))
    before = fees(world)
    sent, claimer = invited(world, payer, 300)
    claims = [resolve(sent.record, "claim", claimer) for _ in range(3)]
    found = world.run(*claims, resolve(sent.record, "cancel", payer))
    assert [one.code for one in found] == ["", *["transfer_not_pending"] * 3]
    assert (world.balance(payer), fees(world)) == ((675, 0), before + FEE)


def test_the_proof_is_green_after_all_of_it_and_red_at_a_wrong_fee(world: World) -> None:
    (payer,) = world.people(1)
    world.done(top_up(payer, 1_000))
    sent, claimer = invited(world, payer, 300)
    record = world.done(resolve(sent.record, "claim", claimer))[0].record
    assert broken(world.url) == []
    with world.owner() as connection:
        change = "UPDATE wallets_record SET fee = fee + %s WHERE id = %s"
        connection.execute(change, [1, record])
        lines = broken(world.url)
        connection.execute(change, [-1, record])
    assert [line.partition(";")[0] for line in lines] == [
        f"record {record}: amount 300, transfer's 325",
        f"record {record}: fee 26, the linked leg has 25 (or other parties)",
    ]
