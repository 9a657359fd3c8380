"""Hostile cases B: the same wish again, lost answers, and outcomes that are not known yet."""

from __future__ import annotations

import itertools
import os
import signal
import time
from collections import Counter
from typing import Any

import msgspec
import pytest

from okpay.kernel.ids import new_uuid
from okpay.payments.engine.commands import AnyCommand, Outcome
from okpay.payments.engine.persist import persist
from okpay.payments.engine.wire import Wire
from okpay.payments.engine.writer import MAX_WAITING, EngineBusyError, Writer
from tests.payments.processes import context, in_processes
from tests.payments.wishes import resolve, send, top_up
from tests.payments.world import World, broken, run_all

PERSIST = "okpay.payments.engine.postgres.persist"


def _same(outcomes: list[Outcome]) -> bool:
    """Whether all say the same, but for having been said before."""
    bodies = [{**msgspec.to_builtins(outcome), "replayed": None} for outcome in outcomes]
    return all(body == bodies[0] for body in bodies)


def _records(world: World, payer: str) -> int:
    return int(world.rows("SELECT count(*) FROM wallets_record WHERE payer = %s", payer)[0][0])


def test_b1_one_key_twenty_times_at_once_is_one_payment(world: World) -> None:
    payer, payee = world.people(2)
    world.done(top_up(payer, 10_000))
    wishes = [send(payer, payee, 100, key="one") for _ in range(20)]
    outcomes = [*itertools.chain(*in_processes(world.url, wishes[:10], wishes[10:]))]
    assert Counter(outcome.replayed for outcome in outcomes) == {False: 1, True: 19}
    assert _same(outcomes)
    assert world.balance(payee) == (100, 0)
    assert _records(world, payer) == 1


def test_b2_the_same_key_for_another_body_is_refused_and_changes_nothing(world: World) -> None:
    payer, payee, other = world.people(3)
    world.done(top_up(payer, 10_000))
    first = world.done(send(payer, payee, 100, key="k"))[0]
    for wish in (
        send(payer, payee, 101, key="k"),
        send(payer, other, 100, key="k"),
        send(payer, payee, 100, key="k", asset=392),
    ):
        outcome = world.run(wish)[0]
        assert (outcome.result, outcome.code) == ("refused", "idempotency_key_reused")
    again = world.run(send(payer, payee, 100, key="k"))[0]
    assert (again.record, again.replayed) == (first.record, True)
    assert world.balance(payee) == (100, 0)
    assert world.balance(other) == (0, 0)


def test_b2_the_same_key_at_another_kind_of_wish_is_another_wish(world: World) -> None:
    payer, payee = world.people(2)
    world.done(top_up(payer, 10_000))
    outcomes = world.done(
        send(payer, payee, 100, key="k"), send(payer, payee, 100, key="k", endpoint="others")
    )
    assert [outcome.replayed for outcome in outcomes] == [False, False]
    assert world.balance(payee) == (200, 0)


def test_b3_the_same_key_of_another_person_is_another_wish(world: World) -> None:
    one, two, payee = world.people(3)
    world.done(top_up(one, 500), top_up(two, 500))
    outcomes = world.done(send(one, payee, 100, key="k"), send(two, payee, 100, key="k"))
    assert [outcome.replayed for outcome in outcomes] == [False, False]
    assert world.balance(payee) == (200, 0)


def test_b1_a_kept_refusal_is_the_answer_for_ever(world: World) -> None:
    payer, payee = world.people(2)
    refused = world.run(send(payer, payee, 100, key="k"))[0]
    assert refused.code == "insufficient_funds"
    world.done(top_up(payer, 500))
    again = world.run(send(payer, payee, 100, key="k"))[0]
    assert (again.code, again.params, again.replayed) == (refused.code, refused.params, True)
    loose = world.run(send(payer, payee, 900, key="l", keep_refusal=False))[0]
    assert loose.code == "insufficient_funds"
    world.done(top_up(payer, 500), send(payer, payee, 900, key="l", keep_refusal=False))
    assert world.balance(payee) == (900, 0)


