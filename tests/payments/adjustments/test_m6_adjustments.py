"""Manual adjustments (M6, O9): two people, a reason, a cap, and the proof that it was so."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import psycopg
import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob
from psycopg import sql

from okpay.identity.models import Person
from okpay.kernel import clock
from okpay.kernel.actor import Actor
from okpay.kernel.approvals import operations as approvals
from okpay.kernel.approvals.models import Approval
from okpay.kernel.approvals.registry import kind_of
from okpay.kernel.approvals.states import ApprovalState
from okpay.kernel.errors import DomainError
from okpay.kernel.ids import encode, new_uuid
from okpay.kernel.models import AuditRow
from okpay.kernel.money import asset_of, parse_amount
from okpay.ledger.chart import AccountKind
from okpay.ledger.proof.check import WORDS, Rows
from okpay.payments import news, tasks
from okpay.payments.adjustments import Cause, Way, kind, operations, propose_adjustment
from okpay.payments.engine.access import engine
from okpay.payments.engine.commands import Move
from okpay.payments.prints import fingerprint_of
from okpay.payments.proof.adjustments import ADJUSTMENTS
from okpay.wallets.models import Record, RecordKind
from okpay.wallets.queries import balances
from tests.console.kit import Worker, hire
from tests.support.people import MakePerson, Somebody


@pytest.fixture
def maker(make_person: MakePerson) -> Worker:
    return hire(make_person, "finance")


@pytest.fixture
def checker(make_person: MakePerson) -> Worker:
    return hire(make_person, "finance", name="顾晴川")


def wish(actor: Actor, somebody: Somebody, amount: str = "12.50", **more: Any) -> Approval:
    asset = asset_of(more.pop("currency", "CNY"))
    about: dict[str, Any] = {"way": Way.CREDIT, "cause": Cause.NOT_BOOKED, "note": "补记一笔充值"}
    about |= {name: more.pop(name) for name in list(more) if name in about}
    asked = operations.Wish(
        person_id=somebody.id, money=parse_amount(amount, asset), **about
    )  # fmt: skip
    facts = {"reason": "top-up of Monday, acquirer's list line 7", "now": clock.now(), **more}
    return propose_adjustment(actor=actor, wish=asked, **facts)


def approve(worker: Worker, approval: Approval) -> Approval:
    return approvals.approve(
        actor=worker.actor, approval_id=approval.id, digest=approval.digest, now=clock.now()
    )


def has(somebody: Somebody) -> str:
    return next((one.posted.decimal_string() for one in balances(somebody.id)), "none")


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(DomainError) as caught:
        call()
    return caught.value.code


def booked(somebody: Somebody) -> list[Record]:
    mine = Record.objects.filter(kind=RecordKind.ADJUSTMENT)
    return [*mine.filter(payee=somebody.id), *mine.filter(payer=somebody.id)]


def test_o9_nothing_moves_by_a_proposal_and_once_by_its_approval(
    maker: Worker, checker: Worker, make_person: MakePerson
) -> None:
    somebody = make_person(cny="100.00")
    approval = wish(maker.actor, somebody)
    assert has(somebody) == "100.00"
    assert approve(checker, approval).state == ApprovalState.DONE
    assert has(somebody) == "112.50"
    again = operations.book_adjustment(approval_id=approval.id, now=clock.now())  # as the job does
    assert (again.result, again.replayed, has(somebody)) == ("done", True, "112.50")
    (record,) = booked(somebody)
    assert (record.payer, record.memo, record.channel) == (None, "补记一笔充值", "desk")
    rows = AuditRow.objects.filter(
        subject=encode("cus", somebody.id), action__startswith="payments.adjustment."
    )
    assert [row.action for row in rows] == ["payments.adjustment.booked"]


def test_o9_money_is_taken_back_and_its_owner_is_told_why(
    maker: Worker, checker: Worker, make_person: MakePerson
) -> None:
    somebody = make_person(cny="20.00")
    approve(checker, wish(maker.actor, somebody, "5.00", way=Way.DEBIT, note="重复入账扣回"))
    assert has(somebody) == "15.00"
    (record,) = booked(somebody)
    (told,) = news.facts([record.id])
    assert (told.person_id, told.code) == (somebody.id, "adjusted_out")
    assert told.params == {
        "amount": {"amount": "5.00", "currency": "CNY"},
        "note": "重复入账扣回",
    }


def test_m6_without_a_reason_or_words_for_the_customer_nothing_is_proposed(
    maker: Worker, make_person: MakePerson
) -> None:
    somebody = make_person(cny="1.00")
    assert refusal(lambda: wish(maker.actor, somebody, reason=" \n ")) == "approval_reason_missing"
    assert refusal(lambda: wish(maker.actor, somebody, note="  .")) == "adjustment_note_missing"
    assert not Approval.objects.filter(about=somebody.id).exists()


def test_m6_nobody_approves_their_own_and_nobody_outside_finance(
    maker: Worker, make_person: MakePerson
) -> None:
    somebody = make_person(cny="1.00")
    approval = wish(maker.actor, somebody)
    assert refusal(lambda: approve(maker, approval)) == "approval_own"
    for role in ("risk", "administrator", "kyc"):
        other = hire(make_person, role)
        assert refusal(partial(approve, other, approval)) == "approval_forbidden"
        assert refusal(partial(wish, other.actor, somebody)) == "staff_not_permitted"
    assert (has(somebody), booked(somebody)) == ("1.00", [])


def test_m6_nobody_decides_about_their_own_wallet(
    maker: Worker, checker: Worker, make_person: MakePerson
) -> None:
    approval = wish(maker.actor, checker.person)
    assert refusal(lambda: approve(checker, approval)) == "approval_own"
    assert booked(checker.person) == []


def test_m6_a_maker_may_not_pay_themselves_through_a_colleague(
    maker: Worker, make_person: MakePerson
) -> None:
    assert refusal(lambda: wish(maker.actor, maker.person)) == "adjustment_own"
    assert not Approval.objects.filter(about=maker.id).exists()


def test_m6_the_cap_of_a_day_holds_also_when_it_is_split(
    maker: Worker, checker: Worker, make_person: MakePerson
) -> None:
    first, second, third = make_person(), make_person(), make_person()
    assert refusal(lambda: wish(maker.actor, first, "50000.01")) == "adjustment_over_cap"
    one = wish(maker.actor, first, "30000.00")
    assert refusal(lambda: wish(maker.actor, second, "20000.01")) == "adjustment_over_cap"
    wish(maker.actor, second, "20000.00")
    assert refusal(lambda: wish(maker.actor, third, "0.01")) == "adjustment_over_cap"
    approvals.decline(
        actor=checker.actor, approval_id=one.id, digest=one.digest, reason="not so",
        now=clock.now(),
    )  # fmt: skip
    wish(maker.actor, third, "0.01")  # what was declined counts no more
    wish(maker.actor, first, "1.00", currency="USD")  # each currency has its own
    tomorrow = clock.now() + timedelta(hours=24, seconds=1)
    wish(maker.actor, make_person(), "50000.00", now=tomorrow)


def test_m6_parallel_proposals_of_one_maker_do_not_pass_the_cap_together(
    maker: Worker, make_person: MakePerson
) -> None:
    customers = [make_person() for _ in range(6)]

    def ask(somebody: Somebody) -> str:
        try:
            wish(maker.actor, somebody, "20000.00")
        except DomainError as refused:
            return refused.code
        finally:
            connection.close()
        return "proposed"

    with ThreadPoolExecutor(6) as pool:
        said = list(pool.map(ask, customers))
    assert sorted(said) == ["adjustment_over_cap"] * 4 + ["proposed"] * 2


def test_m6_no_more_is_taken_than_is_there_not_even_after_the_approval(
    maker: Worker, checker: Worker, make_person: MakePerson
) -> None:
    somebody = make_person(cny="10.00")
    poor = refusal(lambda: wish(maker.actor, somebody, "10.01", way=Way.DEBIT))
    assert poor == "insufficient_funds"
    approval = wish(maker.actor, somebody, "8.00", way=Way.DEBIT)
    _spend(somebody, "5.00")
    assert refusal(lambda: approve(checker, approval)) == "insufficient_funds"
    approval.refresh_from_db()
    assert (approval.state, has(somebody)) == (ApprovalState.WAITING, "5.00")


def test_m6_the_book_has_the_last_word_when_the_money_left_meanwhile(
    maker: Worker, checker: Worker, make_person: MakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    somebody = make_person(cny="10.00")
    approval = wish(maker.actor, somebody, "8.00", way=Way.DEBIT)
    _spend(somebody, "5.00")
    monkeypatch.setattr(kind, "refuse_impossible", lambda *_facts: None)  # between look and book
    assert approve(checker, approval).state == ApprovalState.DONE
    assert (has(somebody), booked(somebody)) == ("5.00", [])
    said = dict(kind_of(approval.kind).describe(Approval.objects.get(pk=approval.id)))
    assert "insufficient_funds" in list(said.values())[-1]
    row = AuditRow.objects.get(
        subject=encode("cus", somebody.id), action="payments.adjustment.refused"
    )
    assert row.data["code"] == "insufficient_funds"


def test_m6_what_died_after_the_approval_is_booked_by_the_job(
    maker: Worker, checker: Worker, make_person: MakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    somebody = make_person(cny="1.00")
    approval = wish(maker.actor, somebody, "2.00")
    monkeypatch.setattr(kind, "_book", lambda _approval: None)
    approve(checker, approval)
    assert has(somebody) == "1.00"
    job = ProcrastinateJob.objects.get(
        task_name="okpay.payments.tasks.book_adjustment", args__approval_id=str(approval.id)
    )
    tasks.book_adjustment(**job.args)
    tasks.book_adjustment(**job.args)
    assert (has(somebody), len(booked(somebody))) == ("3.00", 1)


def test_m6_an_adjustment_that_nobody_approved_cannot_be_booked(
    maker: Worker, make_person: MakePerson
) -> None:
    somebody = make_person(cny="1.00")
    approval = wish(maker.actor, somebody)
    with pytest.raises(Approval.DoesNotExist):
        operations.book_adjustment(approval_id=approval.id, now=clock.now())
    assert has(somebody) == "1.00"


def _spend(payer: Somebody, amount: str) -> None:
    """Let money leave the wallet, past every rule of payments but the book's."""
    move = Move(
        endpoint="test", client_key=str(new_uuid()), owner=str(payer.id),
        fingerprint=fingerprint_of(""),
        record=str(new_uuid()), kind=RecordKind.EXCHANGE, asset=asset_of("CNY").number,
        amount=parse_amount(amount, asset_of("CNY")).minor, house=AccountKind.EXCHANGE,
    )  # fmt: skip
    assert engine().run(move).result == "done"


