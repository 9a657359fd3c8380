"""Frozen: nothing leaves in ledger order, every way in is dead, what comes in waits; two open."""

from __future__ import annotations

import threading
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from okpay.identity import freezing, operations
from okpay.identity.caution import in_force
from okpay.identity.freezing import hooks, queries, reviews, states
from okpay.identity.freezing.errors import FreezeNotFoundError, FreezeReasonError
from okpay.identity.freezing.models import Freeze, FreezeEvent
from okpay.identity.freezing.operations import lift, settle
from okpay.identity.freezing.states import Cause, FreezeState
from okpay.identity.models import Person, Session
from okpay.identity.staff import NotPermittedError, Role
from okpay.kernel import clock
from okpay.kernel.actor import SYSTEM
from okpay.kernel.approvals import operations as approvals
from okpay.kernel.approvals.errors import ApprovalOwnError, ApprovalWaitingError
from okpay.kernel.approvals.states import ApprovalState
from okpay.kernel.ids import encode
from okpay.kernel.models import AuditRow
from okpay.ledger.models import Account
from okpay.notices.models import Message, Outgoing
from okpay.payments.gate import flag as flag_person
from okpay.wallets.states import RecordState
from tests.identity.freezing.kit import money, pay, session_of, staff, token_of
from tests.support.people import MakePerson, Somebody


def freeze(person: Somebody) -> Freeze:
    return freezing.freeze(
        actor=person.actor, person_id=person.id, cause=Cause.OWNER, now=clock.now()
    )


def flags(person: Somebody) -> set[tuple[bool, bool]]:
    rows = Account.objects.filter(owner=person.id).values_list("frozen_out", "frozen_in")
    return set(rows)


def test_a15_payments_at_once_with_a_freeze_stand_before_it_or_are_refused(
    make_person: MakePerson,
) -> None:
    payer, payee = make_person(cny="1000.00"), make_person(cny="1.00")
    outcomes: list[Any] = []
    ready = threading.Barrier(5)

    def many() -> None:
        from django.db import connection

        ready.wait(30)
        outcomes.extend(pay(payer, payee, "1.00") for _ in range(15))
        connection.close()

    threads = [threading.Thread(target=many) for _ in range(4)]
    for thread in threads:
        thread.start()
    ready.wait(30)
    freeze(payer)
    at_freeze = money(payer)[0]
    for thread in threads:
        thread.join(60)
    said = [outcome.result if outcome.result == "done" else outcome.code for outcome in outcomes]
    assert len(said) == 60
    assert set(said) <= {"done", "account_frozen"}
    assert money(payer)[0] == at_freeze  # nothing left after `freeze` had returned
    assert 100_000 - at_freeze == 100 * said.count("done")
    assert pay(payer, payee).code == "account_frozen"


def test_g12_a_freeze_ends_sessions_and_tokens_and_tells_on_every_channel(
    make_person: MakePerson,
) -> None:
    person = make_person(cny="100.00")
    secret = token_of(person)
    session_of(person.id)
    found = freeze(person)
    row = Person.objects.get(pk=person.id)
    assert (row.frozen_at, row.frozen_reason) == (found.frozen_at, "owner")
    assert operations.use_access_token(secret=secret, now=clock.now()) is None
    assert Session.objects.filter(person_id=person.id).count() == 0
    assert flags(person) == {(True, True)}
    assert Message.objects.filter(person_id=person.id, code="account_frozen").count() == 1
    told = Outgoing.objects.filter(purpose="account_frozen")
    assert set(
        told.filter(recipient_index__in=[person.email, person.phone]).values_list(
            "channel", flat=True
        )
    ) == {"mail", "sms"}
    trail = AuditRow.objects.filter(subject=encode("cus", person.id), action="freezing.frozen")
    assert [one.data["cause"] for one in trail] == ["owner"]
    assert [event.new for event in queries.events_of(found.id)] == ["standing"]


def test_freezing_twice_is_one_freeze(make_person: MakePerson) -> None:
    person = make_person(cny="1.00")
    first, again = freeze(person), freeze(person)
    assert (again.id, Freeze.objects.filter(person_id=person.id).count()) == (first.id, 1)
    assert FreezeEvent.objects.filter(freeze=first).count() == 1