def test_b1_a_wish_with_two_names_is_one_payment_under_either(world: World) -> None:
    """A quote's own number and the client's key: whoever comes by either gets the one answer."""
    payer, payee = world.people(2)
    world.done(top_up(payer, 500))
    body = {"fingerprint": str(new_uuid()), "twin_fingerprint": str(new_uuid())}
    first = world.done(send(payer, payee, 100, key="quote", twin_key="mine", **body))[0]
    others = world.done(
        send(payer, payee, 100, key="quote", fingerprint=body["fingerprint"]),
        send(payer, payee, 100, key="quote", twin_key="yours", **body),
        send(payer, payee, 100, key="mine", fingerprint=body["twin_fingerprint"]),
        send(payer, payee, 100, key="yours", fingerprint=body["twin_fingerprint"]),
    )
    assert {(one.record, one.replayed) for one in others} == {(first.record, True)}
    wrong = world.run(
        send(payer, payee, 100, key="mine"),
        send(payer, payee, 100, key="other", twin_key="mine", twin_fingerprint=str(new_uuid())),
    )
    assert [one.code for one in wrong] == ["idempotency_key_reused"] * 2
    assert world.balance(payee) == (100, 0)
    assert _records(world, payer) == 1


def test_d11_what_must_arrive_is_refused_rather_than_kept_waiting(world: World) -> None:
    payer, payee = world.people(2)
    world.done(top_up(payer, 500))
    world.freeze(payee)
    outcome = world.run(send(payer, payee, 100, must_arrive=True, keep_refusal=False))[0]
    assert (outcome.result, outcome.code) == ("refused", "payee_frozen")
    assert world.balance(payer) == (500, 0)
    counted = world.rows("SELECT out_day_sum FROM ledger_account WHERE owner = %s", payer)
    assert counted == [(0,)]
    world.freeze(payee, frozen=False)


def test_b9_a_key_is_known_however_old_it_is(world: World) -> None:
    payer, payee = world.people(2)
    world.done(top_up(payer, 500))
    first = world.done(send(payer, payee, 100, key="old"))[0]
    with world.owner() as connection:
        connection.execute("UPDATE payments_answer SET at = at - interval '31 days'")
    again = world.run(send(payer, payee, 100, key="old"))[0]
    assert (again.record, again.replayed) == (first.record, True)
    assert world.balance(payee) == (100, 0)


def _die_after_commit(url: str, wish: AnyCommand) -> None:
    """Run a command and be killed after the commit, before anybody hears of it."""
    writer = Writer(url)
    writer.submit(wish, lambda _outcome: os.kill(os.getpid(), signal.SIGKILL))
    time.sleep(60)


def test_b5_b6_killed_between_commit_and_answer_the_retry_hears_the_first_answer(
    world: World,
) -> None:
    payer, payee = world.people(2)
    world.done(top_up(payer, 500))
    wish = send(payer, payee, 100, key="lost")
    process = context().Process(target=_die_after_commit, args=(world.url, wish))
    process.start()
    process.join(30)
    assert process.exitcode == -signal.SIGKILL
    assert world.balance(payee) == (100, 0)
    # A retry over the network is a new record in the making, under the same key.
    again = world.run(send(payer, payee, 100, key="lost"))[0]
    assert (again.result, again.record, again.replayed) == ("done", wish.record, True)
    assert world.balance(payee) == (100, 0)


def _cut(world: World, application: str = "okpay engine") -> None:
    with world.owner() as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = %s AND datname = current_database()",
            [application],
        )


def test_b6_a_connection_cut_in_mid_batch_loses_and_doubles_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    payer, payee = world.people(2)
    world.done(top_up(payer, 5_000))
    cuts = iter((True, False, True))
    real = persist

    def persist_then_cut(wire: Wire, state: Any) -> None:
        real(wire, state)
        if next(cuts, False):
            _cut(world)

    monkeypatch.setattr(PERSIST, persist_then_cut)
    outcomes = world.run(*[send(payer, payee, 100) for _ in range(30)])
    assert Counter(outcome.result for outcome in outcomes) == {"done": 30}
    assert world.balance(payee) == (3_000, 0)
    assert _records(world, payer) == 30


