"""The desk of freezes: stop an account with a reason and a day, propose to open it again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from okpay.identity import freezing
from okpay.identity.freezing.models import Freeze
from okpay.identity.models import Person
from okpay.kernel import clock
from okpay.kernel.approvals.models import Approval
from okpay.kernel.ids import encode
from tests.console.kit import Worker, hire, staff_client
from tests.console.roles import statuses, text_of
from tests.support.people import MakePerson, Somebody

if TYPE_CHECKING:
    from django.test import Client


def begin_path(somebody: Somebody) -> str:
    return f"/console/freezes/of/{encode('cus', somebody.id)}"


def wish(**more: str) -> dict[str, str]:
    day = (clock.now() + timedelta(days=7)).date().isoformat()
    return {"reason_class": "unusual", "words": "", "review_on": day, **more}


def frozen(worker: Worker, somebody: Somebody, days: int = 7) -> Freeze:
    now = clock.now()
    return freezing.freeze(
        actor=worker.actor, person_id=somebody.id, cause=freezing.Cause.STAFF, reason="why",
        review_on=now.date() + timedelta(days=days), now=now,
    )  # fmt: skip


def test_o4_who_may_see_and_who_may_freeze(make_person: MakePerson) -> None:
    everybody = {"support": 200, "kyc": 200, "risk": 200, "finance": 200, "auditor": 200,
                 "administrator": 403}  # fmt: skip
    assert statuses(make_person, "/console/freezes") == everybody
    somebody = make_person()
    assert statuses(make_person, begin_path(somebody)) == {
        **everybody, "finance": 403, "auditor": 403,
    }  # fmt: skip


def test_o4_freeze_with_the_words_of_the_reason_in_the_customers_language(
    desk: Client, support: Worker, make_person: MakePerson
) -> None:
    somebody = make_person("林知夏", cny="5.00")
    page = text_of(desk, begin_path(somebody))
    assert "5" in page  # what stays in the wallet is shown before
    answer = desk.post(begin_path(somebody), wish(staff_note="called us"))
    row = Freeze.objects.get(person_id=somebody.id)
    assert answer.headers["Location"] == f"/console/freezes/{encode('frz', row.id)}"
    assert (row.cause, row.frozen_by, row.staff_note) == (
        "staff", support.id, "[unusual] called us",
    )  # fmt: skip
    assert row.reason
    assert not row.reason.isascii()  # the customer reads Chinese, the colleague English
    assert Person.objects.get(id=somebody.id).frozen_at is not None


@pytest.mark.parametrize(
    "changed",
    [
        {"reason_class": "bored"},
        {"reason_class": ""},
        {"review_on": ""},
        {"review_on": "2020-01-01"},
        {"review_on": "2999-01-01"},
    ],
)
def test_without_a_reason_or_a_fitting_day_nothing_is_frozen(
    desk: Client, make_person: MakePerson, changed: dict[str, str]
) -> None:
    somebody = make_person()
    assert desk.post(begin_path(somebody), wish(**changed)).status_code == 422
    assert not Freeze.objects.filter(person_id=somebody.id).exists()
    assert Person.objects.get(id=somebody.id).frozen_at is None


def test_g7_finance_cannot_freeze(make_person: MakePerson) -> None:
    somebody = make_person()
    client = staff_client(hire(make_person, "finance"))
    assert client.post(begin_path(somebody), wish()).status_code == 403
    assert not Freeze.objects.filter(person_id=somebody.id).exists()


def test_whoever_is_frozen_leads_to_their_freeze(
    desk: Client, support: Worker, make_person: MakePerson
) -> None:
    somebody = make_person()
    row = frozen(support, somebody)
    answer = desk.post(begin_path(somebody), wish())
    assert answer.headers["Location"] == f"/console/freezes/{encode('frz', row.id)}"
    assert Freeze.objects.filter(person_id=somebody.id).count() == 1


def test_o4_opening_is_proposed_and_nothing_opens_by_that(
    desk: Client, support: Worker, make_person: MakePerson
) -> None:
    somebody = make_person()
    row = frozen(support, somebody)
    path = f"/console/freezes/{encode('frz', row.id)}"
    assert desk.post(f"{path}/propose", {"reason": "short"}).status_code == 422
    assert desk.post(f"{path}/propose", {"reason": "called back, all known"}).status_code == 302
    (made,) = Approval.objects.filter(subject=encode("cus", somebody.id))
    assert (made.kind, made.maker, made.reason) == (
        "freezing.unfreeze", support.id, "called back, all known",
    )  # fmt: skip
    assert Person.objects.get(id=somebody.id).frozen_at is not None
    again = desk.post(f"{path}/propose", {"reason": "called back, all known"})
    assert again.status_code == 409
    assert Approval.objects.filter(subject=encode("cus", somebody.id)).count() == 1


def test_passed_review_days_come_first(
    desk: Client, support: Worker, make_person: MakePerson
) -> None:
    early, late = make_person("甲乙丙"), make_person("丁戊己")
    second, first = frozen(support, early, days=3), frozen(support, late, days=1)
    Freeze.objects.filter(id=first.id).update(review_on=clock.now().date() - timedelta(days=2))
    page = text_of(desk, "/console/freezes?show=staff")
    at = [page.index(f"/console/freezes/{encode('frz', one.id)}") for one in (first, second)]
    assert at == sorted(at)
    due = text_of(desk, "/console/freezes?show=due")
    assert (encode("frz", first.id) in due, encode("frz", second.id) in due) == (True, False)
    assert "sla--over" in due


def test_an_appeal_stands_beside_the_freeze(
    desk: Client, support: Worker, make_person: MakePerson
) -> None:
    from okpay.support.operations import open_ticket
    from okpay.support.states import Topic

    somebody = make_person()
    row = frozen(support, somebody)
    ticket = open_ticket(
        actor=somebody.actor, topic=Topic.APPEAL, text="It was me.", now=clock.now()
    )
    assert str(ticket) in text_of(desk, f"/console/freezes/{encode('frz', row.id)}")


def test_the_list_asks_as_much_for_one_freeze_as_for_three(
    desk: Client, support: Worker, make_person: MakePerson
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for number in (1, 2):
        for _ in range(number):
            frozen(support, make_person())
        with CaptureQueriesContext(connection) as asked:
            text_of(desk, "/console/freezes")
        counts.append(len(asked))
    assert counts[0] == counts[1]
