"""The limits as staff change them: two people, nothing before, the next payment after."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from okpay.identity.staff import Role
from okpay.kernel import clock
from okpay.kernel.approvals.models import Approval
from okpay.kernel.approvals.states import ApprovalState
from okpay.kernel.models import AuditRow
from okpay.limits import figures
from okpay.limits.changes import KIND
from okpay.limits.figures import AMOUNTS, amount_of
from okpay.limits.levels import LEVELS, Feature, Level, Table, may, put_in_force, version_in_force
from okpay.limits.models import Figures
from tests.console.kit import Worker, staff_client
from tests.console.roles import statuses
from tests.payments.wishes import send
from tests.support.people import MakePerson, Somebody

Hire = Callable[..., Worker]
PAGE = "/console/reference/limits"


@pytest.fixture(autouse=True)
def _as_before(database: str) -> Iterator[None]:
    """Close what waits, and after the test decide by the product's own figures again."""
    assert database
    _close()
    yield
    _close()
    version = figures.newest().version
    if version:
        _decided(version + 1, LEVELS)


def _close() -> None:
    waiting = Approval.objects.filter(kind=KIND, state=ApprovalState.WAITING)
    waiting.update(state=ApprovalState.EXPIRED, closed_at=clock.now())


def _decided(version: int, levels: Any) -> None:
    Figures.objects.create(
        version=version, levels=figures.to_json(levels), approval="test", decided_at=clock.now()
    )
    put_in_force(Table(version, levels))


def paid(payer: Somebody, payee: Somebody, minor: int) -> str:
    """Pay by the engine of this process; what came of it."""
    from okpay.payments.engine.access import engine

    outcome = engine().run(send(payer.id, payee.id, minor))
    return outcome.code or outcome.result


def form() -> dict[str, object]:
    """What the page posts when nothing is changed."""
    found: dict[str, object] = {"reason": "The bank asked"}
    for number, level in figures.newest().levels.items():
        found |= {f"{number}.{name}": amount_of(level, name) for name in AMOUNTS}
        if Feature.PAYOUTS in level.features:
            found[f"{number}.payouts"] = "on"
    return found


def changed(figure: str, value: object) -> dict[str, object]:
    return {**form(), figure: value}


def test_o_who_may_see_the_limits(make_person: MakePerson) -> None:
    assert statuses(make_person, PAGE) == {
        "support": 403, "kyc": 403, "risk": 200, "finance": 200, "auditor": 200,
        "administrator": 200,
    }  # fmt: skip


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.KYC, Role.RISK, Role.AUDITOR])
def test_g7_other_roles_propose_nothing(role: Role, worker: Hire) -> None:
    answer = staff_client(worker(role)).post(f"{PAGE}/propose", changed("1.limit.payment", 150))
    assert answer.status_code == 403
    assert not Approval.objects.filter(kind=KIND, state=ApprovalState.WAITING).exists()


