"""The pages of the console: who gets in, four eyes, the audit trail, staff."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from django.test import Client

from okpay.console.frame import COOKIE
from okpay.identity.models import Person
from okpay.identity.staff import Role
from okpay.identity.staff.operations import propose_roles, set_roles
from okpay.identity.staff.queries import roles_of
from okpay.kernel import audit, clock
from okpay.kernel.actor import SYSTEM
from okpay.kernel.approvals.models import Approval
from okpay.kernel.approvals.states import ApprovalState
from okpay.kernel.ids import encode, new_uuid
from okpay.kernel.models import AuditRow
from tests.console.kit import Worker, staff_client
from tests.support.people import MakePerson

Hire = Callable[..., Worker]
OPENS = {
    "/console/": set(Role),
    "/console/approvals": set(Role),
    "/console/audit": {Role.AUDITOR, Role.ADMINISTRATOR},
    "/console/staff": {Role.AUDITOR, Role.ADMINISTRATOR},
}


@pytest.mark.parametrize("role", list(Role))
def test_g7_each_role_opens_its_pages_and_no_others(role: Role, worker: Hire) -> None:
    client = staff_client(worker(role))
    found = {path: client.get(path).status_code for path in OPENS}
    assert found == {path: 200 if role in roles else 403 for path, roles in OPENS.items()}


def test_g6_a_customer_finds_nothing_there(make_person: MakePerson) -> None:
    somebody = make_person()
    client = Client()
    client.force_login(Person.objects.get(pk=somebody.id))
    for path in OPENS:
        assert client.get(path).status_code == 404
    assert client.post("/console/staff/change", {}).status_code == 404


def test_g6_the_key_of_the_app_opens_no_console(worker: Hire) -> None:
    staff = worker("administrator")
    client = Client()
    client.force_login(Person.objects.get(pk=staff.id))
    client.cookies[COOKIE] = client.session.session_key or ""
    answer = client.get("/console/staff")
    assert (answer.status_code, answer["Location"]) == (
        302, "/console/sign-in?next=%2Fconsole%2Fstaff",
    )  # fmt: skip


def test_g6_the_key_of_the_console_opens_no_app(worker: Hire) -> None:
    from django.conf import settings

    client = staff_client(worker("administrator"))
    client.cookies[settings.SESSION_COOKIE_NAME] = client.cookies[COOKIE].value
    assert client.get("/security").status_code == 302


@pytest.mark.parametrize("how", ["frozen", "removed", "other role"])
def test_g12_a_live_session_ends_with_the_right(how: str, worker: Hire) -> None:
    staff = worker("auditor")
    client = staff_client(staff)
    assert client.get("/console/audit").status_code == 200
    if how == "frozen":
        Person.objects.filter(pk=staff.id).update(frozen_at=clock.now())
    else:
        roles = ["support"] if how == "other role" else []
        set_roles(actor=SYSTEM, person_id=staff.id, roles=roles, now=clock.now())
    assert client.get("/console/audit").status_code == 302
    assert client.get("/console/").status_code == 302


def test_g12_a_changed_password_ends_the_session_at_the_console(worker: Hire) -> None:
    from okpay.identity.sign_ins import set_password

    staff, other = worker("auditor"), worker("auditor")
    client, untouched = staff_client(staff), staff_client(other)
    set_password(
        actor=staff.person.actor,
        password="four loud oceans sleep",
        keep_session="",
        reset=True,
        now=clock.now(),
    )
    assert client.get("/console/audit").status_code == 302
    assert untouched.get("/console/audit").status_code == 200


def test_pages_are_not_kept_by_the_browser(worker: Hire) -> None:
    answer = staff_client(worker("risk")).get("/console/")
    assert answer["Cache-Control"] == "private, no-store"


def proposed(maker: Worker, email: str, *roles: str) -> Approval:
    return propose_roles(
        actor=maker.actor, email=email, roles=roles, reason="A new colleague", now=clock.now()
    )


def test_four_eyes_from_proposal_to_roles(worker: Hire, make_person: MakePerson) -> None:
    maker, checker, somebody = worker("administrator"), worker("administrator"), make_person()
    answer = staff_client(maker).post(
        "/console/staff/change",
        {"email": somebody.email, "roles": ["kyc"], "reason": "A new colleague"},
    )
    approval = Approval.objects.get(subject=encode("cus", somebody.id))
    address = f"/console/approvals/{approval}"
    assert (answer.status_code, answer["Location"]) == (302, address)
    client = staff_client(checker)
    assert str(approval) in client.get("/console/approvals").content.decode()
    page = client.get(address).content.decode()
    for text in (approval.digest, "A new colleague", "Real-name check", maker.person.name):
        assert text in page
    assert roles_of(somebody.id) == []
    client.post(f"{address}/approve", {"digest": approval.digest})
    assert roles_of(somebody.id) == ["kyc"]


def test_g7_the_maker_gets_no_button_and_no_way(worker: Hire, make_person: MakePerson) -> None:
    maker, somebody = worker("administrator"), make_person()
    approval = proposed(maker, somebody.email, "kyc")
    client = staff_client(maker)
    assert str(approval) not in client.get("/console/approvals").content.decode()
    address = f"/console/approvals/{approval}"
    assert "/approve" not in client.get(address).content.decode()
    answer = client.post(f"{address}/approve", {"digest": approval.digest})
    assert answer.status_code == 403
    assert "approval_own" in answer.content.decode()
    assert roles_of(somebody.id) == []


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR}))
def test_g7_other_roles_decide_nothing_about_staff(
    role: Role, worker: Hire, make_person: MakePerson
) -> None:
    maker, somebody = worker("administrator"), make_person()
    approval = proposed(maker, somebody.email, "kyc")
    client = staff_client(worker(role))
    address = f"/console/approvals/{approval}"
    assert "/approve" not in client.get(address).content.decode()
    answer = client.post(f"{address}/approve", {"digest": approval.digest})
    assert answer.status_code == 403
    assert roles_of(somebody.id) == []


def test_e10_a_stale_page_approves_nothing(worker: Hire, make_person: MakePerson) -> None:
    maker, checker, somebody = worker("administrator"), worker("administrator"), make_person()
    approval = proposed(maker, somebody.email, "kyc")
    answer = staff_client(checker).post(
        f"/console/approvals/{approval}/approve", {"digest": "0" * 64}
    )
    assert (answer.status_code, roles_of(somebody.id)) == (409, [])


def test_declining_and_withdrawing(worker: Hire, make_person: MakePerson) -> None:
    maker, checker, somebody = worker("administrator"), worker("administrator"), make_person()
    first = proposed(maker, somebody.email, "kyc")
    address = f"/console/approvals/{first}"
    other = staff_client(checker)
    assert other.post(f"{address}/withdraw").status_code == 403
    assert other.post(f"{address}/decline", {"digest": first.digest}).status_code == 422
    other.post(f"{address}/decline", {"digest": first.digest, "reason": "Who is that?"})
    first.refresh_from_db()
    assert first.state == ApprovalState.DECLINED
    second = proposed(maker, somebody.email, "kyc")
    staff_client(maker).post(f"/console/approvals/{second}/withdraw")
    second.refresh_from_db()
    assert (second.state, roles_of(somebody.id)) == (ApprovalState.WITHDRAWN, [])


@pytest.mark.parametrize("number", ["apr_x", "cus_00000000000000000000000000", "x"])
def test_an_unknown_proposal_is_not_found(number: str, worker: Hire) -> None:
    assert staff_client(worker("risk")).get(f"/console/approvals/{number}").status_code == 404


def write(subject: str, action: str = "test.thing.done", **data: object) -> None:
    audit.record(actor=SYSTEM, action=action, subject=subject, data=data, now=clock.now())


def test_the_trail_is_searched_and_paged(worker: Hire, monkeypatch: pytest.MonkeyPatch) -> None:
    client, subject = staff_client(worker("auditor")), encode("thg", new_uuid())
    for number in range(3):
        write(subject, number=number)
    write(subject, "test.other")
    found = client.get("/console/audit", {"subject": subject, "action": "test.thing"})
    text = found.content.decode()
    assert [f"&quot;number&quot;: {n}" in text for n in range(3)] == [True] * 3
    assert "test.other" not in text
    monkeypatch.setattr("okpay.kernel.audit_search.search.__kwdefaults__", {"limit": 2})
    pages, query = [], f"?subject={subject}"
    while query:
        answer = client.get(f"/console/audit{query}")
        pages.append([one.row.data.get("number") for one, *_words in answer.context["rows"]])
        query = f"?{answer.context['older']}" if answer.context["older"] else ""
    assert pages == [[None, 2], [1, 0]]


def test_g8_a_search_takes_no_code_and_no_wildcards(worker: Hire) -> None:
    client, subject = staff_client(worker("auditor")), encode("thg", new_uuid())
    write(subject)
    for text in ("%", "test%", "_" * 4, "' OR 1=1 --"):
        assert client.get("/console/audit", {"action": text}).context["rows"] == []
    assert client.get("/console/audit", {"actor": "nobody"}).status_code == 400
    assert client.get("/console/audit", {"before": "9" * 30}).status_code == 400
    assert client.get("/console/audit", {"since": "9999-12-31"}).status_code == 200


def test_m2_each_row_says_how_well_it_is_proven(worker: Hire) -> None:
    from okpay.kernel.audit_search import Wanted, search
    from okpay.kernel.models import AuditSeal, Checkpoint

    entries, _more = search(Wanted())
    for one in entries:
        seal = AuditSeal.objects.filter(audit=one.row.id).first()
        assert one.position == (seal.position if seal else None)
        over = Checkpoint.objects.filter(log="audit", size__gte=one.position or 2**60)
        assert one.checkpoint == over.order_by("size").values_list("size", flat=True).first()


def test_the_trail_as_a_file_and_that_it_was_taken(worker: Hire) -> None:
    staff, subject = worker("auditor"), encode("thg", new_uuid())
    write(subject, formula="=1+1")
    write(subject, "=cmd")
    answer = staff_client(staff).post("/console/audit/export", {"subject": subject})
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]  # streamed
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["action"] for row in rows] == ["'=cmd", "test.thing.done"]
    taken = AuditRow.objects.filter(action="audit.exported", actor_id=staff.id).get()
    assert taken.data["subject"] == subject


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.SUPPORT])
def test_g7_only_the_auditor_takes_the_file(role: Role, worker: Hire) -> None:
    answer = staff_client(worker(role)).post("/console/audit/export", {})
    assert answer.status_code == 403


def test_the_auditor_sees_staff_and_proposes_nothing(worker: Hire) -> None:
    client = staff_client(worker("auditor"))
    assert "/console/staff/change" not in client.get("/console/staff").content.decode()
    assert client.post("/console/staff/change", {}).status_code == 403


def test_a_page_speaks_chinese(worker: Hire) -> None:
    page = staff_client(worker("risk"), "zh-CN").get("/console/").content.decode()
    assert "总览" in page
    assert "四眼复核" in page


def test_listing_staff_asks_the_same_number_of_questions_for_one_and_three(
    worker: Hire,
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from okpay.identity.staff.models import StaffMember
    from okpay.kernel.crypto import keys

    client = staff_client(worker("auditor"))
    counts = []
    for _more in range(2):
        for one in StaffMember.objects.values_list("person_id", flat=True):
            keys.forget(one)  # what others have opened lately would save a question
        with CaptureQueriesContext(connection) as seen:
            client.get("/console/staff")
        counts.append(len(seen))
        worker("risk")
        worker("kyc")
    assert counts[0] == counts[1]
