"""The desk of real-name checks: queue, case, pictures, and decisions bound to what was seen."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from okpay.console.pages.kyc.queue import rows
from okpay.identity.models import Person
from okpay.kernel import clock
from okpay.kernel.approvals.models import Approval
from okpay.kernel.ids import encode, new_uuid
from okpay.kernel.models import AuditRow
from okpay.kyc import operations
from okpay.kyc.models import Case, CaseEvent, Remark
from tests.console.kit import Worker, hire, staff_client
from tests.console.roles import statuses, text_of
from tests.kyc.drawings import fresh_number, picture
from tests.kyc.kit import Applicant, applicant_of
from tests.support.people import MakePerson

if TYPE_CHECKING:
    from django.test import Client

FILE = re.compile(r'src="(/console/kyc/file/[^"]+)"')


@pytest.fixture
def reviewer(make_person: MakePerson) -> Worker:
    return hire(make_person, "kyc", name="沈一鸣")


@pytest.fixture
def desk(reviewer: Worker) -> Client:
    return staff_client(reviewer)


def applicant(make_person: MakePerson, name: str = "林知夏") -> Applicant:
    return applicant_of(make_person(name, level=0))


def path_of(case: Case) -> str:
    return f"/console/kyc/{encode('kyc', case.id)}"


def state_of(case: Case) -> tuple[str, int]:
    row = Case.objects.get(id=case.id)
    level = Person.objects.values_list("level", flat=True).get(id=row.person_id)
    return row.state, level


def test_g7_o2_who_may_see_the_queue_and_a_case(make_person: MakePerson) -> None:
    expected = {"support": 403, "kyc": 200, "risk": 200, "finance": 403, "auditor": 200,
                "administrator": 403}  # fmt: skip
    case = applicant(make_person).sent(clock.now())
    assert statuses(make_person, "/console/kyc") == expected
    assert statuses(make_person, path_of(case)) == expected


def test_o2_the_queue_goes_by_age_and_says_how_late(desk: Client, make_person: MakePerson) -> None:
    now = clock.now()
    late = applicant(make_person, "陈大文").sent(now)
    soon = applicant(make_person, "吴小桐").sent(now)
    Case.objects.filter(id=late.id).update(queued_at=now - timedelta(hours=3))
    page = text_of(desk, "/console/kyc")
    assert page.index(encode("kyc", late.id)) < page.index(encode("kyc", soon.id))
    assert ("陈*文" in page, "陈大文" in page) == (True, False)
    over = text_of(desk, "/console/kyc?show=over")
    assert (encode("kyc", late.id) in over, encode("kyc", soon.id) in over) == (True, False)
    elsewhere = text_of(desk, "/console/kyc?region=HK")
    assert encode("kyc", late.id) not in elsewhere


def test_o2_take_look_and_approve(desk: Client, reviewer: Worker, make_person: MakePerson) -> None:
    who = applicant(make_person)
    number = fresh_number()
    case = who.sent(clock.now(), number)
    page = text_of(desk, path_of(case))
    assert (number in page, "/take" in page, "/approve" in page) == (True, True, False)
    assert desk.post(f"{path_of(case)}/take").headers["Location"] == path_of(case)
    assert "/approve" in text_of(desk, path_of(case))
    done = desk.post(f"{path_of(case)}/approve", {"version": case.version})
    assert (done.status_code, state_of(case)) == (302, ("approved", 1))
    viewed = AuditRow.objects.filter(
        subject=encode("kyc", case.id), action="console.kyc.viewed", actor_id=reviewer.id
    )
    assert [row.data for row in viewed] == [{"person": encode("cus", who.id), "full": True}] * 2


def test_o2_a_colleague_reads_and_cannot_decide_what_somebody_has(
    desk: Client, make_person: MakePerson
) -> None:
    case = applicant(make_person).sent(clock.now())
    desk.post(f"{path_of(case)}/take")
    other = staff_client(hire(make_person, "kyc"))
    page = text_of(other, path_of(case))
    assert ("沈一鸣" in page, "/approve" in page) == (True, False)
    taken = other.post(f"{path_of(case)}/take")
    decided = other.post(f"{path_of(case)}/approve", {"version": case.version})
    assert (taken.status_code, decided.status_code) == (409, 409)
    assert state_of(case) == ("in_review", 0)
    assert desk.post(f"{path_of(case)}/release").status_code == 302
    assert other.post(f"{path_of(case)}/take").status_code == 302


@pytest.mark.parametrize("way", ["approve", "reject", "more", "final"])
def test_i9_a_decision_on_another_version_is_explained_and_changes_nothing(
    desk: Client, make_person: MakePerson, way: str
) -> None:
    case = applicant(make_person).sent(clock.now())
    desk.post(f"{path_of(case)}/take")
    shown = case.version
    Case.objects.filter(id=case.id).update(version=shown + 1)
    events = CaseEvent.objects.filter(case=case).count()
    body = {
        "is-front": "blurred",
        "code": {"more": "proof_of_name", "final": "altered"}.get(way, ""),
    }
    for version in (str(shown), "", "x", "-1", "9" * 30):
        answer = desk.post(f"{path_of(case)}/{way}", {**body, "version": version})
        assert answer.status_code == 409, version
        assert "kyc_case_changed" in answer.content.decode()
    assert state_of(case) == ("in_review", 0)
    assert CaseEvent.objects.filter(case=case).count() == events
    assert Remark.objects.filter(case=case).count() == 0


def test_o2_send_back_by_field(desk: Client, make_person: MakePerson) -> None:
    case = applicant(make_person).sent(clock.now())
    desk.post(f"{path_of(case)}/take")
    wish = {"version": case.version, "is-back": "glare", "is-number": "number_mismatch",
            "is-front": ""}  # fmt: skip
    assert desk.post(f"{path_of(case)}/reject", wish).status_code == 302
    remarks = Remark.objects.filter(case=case).order_by("field").values_list("field", "code")
    assert list(remarks) == [("back", "glare"), ("number", "number_mismatch")]
    assert state_of(case) == ("rejected", 0)


@pytest.mark.parametrize(
    ("way", "wish"),
    [
        ("reject", {}),
        ("reject", {"is-front": "altered"}),
        ("reject", {"is-nose": "blurred"}),
        ("more", {}),
        ("more", {"code": "blurred"}),
        ("final", {"code": "blurred"}),
        ("final", {}),
    ],
)
def test_an_incomplete_decision_changes_nothing(
    desk: Client, make_person: MakePerson, way: str, wish: dict[str, str]
) -> None:
    case = applicant(make_person).sent(clock.now())
    desk.post(f"{path_of(case)}/take")
    answer = desk.post(f"{path_of(case)}/{way}", {**wish, "version": case.version})
    assert answer.status_code == 422
    assert state_of(case) == ("in_review", 0)
    assert Remark.objects.filter(case=case).count() == 0


def test_what_was_typed_before_stands_beside_and_old_pictures_stay(
    desk: Client, make_person: MakePerson
) -> None:
    who, now = applicant(make_person), clock.now()
    old, new = fresh_number(), fresh_number()
    case = who.sent(now, old)
    desk.post(f"{path_of(case)}/take")
    wish = {"version": case.version, "is-back": "glare", "is-number": "number_mismatch"}
    desk.post(f"{path_of(case)}/reject", wish)
    operations.add_picture(actor=who.actor, case_id=case.id, slot="back", raw=picture(), now=now)
    operations.answer(actor=who.actor, case_id=case.id, typed={"number": new}, now=now)
    operations.submit(actor=who.actor, case_id=case.id, now=now)
    page = text_of(desk, path_of(case))
    assert f'<span class="was">{old}</span>' in page
    assert f"<b>{new}</b>" in page
    assert len(FILE.findall(page)) == 3  # front, the new back, and the earlier one


def test_a_picture_opens_for_whom_it_was_signed_in_a_sandbox(
    desk: Client, reviewer: Worker, make_person: MakePerson
) -> None:
    case = applicant(make_person).sent(clock.now())
    address = FILE.findall(text_of(desk, path_of(case)))[0]
    answer = desk.get(address)
    assert (answer.status_code, answer.content[:3]) == (200, b"\xff\xd8\xff")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-store"
    opened = AuditRow.objects.filter(subject=encode("kyc", case.id), action="kyc.file.opened")
    assert [row.actor_id for row in opened] == [reviewer.id]
    colleague = staff_client(hire(make_person, "kyc"))
    assert colleague.get(address).status_code == 404  # signed for somebody else
    assert desk.get(address[:-2] + "AA").status_code == 404
    assert staff_client(hire(make_person, "support")).get(address).status_code == 403
    assert opened.count() == 1


def test_g7_who_may_not_see_documents_gets_masks(
    make_person: MakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    from okpay.identity.staff import ROLES, Role, StaffPermission

    fewer = ROLES[Role.AUDITOR] - {StaffPermission.DOCUMENTS_READ}
    monkeypatch.setitem(ROLES, Role.AUDITOR, fewer)
    who, number = applicant(make_person), fresh_number()
    case = who.sent(clock.now(), number)
    page = text_of(staff_client(hire(make_person, "auditor")), path_of(case))
    assert FILE.findall(page) == []
    assert (number in page, "林知夏" in page, number[-4:] in page) == (False, False, True)


def test_o2_duplicates_stand_side_by_side_and_need_two_people(
    desk: Client, make_person: MakePerson
) -> None:
    now, number = clock.now(), fresh_number()
    first = applicant(make_person, "陈大文").sent(now, number)
    twin = applicant(make_person, "吴小桐").sent(now, number)
    page = text_of(desk, path_of(twin))
    assert encode("kyc", first.id) in page
    assert "陈*文" in page
    desk.post(f"{path_of(twin)}/take")
    silent = desk.post(f"{path_of(twin)}/approve", {"version": twin.version})
    assert (silent.status_code, state_of(twin)) == (422, ("in_review", 0))
    wish = {"version": twin.version, "reason": "Twins, both documents seen"}
    assert desk.post(f"{path_of(twin)}/approve", wish).status_code == 302
    assert state_of(twin) == ("second_look", 0)
    (asked,) = Approval.objects.filter(subject=encode("kyc", twin.id))
    own = desk.post(
        f"/console/approvals/{encode('apr', asked.id)}/approve", {"digest": asked.digest}
    )
    assert (own.status_code, state_of(twin)) == (403, ("second_look", 0))
    second = staff_client(hire(make_person, "kyc"))
    second.post(f"/console/approvals/{encode('apr', asked.id)}/approve", {"digest": asked.digest})
    assert state_of(twin) == ("approved", 1)


def test_g7_nobody_decides_their_own_case(make_person: MakePerson) -> None:
    worker = hire(make_person, "kyc")
    Person.objects.filter(id=worker.id).update(level=0)
    case = applicant_of(worker.person).sent(clock.now())
    client = staff_client(worker)
    assert "/take" not in text_of(client, path_of(case))
    assert client.post(f"{path_of(case)}/take").status_code == 403
    assert state_of(case) == ("submitted", 0)


def test_a_draft_or_a_case_that_is_not_there(desk: Client, make_person: MakePerson) -> None:
    draft = applicant(make_person).begun(clock.now())
    for path in (path_of(draft), f"/console/kyc/{encode('kyc', new_uuid())}", "/console/kyc/kyc_x"):
        assert desk.get(path).status_code == 404
        assert desk.post(f"{path}/take").status_code == 404


def test_the_queue_asks_as_much_for_one_case_as_for_three(
    reviewer: Worker, make_person: MakePerson
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    now, counts = clock.now(), []
    for number in (1, 2):
        for _ in range(number):
            case = applicant(make_person).sent(now)
            Case.objects.filter(id=case.id).update(
                lock_staff=reviewer.id, lock_until=now + timedelta(minutes=5)
            )
        with CaptureQueriesContext(connection) as asked:
            found = rows(reviewer.id, now)
        counts.append((len(asked), all(row.document for row in found)))
    assert counts[0] == counts[1]