def test_m6_nothing_is_adjusted_on_a_frozen_or_closed_account(
    maker: Worker, checker: Worker, make_person: MakePerson
) -> None:
    somebody = make_person(cny="3.00")
    approval = wish(maker.actor, somebody)
    Person.objects.filter(pk=somebody.id).update(frozen_at=clock.now(), frozen_reason="test")
    try:
        assert refusal(lambda: wish(maker.actor, somebody)) == "adjustment_frozen"
        assert refusal(lambda: approve(checker, approval)) == "adjustment_frozen"
    finally:
        Person.objects.filter(pk=somebody.id).update(frozen_at=None, frozen_reason="")
    Person.objects.filter(pk=somebody.id).update(is_active=False)
    assert refusal(lambda: wish(maker.actor, somebody)) == "adjustment_customer_missing"
    assert approve(checker, approval).state == ApprovalState.VOID
    Person.objects.filter(pk=somebody.id).update(is_active=True)
    assert has(somebody) == "3.00"


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE wallets_record SET amount = amount + 1 WHERE id = %(record)s",
        "UPDATE wallets_record SET asset = 840 WHERE id = %(record)s",
        "DELETE FROM approvals_approval WHERE id = %(approval)s",
        "UPDATE approvals_approval SET state = 3 WHERE id = %(approval)s",
        "UPDATE approvals_approval SET maker = NULL WHERE id = %(approval)s",
        (
            "UPDATE approvals_approval SET payload = jsonb_set(payload, '{way}', '\"debit\"')"
            " WHERE id = %(approval)s"
        ),
        "UPDATE approvals_approval SET about = gen_random_uuid() WHERE id = %(approval)s",
    ],
)
def test_m6_the_proof_names_an_adjustment_that_nobody_decided_like_that(
    maker: Worker, checker: Worker, make_person: MakePerson, tampering: str
) -> None:
    somebody = make_person(cny="1.00")
    approval = wish(maker.actor, somebody)
    approve(checker, approval)
    (record,) = booked(somebody)
    with psycopg.connect(os.environ["OKPAY_DATABASE_URL"]) as link:
        for table in ("wallets_record", "approvals_approval"):
            statement = sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER")
            link.execute(statement.format(sql.Identifier(table)))
        assert _named(link, record) == []
        known = {"record": record.id, "approval": approval.id}
        assert link.execute(tampering.encode(), known).rowcount == 1
        found = _named(link, record)
        link.rollback()
    assert len(found) == 1


def _named(link: psycopg.Connection[Any], record: Record) -> list[str]:
    """Return what the check says of one record, in the open transaction."""
    check = ADJUSTMENTS[0]
    assert isinstance(check, Rows)
    rows = link.execute(check.broken, {**WORDS, **dict(check.words)}).fetchall()
    return [str(row) for row in rows if str(record.id) in row]


def test_m6_the_proof_names_an_approval_that_never_came_to_the_book(
    maker: Worker, checker: Worker, make_person: MakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    somebody = make_person(cny="1.00")
    approval = wish(maker.actor, somebody)
    monkeypatch.setattr(kind, "_book", lambda _approval: None)
    approve(checker, approval)
    check, record, now = ADJUSTMENTS[1], str(approval.payload["record"]), clock.now()

    def named(at: datetime) -> bool:
        with psycopg.connect(os.environ["OKPAY_DATABASE_URL"]) as link:
            result = check.run(link, at)
            link.rollback()
        return any(record in line for line in result.broken)

    assert [named(now), named(now + timedelta(hours=2))] == [False, True]
    operations.book_adjustment(approval_id=approval.id, now=now)
    assert not named(now + timedelta(hours=2))
