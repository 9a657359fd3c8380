"""Hostile cases A: many at once, several processes, one truth."""

from __future__ import annotations

import threading
from collections import Counter

from okpay.ledger.chart import HoldState, TransferKind
from okpay.payments.engine.commands import Outcome
from tests.ledger.story import seal
from tests.payments.processes import in_processes
from tests.payments.wishes import flag, resolve, send, top_up
from tests.payments.world import World, broken


def _tally(shares: list[list[Outcome]]) -> Counter[str]:
    return Counter(outcome.code or outcome.result for share in shares for outcome in share)


def test_a1_one_balance_is_spent_once_by_fifty_in_two_processes(world: World) -> None:
    payer, payee = world.people(2)
    world.done(top_up(payer, 100))
    wishes = [send(payer, payee, 100) for _ in range(50)]
    outcomes = in_processes(world.url, wishes[:25], wishes[25:])
    assert _tally(outcomes) == {"done": 1, "insufficient_funds": 49}
    assert world.balance(payer) == (0, 0)
    assert world.balance(payee) == (100, 0)


def test_a2_crossing_payments_keep_the_sum_and_show_no_deadlock(world: World) -> None:
    one, two = world.people(2)
    world.done(top_up(one, 1_000_000), top_up(two, 1_000_000))
    there = [send(one, two, 1 + n % 7) for n in range(1000)]
    back = [send(two, one, 1 + n % 5) for n in range(1000)]
    assert _tally(in_processes(world.url, there, back)) == {"done": 2000}
    moved = sum(1 + n % 7 for n in range(1000)) - sum(1 + n % 5 for n in range(1000))
    assert world.balance(one) == (1_000_000 - moved, 0)
    assert world.balance(two) == (1_000_000 + moved, 0)


def test_a3_only_money_that_is_there_and_not_held_can_leave(world: World) -> None:
    payer, payee = world.people(2)
    world.done(top_up(payer, 1000), send(payer, "nobody@else.example", 400, invite=True))
    too_much, exact = world.run(send(payer, payee, 601), send(payer, payee, 600))
    assert (too_much.code, too_much.params["short"]) == ("insufficient_funds", "0.01")
    assert (exact.result, exact.balance) == ("done", 0)
    assert world.balance(payer) == (400, 400)
    assert world.balance(payee) == (600, 0)


def test_a4_a5_claim_cancel_and_decline_at_once_end_a_hold_once(world: World) -> None:
    for _ in range(6):
        payer, payee = world.people(2)
        world.done(top_up(payer, 500))
        world.freeze(payee)
        waiting = world.done(send(payer, payee, 500))[0]
        world.freeze(payee, frozen=False)
        shares = in_processes(
            world.url,
            [resolve(waiting.record, "claim", payee)],
            [resolve(waiting.record, "cancel", payer), resolve(waiting.record, "decline", payee)],
            [resolve(waiting.record, "release")],
        )
        assert _tally(shares) == {"done": 1, "transfer_not_pending": 3}
        ends = world.rows(
            "SELECT kind, amount FROM ledger_transfer WHERE pending = %s", waiting.record
        )
        assert len(ends) == 1
        arrived = 500 if ends[0][0] == TransferKind.POST else 0
        assert world.balance(payer) == (500 - arrived, 0)
        assert world.balance(payee) == (arrived, 0)


def test_a4_expiry_and_claim_at_once_end_a_hold_once(world: World) -> None:
    payer, payee = world.people(2)
    world.done(top_up(payer, 500))
    world.freeze(payee)
    waiting = world.done(send(payer, payee, 500))[0]
    world.freeze(payee, frozen=False)
    with world.owner() as connection:
        connection.execute(
            "UPDATE ledger_hold SET deadline = now() - interval '1 second' WHERE id = %s",
            [waiting.record],
        )
    shares = in_processes(
        world.url,
        [resolve(waiting.record, "expire"), resolve(waiting.record, "expire")],
        [resolve(waiting.record, "claim", payee)],
    )
    assert _tally(shares) == {"done": 1, "transfer_not_pending": 2}
    state = world.rows("SELECT state FROM ledger_hold WHERE id = %s", waiting.record)[0][0]
    assert world.balance(payer) == ((500, 0) if state == HoldState.EXPIRED else (0, 0))
    # The deadline was changed behind the engine's back; leave the world as the engine made it.
    with world.owner() as connection:
        connection.execute(
            "UPDATE ledger_hold h SET deadline = p.deadline FROM payments_pending p"
            " WHERE p.record = h.id AND h.id = %s",
            [waiting.record],
        )


def test_a11_the_daily_limit_is_exact_under_fifty_parallel_payments(world: World) -> None:
    payer, payee = world.people(2)
    world.done(top_up(payer, 10_000_000))
    wishes = [send(payer, payee, 100_000) for _ in range(50)]
    shares = in_processes(world.url, wishes[:25], wishes[25:])
    assert _tally(shares) == {"done": 20, "limit_exceeded": 30}
    assert world.balance(payee) == (2_000_000, 0)
    counted = world.rows("SELECT out_day_sum FROM ledger_account WHERE owner = %s", payer)
    assert counted == [(2_000_000,)]