def test_n6_two_people_lower_a_limit_and_the_next_payment_obeys(
    worker: Hire, make_person: MakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    payer, payee = make_person("林知夏", cny="900.00", level=0), make_person("周晓宁")
    assert paid(payer, payee, 300_00) == "done"
    maker, checker, before = worker("administrator"), worker("finance"), figures.newest()
    posted = changed("0.limit.payment", 2) | {"0.careful.payment": 2}
    answer = staff_client(maker).post(f"{PAGE}/propose", posted)
    approval = Approval.objects.get(kind=KIND, state=ApprovalState.WAITING)
    address = f"/console/approvals/{approval}"
    assert (answer.status_code, answer.headers["Location"]) == (302, address)
    assert (figures.newest(), version_in_force()) == (before, before.version)

    client = staff_client(checker)
    page = client.get(address).content.decode()
    assert "10 units → 2 units" in page
    client.post(f"{address}/approve", {"digest": approval.digest})
    now_holds = figures.newest()
    assert now_holds.version == before.version + 1
    assert now_holds.levels[0].limit.payment == 2
    row = AuditRow.objects.get(action="limits.changed", data__approval=str(approval))
    assert (row.actor_id, row.data["old"], row.data["new"]) == (
        checker.id,
        {"0.limit.payment": 10, "0.careful.payment": 5},
        {"0.limit.payment": 2, "0.careful.payment": 2},
    )
    # What a process that has not heard of it yet decides by: it reads the version with its batch.
    monkeypatch.setattr("okpay.limits.levels._table", Table(0, LEVELS))
    assert paid(payer, payee, 300_00) == "limit_exceeded"
    assert version_in_force() == now_holds.version
    assert paid(payer, payee, 100_00) == "done"


def test_g7_the_maker_approves_nothing(worker: Hire) -> None:
    client, before = staff_client(worker("finance")), figures.newest()
    client.post(f"{PAGE}/propose", changed("1.large", 40))
    approval = Approval.objects.get(kind=KIND, state=ApprovalState.WAITING)
    answer = client.post(f"/console/approvals/{approval}/approve", {"digest": approval.digest})
    assert (answer.status_code, figures.newest()) == (403, before)


def test_e10_what_was_decided_meanwhile_makes_a_proposal_void(worker: Hire) -> None:
    staff_client(worker("administrator")).post(f"{PAGE}/propose", changed("1.large", 40))
    approval = Approval.objects.get(kind=KIND, state=ApprovalState.WAITING)
    version = figures.newest().version + 1
    _decided(version, LEVELS)
    staff_client(worker("finance")).post(
        f"/console/approvals/{approval}/approve", {"digest": approval.digest}
    )
    approval.refresh_from_db()
    assert (approval.state, figures.newest().version) == (ApprovalState.VOID, version)


@pytest.mark.parametrize(
    ("figure", "value", "status"),
    [
        ("1.limit.payment", 201, 422),  # more than a day
        ("1.limit.month", 199, 422),
        ("1.careful.day", 201, 422),  # care would raise it
        ("2.limit.payment", 199, 422),  # less than the level below
        ("1.new_payee", 51, 422),
        ("1.payouts", None, 0),
        ("0.limit.payment", 0, 400),
        ("0.limit.payment", -1, 400),
        ("0.limit.payment", "1e3", 400),
        ("0.limit.payment", "１０", 0),
        ("0.limit.payment", "", 400),
        ("2.limit.month", 10**30, 400),
        ("reason", " ", 400),
    ],
)
def test_h_figures_that_do_not_hold_together(
    figure: str, value: object, status: int, worker: Hire
) -> None:
    posted = {name: one for name, one in changed(figure, value).items() if one is not None}
    answer = staff_client(worker("finance")).post(f"{PAGE}/propose", posted)
    waits = Approval.objects.filter(kind=KIND, state=ApprovalState.WAITING).count()
    if figure == "1.payouts":  # taken from level 1 alone: a sound change
        assert (answer.status_code, waits) == (302, 1)
    elif value == "１０":  # the same ten, in wide digits: nothing to change
        assert (answer.status_code, waits) == (409, 0)
    else:
        assert (answer.status_code, waits) == (status, 0)


def test_features_follow(worker: Hire) -> None:
    poorer = replace(LEVELS[1], features=LEVELS[1].features - {Feature.PAYOUTS})
    _decided(figures.newest().version + 1, {**LEVELS, 1: poorer})
    assert (may(Feature.PAYOUTS, level=1), may(Feature.PAYOUTS, level=2)) == (False, True)
    page = staff_client(worker("auditor")).get(PAGE).content.decode()
    assert "/propose" not in page


def test_m_what_was_decided_stays(database: str) -> None:
    from django.db import IntegrityError, transaction

    assert database
    _decided(figures.newest().version + 1, LEVELS)
    for change in (Figures.objects.all().delete, lambda: Figures.objects.update(approval="x")):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_figures_are_written_and_read_alike() -> None:
    assert figures.from_json(figures.to_json(LEVELS)) == LEVELS
    figures.check(LEVELS)
    assert isinstance(LEVELS[0], Level)