class _Notice:
    message_primary = "canceling wait for synchronous replication due to user request"


def test_b15_a_commit_that_no_standby_confirmed_is_unknown_then_resolved_by_its_key(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    payer, payee = world.people(2)
    world.done(top_up(payer, 500))
    real = persist

    def persist_with_notice(wire: Wire, state: Any) -> None:
        real(wire, state)
        world.writer._lanes[0]._store._store._notice(_Notice())  # type: ignore[attr-defined]  # noqa: SLF001 — as the server says it

    with monkeypatch.context() as patched:
        patched.setattr(PERSIST, persist_with_notice)
        unknown = world.run(send(payer, payee, 100, key="u"))[0]
    assert (unknown.result, unknown.code) == ("unknown", "outcome_unknown")
    again = world.run(send(payer, payee, 100, key="u"))[0]
    assert (again.result, again.replayed) == ("done", True)
    assert world.balance(payee) == (100, 0)


def test_a_timeout_is_unknown_and_never_failed(world: World) -> None:
    payer, payee = world.people(2)
    world.done(top_up(payer, 500))
    with world.owner(autocommit=False) as other:
        other.execute("SELECT 1 FROM ledger_account WHERE owner = %s FOR UPDATE", [payer])
        unknown = world.writer.run(send(payer, payee, 100, key="t"), timeout=0.2)
        assert unknown.result == "unknown"
        other.rollback()
    again = world.run(send(payer, payee, 100, key="t"))[0]
    assert (again.result, again.replayed) == ("done", True)
    assert world.balance(payee) == (100, 0)


@pytest.mark.parametrize(
    "poison",
    [
        {"record": "not a record"},
        {"memo": "cannot be kept \x00"},
        {"memo": "x" * 141},
        {"asset": 70_000},
        {"payee": "no person"},
    ],
    ids=lambda poison: next(iter(poison)),
)
def test_a_poisonous_command_harms_only_itself(world: World, poison: dict[str, Any]) -> None:
    payer, payee = world.people(2)
    world.done(top_up(payer, 500))
    good = [send(payer, payee, 1) for _ in range(9)]
    bad = send(payer, payee, 100)
    for name, value in poison.items():
        setattr(bad, name, value)
    outcomes = run_all(world.writer, [*good[:5], bad, *good[5:]])
    harmed = outcomes.pop(5)
    assert harmed.result != "done"
    assert [outcome.result for outcome in outcomes] == ["done"] * 9
    assert world.balance(payer) == (491, 0)


def test_a_record_id_that_exists_is_never_booked_again(world: World) -> None:
    payer, payee = world.people(2)
    world.done(top_up(payer, 500))
    record = str(new_uuid())
    world.done(send(payer, payee, 100, record=record))
    second = world.run(send(payer, payee, 100, record=record))[0]
    assert second.result == "unknown"
    assert world.balance(payee) == (100, 0)


def test_a_caller_that_fails_does_not_stop_the_engine(world: World) -> None:
    payer, payee = world.people(2)
    world.done(top_up(payer, 500))

    def fails(_outcome: Outcome) -> None:
        raise ZeroDivisionError

    world.writer.submit(send(payer, payee, 1), fails)
    assert world.run(send(payer, payee, 1))[0].result == "done"
    assert world.run(send(payer, payee, 1))[0].balance == 497


def test_more_waiting_than_the_written_limit_is_turned_away(world: World) -> None:
    full = Writer(world.url)
    full._start = lambda: None  # type: ignore[method-assign]  # noqa: SLF001 — a writer that is stuck
    wish = resolve(str(new_uuid()), "expire")
    for _ in range(MAX_WAITING):
        full.submit(wish, lambda _outcome: None)
    with pytest.raises(EngineBusyError):
        full.submit(wish, lambda _outcome: None)


def test_the_proof_holds_after_all_retries(world: World) -> None:
    assert broken(world.url) == []