def test_a11_money_that_came_back_from_an_earlier_day_gives_no_room_today(world: World) -> None:
    payer, payee = world.people(2)
    world.done(top_up(payer, 10_000_000))
    old = world.done(send(payer, "old@else.example", 2_000_000, invite=True))[0]
    _age(world, old.record, payer)
    assert world.run(send(payer, payee, 2_000_000))[0].result == "done"
    world.done(resolve(old.record, "cancel", payer))
    assert world.run(send(payer, payee, 1))[0].code == "limit_exceeded"
    assert world.balance(payee) == (2_000_000, 0)


def _age(world: World, record: str, payer: str) -> None:
    """Move a pending transfer and the counters of its payer two days back."""
    with world.owner() as connection:
        connection.execute("ALTER TABLE ledger_transfer DISABLE TRIGGER USER")
        connection.execute("ALTER TABLE ledger_batch DISABLE TRIGGER USER")
        for query in (
            "UPDATE wallets_record SET created_at = created_at - interval '2 days' WHERE id = %s",
            "UPDATE wallets_recordevent SET at = at - interval '2 days' WHERE record = %s",
            (
                "UPDATE ledger_batch SET at = at - interval '2 days' WHERE id ="
                " (SELECT batch FROM ledger_transfer WHERE id = %s)"
            ),
            "UPDATE ledger_transfer SET at = at - interval '2 days' WHERE id = %s",
        ):
            connection.execute(query, [record])
        connection.execute("ALTER TABLE ledger_transfer ENABLE TRIGGER USER")
        connection.execute("ALTER TABLE ledger_batch ENABLE TRIGGER USER")
        connection.execute(
            "UPDATE ledger_account SET out_day = out_day - 2 WHERE owner = %s", [payer]
        )


def test_a14_the_locked_balance_decides_whatever_was_read_before(world: World) -> None:
    payer, payee = world.people(2)
    world.done(top_up(payer, 100))
    seen = world.balance(payer)
    in_processes(world.url, [send(payer, payee, 80)])
    outcome = world.run(send(payer, payee, seen[0]))[0]
    assert (outcome.code, outcome.params["short"]) == ("insufficient_funds", "0.80")
    assert world.balance(payer) == (20, 0)


def test_a15_no_payment_stands_behind_a_freeze_in_ledger_order(world: World) -> None:
    payer, payee = world.people(2)
    world.done(top_up(payer, 1_000_000))
    wishes = [send(payer, payee, 1) for _ in range(3000)]
    shares: list[list[Outcome]] = []
    thread = threading.Thread(
        target=lambda: shares.extend(in_processes(world.url, wishes[:1500], wishes[1500:]))
    )
    thread.start()
    while world.balance(payee)[0] == 0 and thread.is_alive():
        pass
    world.done(flag(payer, frozen=True))
    last = world.rows("SELECT seq FROM ledger_account WHERE owner = %s", payer)
    thread.join()
    assert world.rows("SELECT seq FROM ledger_account WHERE owner = %s", payer) == last
    tally = _tally(shares)
    assert set(tally) == {"done", "account_frozen"}
    assert last == [(1 + tally["done"],)]
    world.done(flag(payer, frozen=False))


def test_a15_an_account_cannot_be_opened_unfrozen_behind_a_freeze(world: World) -> None:
    payer, payee = world.people(2)
    world.done(top_up(payer, 1000), top_up(payer, 500, asset=392))
    with world.owner(autocommit=False) as slow:
        # Somebody opens the payee's first account and has not committed yet.
        slow.execute("SELECT pg_advisory_xact_lock_shared(7101, hashtext(%s))", [payee])
        slow.execute(
            "INSERT INTO ledger_account (owner, asset, kind, floor) VALUES (%s, 392, 1, 0)",
            [payee],
        )
        freezing = threading.Thread(target=lambda: world.done(flag(payee, frozen=True)))
        freezing.start()
        freezing.join(0.3)
        assert freezing.is_alive()
        slow.commit()
        freezing.join(60)
    rows = world.rows("SELECT asset, frozen_in FROM ledger_account WHERE owner = %s", payee)
    assert rows == [(392, True)]
    world.done(flag(payee, frozen=False))


def test_a20_four_processes_need_no_lock_of_a_process(world: World) -> None:
    people = world.people(6)
    world.done(*[top_up(person, 10_000) for person in people])
    shares = [
        [
            send(people[n % 6], people[(n * 5 + place) % 6 or 1], 1 + n * 7 % 900)
            for n in range(250)
            if n % 6 != ((n * 5 + place) % 6 or 1)
        ]
        for place in range(4)
    ]
    tally = _tally(in_processes(world.url, *shares))
    assert set(tally) <= {"done", "insufficient_funds"}
    assert tally["done"] > 100
    assert sum(world.balance(person)[0] for person in people) == 60_000
    assert min(world.balance(person)[0] for person in people) >= 0


def test_the_proof_holds_after_all_races(world: World) -> None:
    seal(world)  # one batch was made old, and old ones must be sealed
    assert broken(world.url) == []