def test_a15_a_crash_between_the_freeze_and_the_book_is_made_good(
    make_person: MakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, other = make_person(cny="100.00"), make_person()

    def dies(_person: object, _frozen: object) -> None:
        message = "the process dies here"
        raise RuntimeError(message)

    monkeypatch.setattr(hooks, "gates", [hooks.Gate(flag=dies, release=lambda _person: 0)])
    with pytest.raises(RuntimeError):
        freeze(person)
    monkeypatch.undo()
    assert flags(person) == {(False, False)}
    from procrastinate.contrib.django.models import ProcrastinateJob

    left = ProcrastinateJob.objects.filter(
        task_name="okpay.identity.freezing.tasks.settle", args__person_id=str(person.id)
    )
    assert left.count() == 1
    settle(person_id=person.id)
    assert flags(person) == {(True, True)}
    assert pay(person, other).code == "account_frozen"


def test_a15_freeze_and_lift_at_once_leave_book_and_person_agreeing(
    make_person: MakePerson,
) -> None:
    person = make_person(cny="1.00")
    freeze(person)
    ready = threading.Barrier(4)

    def turn(number: int) -> None:
        from django.db import connection

        ready.wait(30)
        for _ in range(3):
            if number % 2:
                freeze(person)
            else:
                try:
                    lift(actor=SYSTEM, person_id=person.id, now=clock.now())
                except FreezeNotFoundError:
                    continue
                settle(person_id=person.id)
        connection.close()

    threads = [threading.Thread(target=turn, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    frozen = Person.objects.get(pk=person.id).frozen_at is not None
    assert flags(person) == {(frozen, frozen)}
    assert (queries.standing(person.id) is not None) is frozen


def test_d11_incoming_money_waits_for_a_frozen_payee_and_arrives_when_two_opened_it(
    make_person: MakePerson,
) -> None:
    payer, payee = make_person(cny="100.00"), make_person(cny="1.00")
    freeze(payee)
    waiting = pay(payer, payee)
    assert (waiting.state, waiting.reason) == (RecordState.PENDING, "payee_frozen")
    assert (money(payer), money(payee)) == ((10_000, 1_000), (100, 0))
    maker, checker = staff(make_person, Role.SUPPORT), staff(make_person, Role.RISK)
    now = clock.now()
    proposal = freezing.propose_unfreeze(
        actor=maker, person_id=payee.id, reason="documents compared", now=now
    )
    assert queries.standing(payee.id) is not None
    done = approvals.approve(
        actor=checker, approval_id=proposal.id, digest=proposal.digest, now=now
    )
    assert done.state == ApprovalState.DONE
    assert queries.standing(payee.id) is None
    assert flags(payee) == {(False, False)}
    assert (money(payer), money(payee)) == ((9_000, 0), (1_100, 0))
    assert [str(one.cause) for one in in_force(payee.id, now)] == ["recovered"]
    steps = [(one.old, one.new) for one in queries.events_of(queries.history(payee.id)[0].id)]
    assert steps == [("", "standing"), ("standing", "lifted")]


def test_g7_one_person_opens_nothing(make_person: MakePerson) -> None:
    person = make_person(cny="1.00")
    freeze(person)
    maker = staff(make_person, Role.RISK)  # may propose and approve, but not both
    now = clock.now()
    proposal = freezing.propose_unfreeze(actor=maker, person_id=person.id, reason="r", now=now)
    with pytest.raises(ApprovalOwnError):
        approvals.approve(actor=maker, approval_id=proposal.id, digest=proposal.digest, now=now)
    with pytest.raises(ApprovalWaitingError):
        freezing.propose_unfreeze(actor=maker, person_id=person.id, reason="r", now=now)
    assert queries.standing(person.id) is not None
    assert flags(person) == {(True, True)}


def test_a_proposal_about_another_freeze_is_void(make_person: MakePerson) -> None:
    person = make_person(cny="1.00")
    freeze(person)
    maker, checker = staff(make_person, Role.SUPPORT), staff(make_person, Role.RISK)
    now = clock.now()
    proposal = freezing.propose_unfreeze(actor=maker, person_id=person.id, reason="r", now=now)
    lift(actor=SYSTEM, person_id=person.id, now=now)
    settle(person_id=person.id)
    second = freeze(person)
    seen = approvals.approve(
        actor=checker, approval_id=proposal.id, digest=proposal.digest, now=now
    )
    assert seen.state == ApprovalState.VOID
    assert queries.standing(person.id) == second
    assert flags(person) == {(True, True)}


def test_nobody_freezes_or_proposes_without_the_right(make_person: MakePerson) -> None:
    person, other = make_person(cny="1.00"), make_person()
    finance, kyc = staff(make_person, Role.FINANCE), staff(make_person, Role.KYC)
    now = clock.now()
    for actor in (other.actor, finance):
        with pytest.raises(NotPermittedError):
            freezing.freeze(
                actor=actor, person_id=person.id, cause=Cause.STAFF, reason="r",
                review_on=now.date(), now=now,
            )  # fmt: skip
    assert (queries.standing(person.id), flags(person)) == (None, {(False, False)})
    with pytest.raises(FreezeNotFoundError):
        freezing.propose_unfreeze(
            actor=staff(make_person, Role.SUPPORT), person_id=person.id, reason="r", now=now
        )
    freeze(person)
    with pytest.raises(NotPermittedError):
        freezing.propose_unfreeze(actor=kyc, person_id=person.id, reason="r", now=now)


@pytest.mark.parametrize(("reason", "days"), [("", 3), ("strange payments", None), ("r", 31)])
def test_staff_give_a_reason_and_a_day_to_look_again(
    make_person: MakePerson, reason: str, days: int | None
) -> None:
    person, actor = make_person(cny="1.00"), staff(make_person, Role.SUPPORT)
    now = clock.now()
    day = None if days is None else now.date() + timedelta(days=days)
    with pytest.raises(FreezeReasonError):
        freezing.freeze(
            actor=actor, person_id=person.id, cause=Cause.STAFF, reason=reason, review_on=day,
            now=now,
        )  # fmt: skip
    assert (queries.standing(person.id), flags(person)) == (None, {(False, False)})


def test_the_database_refuses_a_second_freeze_and_one_of_staff_without_reason(
    make_person: MakePerson,
) -> None:
    person, other = make_person(cny="1.00"), make_person()
    freeze(person)
    now = clock.now()
    for owner, cause in ((person.id, Cause.OWNER), (other.id, Cause.STAFF)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Freeze.objects.create(person_id=owner, cause=cause, frozen_at=now)


def test_a_freeze_by_rule_names_the_rule_and_a_day(make_person: MakePerson) -> None:
    person = make_person(cny="1.00")
    now = clock.now()
    found = freezing.freeze_by_rule(
        rule="velocity.new_payees", person_id=person.id, reason="Many new payees", now=now
    )
    assert (found.cause, found.rule) == ("rule", "velocity.new_payees")
    assert found.review_on == now.date() + timedelta(days=30)
    assert flags(person) == {(True, True)}


def test_a_due_review_is_noted_once_and_a_late_one_once_more(make_person: MakePerson) -> None:
    person = make_person()
    found = freezing.freeze_by_rule(
        rule="r", person_id=person.id, reason="r", review_on=clock.now().date(), now=clock.now()
    )
    for days in (0, 0, 2, 3, 4):
        reviews.remind(now=clock.now() + timedelta(days=days))
    rows = AuditRow.objects.filter(subject=states.subject_of(found)).order_by("id")
    assert [row.action for row in rows] == ["freezing.review_due", "freezing.review_late"]
    assert queries.standing(person.id) is not None  # time alone opens nothing
    lift(actor=SYSTEM, person_id=person.id, now=clock.now())
    settle(person_id=person.id)


@pytest.mark.parametrize(("old", "new"), list(product(FreezeState, FreezeState)))
def test_every_pair_of_states(make_person: MakePerson, old: FreezeState, new: FreezeState) -> None:
    now = clock.now()
    ended = now if old == FreezeState.LIFTED else None
    row = Freeze.objects.create(
        person_id=make_person().id, cause=Cause.OWNER, state=old, frozen_at=now, lifted_at=ended
    )
    allowed = (old, new) == (FreezeState.STANDING, FreezeState.LIFTED)
    assert states.move(actor=SYSTEM, freeze=row, new=new, now=now) is allowed
    row.refresh_from_db()
    assert row.state == (new if allowed else old)
    assert FreezeEvent.objects.filter(freeze=row).count() == int(allowed)


def test_the_gate_of_payments_is_the_books_own_flag() -> None:
    assert [gate.flag for gate in hooks.gates] == [flag_person]
