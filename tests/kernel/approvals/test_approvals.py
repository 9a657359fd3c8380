"""Four eyes: proposed by one, decided by another, carried out once and only as shown."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import product

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from okpay.kernel import clock
from okpay.kernel.approvals import operations, queries
from okpay.kernel.approvals.digest import digest_of
from okpay.kernel.approvals.errors import (
    ApprovalChangedError,
    ApprovalClosedError,
    ApprovalForbiddenError,
    ApprovalNotFoundError,
    ApprovalNotYoursError,
    ApprovalOwnError,
    ApprovalReasonError,
    ApprovalWaitingError,
)
from okpay.kernel.approvals.models import Approval, ApprovalEvent
from okpay.kernel.approvals.registry import NoLongerTrueError
from okpay.kernel.approvals.states import TRANSITIONS, ApprovalState, move
from okpay.kernel.errors import DomainError
from okpay.kernel.ids import encode, new_uuid
from okpay.kernel.models import AuditRow
from tests.console.kit import Worker, hire
from tests.kernel.approvals.conftest import KIND, Matter
from tests.support.people import MakePerson

Propose = Callable[..., Approval]


def state_of(approval: Approval) -> ApprovalState:
    return ApprovalState(Approval.objects.get(pk=approval.pk).state)


def approve(worker: Worker, approval: Approval, digest: str = "") -> Approval:
    return operations.approve(
        actor=worker.actor,
        approval_id=approval.id,
        digest=digest or approval.digest,
        now=clock.now(),
    )


def trail(approval: Approval) -> list[str]:
    rows = AuditRow.objects.filter(subject=approval.subject).order_by("id")
    return list(rows.values_list("action", flat=True))


def test_a_second_person_approves_and_it_is_carried_out_once(
    propose: Propose, checker: Worker, maker: Worker, matter: Matter
) -> None:
    approval = propose()
    assert matter.done == []
    done = approve(checker, approval)
    assert (done.state, matter.done) == (ApprovalState.DONE, [approval.subject])
    kept = Approval.objects.get(pk=approval.pk)
    assert (kept.maker, kept.checker) == (maker.id, checker.id)
    assert trail(approval) == ["approvals.proposed", "approvals.done"]
    steps = ApprovalEvent.objects.filter(approval=approval).values_list("old", "new", "by")
    assert list(steps) == [(ApprovalState.WAITING, ApprovalState.DONE, checker.id)]


def test_g7_nobody_approves_their_own_proposal(
    propose: Propose, maker: Worker, matter: Matter
) -> None:
    approval = propose()
    with pytest.raises(ApprovalOwnError):
        approve(maker, approval)
    assert (state_of(approval), matter.done) == (ApprovalState.WAITING, [])
    assert trail(approval) == ["approvals.proposed"]


def test_g7_nobody_decides_about_themselves(
    propose: Propose, checker: Worker, matter: Matter
) -> None:
    for approval in (propose(encode("cus", checker.id)), propose(about=checker.id)):
        with pytest.raises(ApprovalOwnError):
            approve(checker, approval)
        assert (state_of(approval), matter.done) == (ApprovalState.WAITING, [])


def test_g7_the_database_itself_refuses_one_person_in_both_places(
    propose: Propose, maker: Worker
) -> None:
    approval = propose()
    with pytest.raises(IntegrityError, match="approvals_two_people"), transaction.atomic():
        Approval.objects.filter(pk=approval.pk).update(
            state=ApprovalState.DONE, checker=maker.id, closed_at=clock.now()
        )
    assert state_of(approval) == ApprovalState.WAITING


def test_g7_who_lacks_the_permission_of_the_kind_decides_nothing(
    propose: Propose, make_person: MakePerson, matter: Matter
) -> None:
    approval = propose()
    for role in ("support", "kyc", "finance", "auditor", "administrator"):
        with pytest.raises(ApprovalForbiddenError):
            approve(hire(make_person, role), approval)
    assert (state_of(approval), matter.done) == (ApprovalState.WAITING, [])


def test_g7_a_colleague_who_acts_as_a_customer_decides_nothing(
    propose: Propose, checker: Worker, matter: Matter
) -> None:
    approval = propose()
    customer = replace(checker.actor, kind="person")
    with pytest.raises(ApprovalForbiddenError):
        operations.approve(
            actor=customer, approval_id=approval.id, digest=approval.digest, now=clock.now()
        )
    assert (state_of(approval), matter.done) == (ApprovalState.WAITING, [])


def test_g12_a_role_taken_away_counts_with_the_next_decision(
    propose: Propose, checker: Worker, matter: Matter
) -> None:
    from okpay.identity.staff.operations import set_roles
    from okpay.kernel.actor import SYSTEM

    approval = propose()
    set_roles(actor=SYSTEM, person_id=checker.id, roles=["support"], now=clock.now())
    with pytest.raises(ApprovalForbiddenError):
        approve(checker, approval)
    assert (state_of(approval), matter.done) == (ApprovalState.WAITING, [])


def test_e10_a_decision_counts_only_for_what_was_shown(
    propose: Propose, checker: Worker, matter: Matter
) -> None:
    shown, other = propose(), propose(payload={"amount": "12000"})
    for digest in (other.digest, "", "é", shown.digest[:-1]):
        with pytest.raises(ApprovalChangedError):
            approve(checker, shown, digest or "nothing")
    assert (state_of(shown), matter.done) == (ApprovalState.WAITING, [])


def test_e10_a_payload_changed_behind_the_back_makes_it_void(
    propose: Propose, checker: Worker, matter: Matter, owner_connection: psycopg.Connection
) -> None:
    approval = propose()
    with owner_connection.transaction():
        owner_connection.execute("ALTER TABLE approvals_approval DISABLE TRIGGER USER")
        owner_connection.execute(
            'UPDATE approvals_approval SET payload = \'{"amount": "99999"}\' WHERE id = %s',
            [approval.id],
        )
        owner_connection.execute("ALTER TABLE approvals_approval ENABLE TRIGGER USER")
    assert approve(checker, approval).state == ApprovalState.VOID
    assert (state_of(approval), matter.done) == (ApprovalState.VOID, [])
    assert trail(approval)[-1] == "approvals.void"


def test_e10_the_database_refuses_to_change_a_proposal_or_to_reopen_one(
    propose: Propose, checker: Worker
) -> None:
    approval = propose()
    row = Approval.objects.filter(pk=approval.pk)
    for change in ({"payload": {"amount": "99999"}}, {"reason": "Other"}, {"maker": None}):
        with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
            row.update(**change)
    approve(checker, approval)
    with pytest.raises(IntegrityError, match="decided once"), transaction.atomic():
        row.update(state=ApprovalState.WAITING, checker=None, closed_at=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.first().events.all().delete()  # type: ignore[union-attr]  # it is there
    assert state_of(approval) == ApprovalState.DONE


@pytest.mark.parametrize("how", ["before", "within"])
def test_what_has_changed_since_makes_it_void(
    how: str, propose: Propose, checker: Worker, matter: Matter
) -> None:
    approval = propose()
    if how == "before":
        matter.version = "2"
    else:
        matter.error = NoLongerTrueError("gone")
    assert approve(checker, approval).state == ApprovalState.VOID
    assert (state_of(approval), matter.done) == (ApprovalState.VOID, [])
    with pytest.raises(ApprovalClosedError):
        approve(checker, approval)


def test_what_carrying_it_out_refuses_leaves_it_waiting(
    propose: Propose, checker: Worker, matter: Matter
) -> None:
    approval = propose()
    matter.error = ApprovalReasonError()  # any refusal
    with pytest.raises(DomainError):
        approve(checker, approval)
    assert (state_of(approval), trail(approval)) == (ApprovalState.WAITING, ["approvals.proposed"])
    matter.error = None
    assert approve(checker, approval).state == ApprovalState.DONE


def test_of_two_checkers_at_once_one_wins(
    propose: Propose, make_person: MakePerson, matter: Matter
) -> None:
    approval = propose()
    workers = [hire(make_person, "risk") for _ in range(2)]
    together = threading.Barrier(2)
    results: list[int | str] = []

    def decide(worker: Worker) -> None:
        together.wait(60)
        try:
            results.append(approve(worker, approval).state)
        except ApprovalClosedError as closed:
            results.append(closed.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=(one,)) for one in workers]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(map(str, results)) == [str(int(ApprovalState.DONE)), "approval_closed"]
    assert matter.done == [approval.subject]


def test_a_proposal_is_declined_with_a_reason(
    propose: Propose, checker: Worker, matter: Matter
) -> None:
    approval = propose()
    decline = partial(
        operations.decline,
        actor=checker.actor,
        approval_id=approval.id,
        digest=approval.digest,
        now=clock.now(),
    )
    with pytest.raises(ApprovalReasonError):
        decline(reason="  ")
    assert state_of(approval) == ApprovalState.WAITING
    decline(reason="Not her account")
    assert (state_of(approval), matter.done) == (ApprovalState.DECLINED, [])
    assert approval.events.get().reason == "Not her account"


def test_only_its_maker_withdraws_it(propose: Propose, maker: Worker, checker: Worker) -> None:
    approval = propose()
    with pytest.raises(ApprovalNotYoursError):
        operations.withdraw(actor=checker.actor, approval_id=approval.id, now=clock.now())
    assert state_of(approval) == ApprovalState.WAITING
    operations.withdraw(actor=maker.actor, approval_id=approval.id, now=clock.now())
    assert state_of(approval) == ApprovalState.WITHDRAWN
    with pytest.raises(ApprovalClosedError):
        approve(checker, approval)


def test_what_nobody_decides_in_time_expires(
    propose: Propose, checker: Worker, matter: Matter
) -> None:
    long_ago = clock.now() - timedelta(days=3, seconds=1)
    late, later, fresh = propose(now=long_ago), propose(now=long_ago), propose()
    assert approve(checker, late).state == ApprovalState.EXPIRED
    operations.expire_due(now=clock.now())
    assert state_of(later) == ApprovalState.EXPIRED
    assert (state_of(fresh), matter.done) == (ApprovalState.WAITING, [])


def test_the_same_is_proposed_once_and_again_when_it_is_closed(
    propose: Propose, maker: Worker
) -> None:
    first = propose()
    with pytest.raises(ApprovalWaitingError):
        propose(first.subject)
    operations.withdraw(actor=maker.actor, approval_id=first.id, now=clock.now())
    assert state_of(propose(first.subject)) == ApprovalState.WAITING


def test_a_proposal_needs_a_reason_and_no_customer_makes_one(
    propose: Propose, maker: Worker
) -> None:
    with pytest.raises(ApprovalReasonError):
        propose(reason=" \n ")
    with pytest.raises(PermissionError):
        propose(actor=replace(maker.actor, kind="person"))


def test_nothing_is_decided_that_is_not_there(checker: Worker, matter: Matter) -> None:
    with pytest.raises(ApprovalNotFoundError):
        operations.approve(actor=checker.actor, approval_id=new_uuid(), digest="x", now=clock.now())
    assert matter.done == []


def test_the_inbox_shows_what_one_could_decide(
    propose: Propose, maker: Worker, checker: Worker, make_person: MakePerson
) -> None:
    from okpay.identity.staff import permissions_of

    theirs, about = propose(), propose(about=checker.id)
    ours = [theirs, about]

    def inbox(worker: Worker) -> list[Approval]:
        held = frozenset(map(str, permissions_of(worker.id)))
        found = queries.waiting_for(worker.id, held).filter(kind=KIND)
        return [one for one in found if one in ours]

    assert inbox(checker) == [theirs]
    assert inbox(maker) == []
    assert inbox(hire(make_person, "kyc")) == []


@pytest.mark.parametrize(("old", "new"), list(product(ApprovalState, ApprovalState)))
def test_every_pair_of_states(
    old: ApprovalState, new: ApprovalState, propose: Propose, checker: Worker
) -> None:
    approval = propose()
    if old != ApprovalState.WAITING:
        with transaction.atomic():
            assert move(approval, old, by=checker.id, now=clock.now())
    with transaction.atomic():
        moved = move(approval, new, by=checker.id, now=clock.now())
    assert moved is (old == ApprovalState.WAITING and new != ApprovalState.WAITING)
    assert state_of(approval) == (new if moved else old)


def test_the_table_of_states_is_whole() -> None:
    assert set(TRANSITIONS) == set(ApprovalState)


def test_the_digest_covers_everything_that_is_shown(propose: Propose) -> None:
    approval = propose()
    before = digest_of(approval)
    changes = {
        "kind": "x", "subject": "x", "about": new_uuid(), "payload": {}, "version": "x",
        "reason": "x", "maker": new_uuid(), "id": new_uuid(),
    }  # fmt: skip
    for name, value in changes.items():
        kept = getattr(approval, name)
        setattr(approval, name, value)
        assert digest_of(approval) != before, name
        setattr(approval, name, kept)
    assert digest_of(approval) == before
