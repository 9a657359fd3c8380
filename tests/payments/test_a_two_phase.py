"""Hostile cases A4, A5, A7, A8 and C6, C8 on the real book: many at once, in several processes."""

from __future__ import annotations

from collections import Counter

import pytest

from okpay.payments.engine.commands import Outcome
from tests.payments.processes import in_processes
from tests.payments.wishes import exchange, group, hold, refund, resolve, send, top_up
from tests.payments.world import World, broken


def _tally(shares: list[list[Outcome]]) -> Counter[str]:
    return Counter(outcome.code or outcome.result for share in shares for outcome in share)


def test_a4_one_hold_is_captured_once_by_twenty_in_two_processes(world: World) -> None:
    payer, shop = world.people(2)
    world.done(top_up(payer, 1_000))
    held = world.done(hold(payer, shop, 1_000))[0]
    wishes = [resolve(held.record, "capture", shop, amount=1 + n) for n in range(20)]
    assert _tally(in_processes(world.url, wishes[:10], wishes[10:])) == {
        "done": 1,
        "transfer_not_pending": 19,
    }
    ends = world.rows("SELECT amount FROM ledger_transfer WHERE pending = %s", held.record)
    assert len(ends) == 1
    taken = int(ends[0][0])
    assert world.balance(payer) == (1_000 - taken, 0)
    assert world.balance(shop) == (taken, 0)


def test_a4_the_same_capture_asked_twenty_times_is_one_and_its_answer(world: World) -> None:
    payer, shop = world.people(2)
    world.done(top_up(payer, 1_000))
    held = world.done(hold(payer, shop, 1_000))[0]
    wishes = [resolve(held.record, "capture", shop, key="once", amount=600) for _ in range(20)]
    shares = in_processes(world.url, wishes[:10], wishes[10:])
    assert _tally(shares) == {"done": 20}
    found = [outcome for share in shares for outcome in share]
    assert {(one.record, one.amount) for one in found} == {(held.record, 600)}
    assert Counter(one.replayed for one in found) == {True: 19, False: 1}
    assert (world.balance(payer), world.balance(shop)) == ((400, 0), (600, 0))


def test_a5_capture_and_void_of_one_hold_leave_one_end(world: World) -> None:
    for _ in range(6):
        payer, shop = world.people(2)
        world.done(top_up(payer, 500))
        held = world.done(hold(payer, shop, 500))[0]
        shares = in_processes(
            world.url,
            [resolve(held.record, "capture", shop, amount=300)],
            [resolve(held.record, "void", shop), resolve(held.record, "void")],
        )
        assert _tally(shares) == {"done": 1, "transfer_not_pending": 2}
        ends = world.rows("SELECT kind FROM ledger_transfer WHERE pending = %s", held.record)
        arrived = 300 if shares[0][0].result == "done" else 0
        assert len(ends) == 1
        assert (world.balance(payer), world.balance(shop)) == ((500 - arrived, 0), (arrived, 0))


def test_a7_a_refused_hold_cannot_be_captured_by_its_id(world: World) -> None:
    payer, shop = world.people(2)
    world.done(top_up(payer, 10))
    wish = hold(payer, shop, 11)
    refused = world.run(wish)[0]
    late = world.run(resolve(wish.record, "capture", shop), resolve(wish.record, "capture"))
    assert [refused.code, *(one.code for one in late)] == [
        "insufficient_funds", "transfer_not_found", "transfer_not_found",
    ]  # fmt: skip
    assert (world.balance(payer), world.balance(shop)) == ((10, 0), (0, 0))


