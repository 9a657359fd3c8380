"""A list from taking in to its end: each line once, whatever happens in between."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connections

from okpay.kernel import clock
from okpay.kernel.actor import SYSTEM
from okpay.kernel.ids import encode
from okpay.notices.models import Message
from okpay.notices.operations import tell
from okpay.payments.errors import IdempotencyKeyReusedError
from okpay.payments.operations import freeze_person
from okpay.payments.operations import payouts as operations
from okpay.payments.payouts import queries, running, store
from okpay.payments.payouts.models import Payout
from okpay.payments.payouts.states import LineOutcome, PayoutState
from okpay.payments.payouts.wishes import RawLine, read_wish
from okpay.wallets.models import Record
from okpay.wallets.queries import balances
from tests.payments.payouts.lists import a_list, outcomes, posted, run, start
from tests.support.people import MakePerson, Somebody


def test_every_line_is_paid_and_has_its_record(payer: Somebody, crew: list[Somebody]) -> None:
    before = [posted(one) for one in crew]
    payout_id = start(payer, a_list([*crew], "10.00"))
    assert run(payout_id)
    head = queries.payout(payer.id, payout_id)
    assert head is not None
    assert (head.state, head.count, head.settled, head.done, head.refused) == (
        PayoutState.DONE, 3, 3, 3, 0,
    )  # fmt: skip
    assert [one.done.decimal_string() for one in head.sums] == ["30.00"]
    assert posted(payer) == "970.00"
    for line, one, had in zip(queries.all_lines(payout_id), crew, before, strict=True):
        record = Record.objects.get(id=line.record_id)
        assert (record.payer, record.payee, int(record.amount)) == (payer.id, one.id, 1000)
        assert (line.outcome, line.payee_id) == (LineOutcome.DONE, one.id)
        assert UUID(int=0) < record.id
        assert posted(one) != had


def test_a_list_that_is_done_is_not_run_again(payer: Somebody, crew: list[Somebody]) -> None:
    payout_id = start(payer, a_list([*crew]))
    assert [run(payout_id), run(payout_id)] == [True, True]
    assert posted(payer) == "997.00"


def test_each_line_is_refused_for_its_own_reason_and_the_others_are_paid(
    payer: Somebody, crew: list[Somebody], owner_connection: psycopg.Connection
) -> None:
    assert run(start(payer, a_list([crew[1]])))
    owner_connection.execute(  # so that large lines to them need no second proof
        "UPDATE wallets_record SET created_at = created_at - interval '25 hours',"
        " completed_at = completed_at - interval '25 hours' WHERE payer = %s AND payee = %s",
        [payer.id, crew[1].id],
    )
    wish = read_wish([
        RawLine("good", crew[0].phone, "1.00", "CNY"),
        RawLine("nobody", "no.such.person@people.example", "1.00", "CNY"),
        RawLine("no id", encode("cus", uuid4()), "1.00", "CNY"),
        RawLine("self", payer.email, "1.00", "CNY"),
        RawLine("large", crew[1].email, "20000.01", "CNY"),
        RawLine("poor", crew[1].email, "15000.00", "CNY"),
        RawLine("none", crew[1].email, "1", "JPY"),
        RawLine("last", encode("cus", crew[2].id), "2.00", "CNY"),
    ])  # fmt: skip
    payout_id = start(payer, wish)
    assert run(payout_id)
    assert outcomes(payout_id) == [
        ("DONE", ""),
        ("REFUSED", "payee_not_found"),
        ("REFUSED", "payee_not_found"),
        ("REFUSED", "payee_is_self"),
        ("REFUSED", "limit_exceeded"),
        ("REFUSED", "insufficient_funds"),
        ("REFUSED", "insufficient_funds"),
        ("DONE", ""),
    ]
    assert posted(payer) == "996.00"
    texts = [one.error().text() for one in queries.all_lines(payout_id) if one.code]
    assert all(texts)
    assert [one.lines - one.done_lines for one in queries.payouts(payer.id)[0].sums] == [5, 1]


def test_money_that_does_not_last_goes_to_the_first_lines(
    make_person: MakePerson, crew: list[Somebody]
) -> None:
    payer = make_person("Short", cny="5.50")
    lines = [RawLine(str(n), crew[n % 3].email, "1.00", "CNY") for n in range(400)]
    lines[300] = RawLine("300", crew[0].email, "0.50", "CNY")
    payout_id = start(payer, read_wish(lines))
    assert run(payout_id)
    done = [n for n, one in enumerate(outcomes(payout_id)) if one[0] == "DONE"]
    assert done == [0, 1, 2, 3, 4, 300]  # what is too much is left out, a smaller one still goes
    assert posted(payer) == "0.00"


def test_an_invitation_waits_for_its_payee_and_is_done(payer: Somebody) -> None:
    payout_id = start(payer, a_list(["new.one@people.example"], "3.00", invite=True))
    assert run(payout_id)
    line = next(queries.all_lines(payout_id))
    assert (line.outcome.name, line.state and line.state.name) == ("DONE", "PENDING")
    assert balances(payer.id)[0].held.decimal_string() == "3.00"


def test_b1_twenty_parallel_requests_of_one_key_are_one_list(
    payer: Somebody, crew: list[Somebody]
) -> None:
    wish, gate = a_list([*crew] * 20), threading.Barrier(8)

    def post(_number: int) -> tuple[UUID, bool]:
        gate.wait(30)
        started = operations.start_payout(
            actor=payer.via("api"), wish=wish, client_key="once", now=clock.now()
        )
        run(started.payout_id)
        connections.close_all()
        return started.payout_id, started.fresh

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(post, range(8)))
    assert len({payout_id for payout_id, _ in found}) == 1
    assert Counter(fresh for _, fresh in found) == {True: 1, False: 7}
    while not run(found[0][0]):  # the one that holds the lease may still be at it
        pass
    assert posted(payer) == "940.00"
    assert outcomes(found[0][0]) == [("DONE", "")] * 60


def test_b2_the_same_key_for_another_list_is_refused_and_changes_nothing(
    payer: Somebody, crew: list[Somebody]
) -> None:
    first = start(payer, a_list([*crew]), "k")
    for other in (a_list([*crew], "1.01"), a_list([*crew][::-1]), a_list([*crew], invite=True)):
        with pytest.raises(IdempotencyKeyReusedError):
            start(payer, other, "k")
    assert start(payer, a_list([*crew]), "k") == first
    assert Payout.objects.filter(owner=payer.id).count() == 1


def test_b3_the_same_key_of_another_person_is_another_list(
    payer: Somebody, make_person: MakePerson, crew: list[Somebody]
) -> None:
    other = make_person("Other", cny="10.00")
    assert start(payer, a_list([*crew]), "k") != start(other, a_list([*crew]), "k")


class GoneError(Exception):
    """The process died here."""


def test_b8_a_run_that_dies_before_it_wrote_outcomes_is_gone_on_with_once(
    payer: Somebody, crew: list[Somebody], monkeypatch: pytest.MonkeyPatch
) -> None:
    payout_id = start(payer, a_list([*crew] * 100, "0.10"))

    def die(*_: object) -> None:
        raise GoneError

    with monkeypatch.context() as patch:
        patch.setattr(store, "settle", die)
        with pytest.raises(GoneError):
            run(payout_id)
    booked = Record.objects.filter(payer=payer.id).count()
    assert booked == 300  # the money moved, and nobody wrote it down
    assert set(outcomes(payout_id)) == {("WAITING", "")}
    assert run(payout_id)
    assert outcomes(payout_id) == [("DONE", "")] * 300
    assert posted(payer) == "970.00"
    assert Record.objects.filter(payer=payer.id).count() == 300


def test_b15_a_line_whose_outcome_is_not_known_waits_and_is_asked_again(
    payer: Somebody, crew: list[Somebody], monkeypatch: pytest.MonkeyPatch
) -> None:
    from okpay.payments.engine.access import engine
    from okpay.payments.engine.commands import UNKNOWN

    class Forgetful:
        """An engine whose every second answer is lost."""

        def submit_together(self, wishes: list[tuple[Any, Callable[[Any], None]]]) -> None:
            for command, done in wishes:
                lost = command.client_key.endswith(("r1", "r3"))
                engine().submit(command, partial(self.answer, done, lost=lost))

        @staticmethod
        def answer(done: Callable[[Any], None], outcome: Any, *, lost: bool) -> None:
            done(UNKNOWN if lost else outcome)

    payout_id = start(payer, a_list([*crew] * 2))
    with monkeypatch.context() as patch:
        patch.setattr(running, "engine", Forgetful)
        assert not run(payout_id)
    assert [one[0] for one in outcomes(payout_id)].count("WAITING") == 2
    assert Payout.objects.get(id=payout_id).state == PayoutState.RUNNING
    assert run(payout_id)
    assert outcomes(payout_id) == [("DONE", "")] * 6
    assert posted(payer) == "994.00"


def test_a3_two_lists_at_once_never_spend_more_than_there_is(
    make_person: MakePerson, crew: list[Somebody]
) -> None:
    payer = make_person("Twice", cny="10.00")
    ids = [start(payer, a_list([*crew] * 10)), start(payer, a_list([*crew] * 10))]

    def go(payout_id: UUID) -> bool:
        done = run(payout_id)
        connections.close_all()
        return done

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(go, ids)) == [True, True]
    found = [one for payout_id in ids for one in outcomes(payout_id)]
    assert Counter(found) == {("DONE", ""): 10, ("REFUSED", "insufficient_funds"): 50}
    assert posted(payer) == "0.00"


def test_a15_what_is_left_of_a_list_is_refused_once_its_payer_is_frozen(
    payer: Somebody, crew: list[Somebody]
) -> None:
    payout_id = start(payer, a_list([*crew]))
    freeze_person(actor=SYSTEM, person_id=payer.id, reason="risk", now=clock.now())
    assert run(payout_id)
    assert set(outcomes(payout_id)) == {("REFUSED", "account_frozen")}
    assert posted(payer) == "1000.00"


def test_lines_that_were_changed_in_the_database_are_not_paid(
    payer: Somebody, crew: list[Somebody], owner_connection: psycopg.Connection
) -> None:
    payout_id = start(payer, a_list([*crew]))

    def change(amount: int) -> None:
        owner_connection.execute(
            "UPDATE payments_payoutline SET amount = %s WHERE payout = %s AND number = 2",
            [amount, payout_id],
        )

    change(10_000)
    with pytest.raises(RuntimeError, match="not those that were taken in"):
        run(payout_id)
    assert posted(payer) == "1000.00"
    change(100)
    assert run(payout_id)


def test_only_one_works_on_a_list_at_a_time(payer: Somebody, crew: list[Somebody]) -> None:
    payout_id = start(payer, a_list([*crew]))
    with ThreadPoolExecutor(1) as pool, store.leased(payout_id) as mine:
        assert mine
        assert pool.submit(run, payout_id).result(30) is False
        pool.submit(connections.close_all).result(30)
    assert posted(payer) == "1000.00"
    assert run(payout_id)


def test_the_payer_gets_one_message_and_each_payee_their_own(
    payer: Somebody, make_person: MakePerson
) -> None:
    crew = [make_person(), make_person()]
    payout_id = start(payer, a_list([*crew, "nobody.at.all@people.example"]))
    assert run(payout_id)
    ids = [one.record_id for one in queries.all_lines(payout_id)]
    tell(record_ids=ids, event="recorded", now=clock.now())
    mine = Message.objects.filter(person_id=payer.id, category="transactions")
    told = [one for one in mine.values_list("code", "link") if one[0] != "topup_done"]
    assert told == [("payout_partly", f"/payouts/{encode('pyt', payout_id)}")]
    for one in crew:
        codes = Message.objects.filter(person_id=one.id).values_list("code", flat=True)
        assert [code for code in codes if code.startswith("transfer")] == ["transfer_received"]


def test_what_waits_and_goes_back_later_is_told_to_the_payer_by_itself(payer: Somebody) -> None:
    from okpay.payments.operations import cancel_transfer

    payout_id = start(payer, a_list(["later.one@people.example"], invite=True))
    assert run(payout_id)
    record = next(queries.all_lines(payout_id)).record_id
    tell(record_ids=[record], event="pending", now=clock.now())
    assert not Message.objects.filter(person_id=payer.id, code="transfer_pending").exists()
    cancel_transfer(actor=payer.actor, record_id=record)
    assert next(queries.all_lines(payout_id)).state.name == "CANCELED"  # type: ignore[union-attr]  # it has one
