"""Who works here: let in by the machine or by two administrators, and out at once."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from django.utils import timezone

from okpay.identity.models import Person
from okpay.identity.staff import (
    ROLES,
    NotPermittedError,
    Role,
    StaffPermission,
    permissions_of,
    require,
    sessions,
)
from okpay.identity.staff.errors import (
    StaffLastAdministratorError,
    StaffRolesError,
    StaffUnchangedError,
    StaffUnknownError,
)
from okpay.identity.staff.models import StaffMember, StaffSession
from okpay.identity.staff.operations import add_first, propose_roles, set_roles
from okpay.identity.staff.queries import roles_of
from okpay.kernel import clock
from okpay.kernel.actor import SYSTEM, Actor
from okpay.kernel.approvals import operations as approvals
from okpay.kernel.approvals.errors import ApprovalOwnError
from okpay.kernel.approvals.models import Approval
from okpay.kernel.approvals.states import ApprovalState
from okpay.kernel.ids import encode, new_uuid
from okpay.kernel.models import AuditRow
from tests.console.kit import Worker, hire
from tests.support.people import MakePerson

CLI = Actor(person_id=None, kind="system", via="cli")


@pytest.fixture
def admins(make_person: MakePerson) -> tuple[Worker, Worker]:
    return hire(make_person, "administrator"), hire(make_person, "administrator")


def session_of(worker: Worker) -> StaffSession | None:
    now = timezone.now()
    key = sessions.begin(person_id=worker.id, user_agent="", address=None, now=now)
    found = sessions.find(key, now)
    assert found is not None
    return sessions.find(sessions.prove(found, now), now)


def approve(worker: Worker, approval: Approval) -> Approval:
    return approvals.approve(
        actor=worker.actor, approval_id=approval.id, digest=approval.digest, now=clock.now()
    )


def ask(worker: Worker, needed: StaffPermission) -> bool:
    try:
        require(worker.actor, needed)
    except NotPermittedError:
        return False
    return True


def test_roles_add_up(make_person: MakePerson) -> None:
    worker = hire(make_person, "support", "finance")
    assert permissions_of(worker.id) == ROLES[Role.SUPPORT] | ROLES[Role.FINANCE]


def test_g6_nobody_else_may_anything(make_person: MakePerson) -> None:
    somebody = make_person()
    assert permissions_of(somebody.id) == frozenset()
    assert permissions_of(new_uuid()) == frozenset()
    for kind in ("person", "staff", "system"):
        with pytest.raises(NotPermittedError):
            require(replace(somebody.actor, kind=kind), StaffPermission.HOME_READ)
    with pytest.raises(NotPermittedError):
        require(SYSTEM, StaffPermission.HOME_READ)


def test_g6_a_colleague_as_a_customer_may_nothing(make_person: MakePerson) -> None:
    worker = hire(make_person, "risk")
    assert ask(worker, StaffPermission.FREEZES_APPROVE)
    with pytest.raises(NotPermittedError):
        require(worker.person.actor, StaffPermission.FREEZES_APPROVE)


def test_g11_a_member_without_roles_may_nothing_and_cannot_be_stored(
    make_person: MakePerson,
) -> None:
    from django.db import IntegrityError, transaction

    worker = hire(make_person, "support")
    with pytest.raises(IntegrityError), transaction.atomic():
        StaffMember.objects.filter(person_id=worker.id).update(roles=[])
    StaffMember.objects.filter(person_id=worker.id).update(roles=["gone"])
    assert permissions_of(worker.id) == frozenset()


@pytest.mark.parametrize("how", ["frozen", "closed", "removed", "other role"])
def test_g12_whoever_loses_the_right_loses_it_at_once(how: str, make_person: MakePerson) -> None:
    worker = hire(make_person, "risk")
    assert session_of(worker) is not None
    assert ask(worker, StaffPermission.FREEZES_APPROVE)
    person = Person.objects.filter(pk=worker.id)
    if how == "frozen":
        person.update(frozen_at=clock.now())
    elif how == "closed":
        person.update(is_active=False)
    else:
        roles = ["support"] if how == "other role" else []
        set_roles(actor=SYSTEM, person_id=worker.id, roles=roles, now=clock.now())
        assert not StaffSession.objects.filter(person_id=worker.id).exists()
    assert not ask(worker, StaffPermission.FREEZES_APPROVE)


def test_roles_change_only_when_a_second_administrator_approves(
    admins: tuple[Worker, Worker], make_person: MakePerson
) -> None:
    first, second = admins
    somebody = make_person()
    approval = propose_roles(
        actor=first.actor, email=somebody.email.upper(), roles=["kyc", "support"],
        reason="New colleague", now=clock.now(),
    )  # fmt: skip
    assert roles_of(somebody.id) == []
    with pytest.raises(ApprovalOwnError):
        approve(first, approval)
    assert roles_of(somebody.id) == []
    approve(second, approval)
    assert roles_of(somebody.id) == ["support", "kyc"]
    rows = AuditRow.objects.filter(subject=encode("cus", somebody.id), action__startswith="staff.")
    assert [row.data["new"] for row in rows] == [["support", "kyc"]]


def test_g7_an_administrator_cannot_let_themselves_decide_money(
    admins: tuple[Worker, Worker],
) -> None:
    first, second = admins
    approval = propose_roles(
        actor=first.actor, email=second.person.email, roles=["administrator", "risk"],
        reason="Please", now=clock.now(),
    )  # fmt: skip
    with pytest.raises(ApprovalOwnError):  # it concerns the only other one
        approve(second, approval)
    assert roles_of(second.id) == ["administrator"]


def test_a_change_that_somebody_else_made_first_makes_the_proposal_void(
    admins: tuple[Worker, Worker], make_person: MakePerson
) -> None:
    worker = hire(make_person, "support")
    approval = propose_roles(
        actor=admins[0].actor, email=worker.person.email, roles=["kyc"], reason="Moves",
        now=clock.now(),
    )  # fmt: skip
    set_roles(actor=SYSTEM, person_id=worker.id, roles=["finance"], now=clock.now())
    decided = approve(admins[1], approval)
    assert (decided.state, roles_of(worker.id)) == (ApprovalState.VOID, ["finance"])


def test_what_somebody_proposed_is_withdrawn_when_they_leave(
    admins: tuple[Worker, Worker], make_person: MakePerson
) -> None:
    leaver, somebody = hire(make_person, "administrator"), make_person()
    approval = propose_roles(
        actor=leaver.actor, email=somebody.email, roles=["risk"], reason="x", now=clock.now()
    )
    set_roles(actor=SYSTEM, person_id=leaver.id, roles=[], now=clock.now())
    approval.refresh_from_db()
    assert approval.state == ApprovalState.WITHDRAWN
    assert roles_of(somebody.id) == []


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR}))
def test_g7_only_administrators_propose_staff(role: Role, make_person: MakePerson) -> None:
    somebody = make_person()
    with pytest.raises(NotPermittedError):
        propose_roles(
            actor=hire(make_person, role).actor, email=somebody.email, roles=["risk"], reason="x",
            now=clock.now(),
        )  # fmt: skip
    assert not StaffMember.objects.filter(person_id=somebody.id).exists()


def test_what_is_no_change_is_refused(
    admins: tuple[Worker, Worker], make_person: MakePerson
) -> None:
    def propose(email: str, *roles: str) -> None:
        propose_roles(actor=admins[0].actor, email=email, roles=roles, reason="x", now=clock.now())

    worker, somebody = hire(make_person, "support"), make_person()
    with pytest.raises(StaffUnknownError):
        propose("nobody@people.example", "risk")
    with pytest.raises(StaffRolesError):
        propose(somebody.email, "owner")
    with pytest.raises(StaffRolesError):
        propose(somebody.email)
    with pytest.raises(StaffUnchangedError):
        propose(worker.person.email, "support")
    assert (roles_of(worker.id), roles_of(somebody.id)) == (["support"], [])


def test_the_machine_lets_in_the_first_one_and_keeps_the_last(
    make_person: MakePerson, database: str
) -> None:
    somebody = make_person()
    with pytest.raises(PermissionError):
        add_first(actor=SYSTEM, email=somebody.email, roles=["risk"], now=clock.now())
    assert roles_of(somebody.id) == []
    add_first(actor=CLI, email=somebody.email, roles=["administrator"], now=clock.now())
    assert roles_of(somebody.id) == ["administrator"]
    others = StaffMember.objects.filter(active=True, roles__contains=["administrator"])
    kept: list[UUID] = list(others.exclude(person_id=somebody.id).values_list("pk", flat=True))
    StaffMember.objects.filter(pk__in=kept).update(active=False)
    try:
        with pytest.raises(StaffLastAdministratorError):
            add_first(actor=CLI, email=somebody.email, roles=[], now=clock.now())
        assert roles_of(somebody.id) == ["administrator"]
    finally:
        StaffMember.objects.filter(pk__in=kept).update(active=True)