def test_a8_refunds_and_chargebacks_at_once_give_back_what_arrived(world: World) -> None:
    payer, shop = world.people(2)
    world.done(top_up(payer, 1_000), top_up(shop, 5_000))
    held = world.done(hold(payer, shop, 1_000))[0]
    world.done(resolve(held.record, "capture", shop, amount=700))
    wishes = [refund(held.record, 100, shop if n % 3 else "") for n in range(50)]
    counted = _tally(in_processes(world.url, wishes[:25], wishes[25:]))
    assert counted == {"done": 7, "not_refundable": 43}
    assert (world.balance(payer), world.balance(shop)) == ((1_000, 0), (5_000, 0))
    back = world.rows(
        "SELECT sum(r.amount) FROM wallets_refund f JOIN wallets_record r ON r.id = f.record"
        " WHERE f.original = %s",
        held.record,
    )
    assert int(back[0][0]) == 700


def test_a8_a_refund_and_the_end_of_its_hold_in_one_batch_follow_their_order(world: World) -> None:
    payer, shop = world.people(2)
    world.done(top_up(payer, 1_000))
    held = world.done(hold(payer, shop, 1_000))[0]
    early, done, back, more = world.run(
        refund(held.record, 1, shop),
        resolve(held.record, "capture", shop, amount=600),
        refund(held.record, 600, shop),
        refund(held.record, 1, shop),
    )
    assert [early.code, done.result, back.result, more.code] == [
        "not_refundable", "done", "done", "not_refundable",
    ]  # fmt: skip
    assert (world.balance(payer), world.balance(shop)) == ((1_000, 0), (0, 0))


def test_a19_the_same_split_in_two_processes_is_paid_once(world: World) -> None:
    payer, one, two = world.people(3)
    world.done(top_up(payer, 1_000))
    split = group(payer, send(payer, one, 300), send(payer, two, 200), key="split")
    shares = in_processes(world.url, [split] * 5, [split] * 5)
    assert _tally(shares) == {"done": 10}
    assert [world.balance(person) for person in (payer, one, two)] == [(500, 0), (300, 0), (200, 0)]


def test_groups_that_cross_each_other_keep_the_sum(world: World) -> None:
    one, two, three = world.people(3)
    world.done(top_up(one, 500), top_up(two, 500), top_up(three, 500))
    there = [group(one, send(one, two, 3), send(two, three, 3)) for _ in range(40)]
    back = [group(three, send(three, one, 2), send(one, two, 600)) for _ in range(40)]
    counted = _tally(in_processes(world.url, there, back))
    assert counted["done"] >= 40
    balances = [world.balance(person) for person in (one, two, three)]
    assert sum(posted for posted, _ in balances) == 1_500
    assert all(held == 0 <= posted for posted, held in balances)


@pytest.mark.parametrize(("asset", "minor"), [(392, 1), (414, 1_234), (9001, 10**18 // 3)])
def test_c6_holds_and_refunds_in_every_decimal(world: World, asset: int, minor: int) -> None:
    payer, shop = world.people(2)
    world.done(top_up(payer, 3 * minor, asset=asset))
    held = world.done(hold(payer, shop, 3 * minor, asset=asset))[0]
    world.done(resolve(held.record, "capture", shop))
    world.done(*[refund(held.record, minor, shop) for _ in range(3)])
    assert world.balance(payer, asset) == (3 * minor, 0)
    assert world.balance(shop, asset) == (0, 0)


def test_c8_changing_there_and_back_leaves_the_rounding_with_the_house(world: World) -> None:
    person = world.people(1)[0]
    world.done(top_up(person, 10_000))
    for _ in range(20):  # 7.13 fen buy a cent, a cent buys 7 fen: rounded for the house
        world.done(exchange(person, 8, 1), exchange(person, 1, 7, of=840, into=156))
    assert world.balance(person) == (10_000 - 20, 0)
    assert world.balance(person, 840) == (0, 0)
    position = world.rows("SELECT asset, posted FROM ledger_account WHERE kind = 50 ORDER BY asset")
    assert [(row[0], int(row[1])) for row in position] == [(156, 20), (840, 0)]


def test_m1_after_all_of_it_the_proof_is_green(world: World) -> None:
    assert broken(world.url) == []
