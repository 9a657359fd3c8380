"""Finding a customer, their page, and lifting a mask: masked by default, counted, written down."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from okpay.funding.models import TopUp
from okpay.funding.states import TopUpState
from okpay.identity.looking import operations
from okpay.identity.looking.errors import (
    SearchLimitError,
    UnmaskLimitError,
    UnmaskReasonError,
)
from okpay.identity.looking.operations import Field, Why
from okpay.identity.staff import NotPermittedError
from okpay.kernel import clock
from okpay.kernel.ids import encode, new_uuid
from okpay.kernel.models import AuditRow
from okpay.wallets.models import Record
from tests.console.kit import Worker, hire, staff_client
from tests.console.roles import statuses, text_of
from tests.support.people import MakePerson, Somebody

if TYPE_CHECKING:
    from django.test import Client


def path_of(somebody: Somebody) -> str:
    return f"/console/customers/{encode('cus', somebody.id)}"


def rows_of(somebody: Somebody, action: str) -> list[AuditRow]:
    rows = AuditRow.objects.filter(subject=encode("cus", somebody.id), action=action)
    return list(rows.order_by("id"))


def paid_by_card(somebody: Somebody, tail: str) -> None:
    TopUp.objects.create(
        person_id=somebody.id, client_key=str(new_uuid()), asset=156, amount=100, fee=0,
        state=TopUpState.SUCCEEDED, provider="test", card_last4=tail, card_brand="visa",
        created_at=clock.now(), finished_at=clock.now(),
    )  # fmt: skip


@pytest.mark.parametrize("page", ["search", "detail"])
def test_o10_who_may_see_customers(make_person: MakePerson, page: str) -> None:
    path = "/console/customers" if page == "search" else path_of(make_person())
    assert statuses(make_person, path) == {
        "support": 200, "kyc": 200, "risk": 200, "finance": 200, "auditor": 200,
        "administrator": 403,
    }  # fmt: skip


def test_a_customer_finds_no_console(make_person: MakePerson) -> None:
    from django.test import Client

    from okpay.identity.models import Person

    somebody, other = make_person(), make_person()
    client = Client()
    client.force_login(Person.objects.get(id=somebody.id), "okpay.identity.backend.PersonBackend")
    assert client.get(path_of(other)).status_code == 404
    assert rows_of(other, "console.customer.viewed") == []


def test_o10_every_way_to_find_leads_to_the_customer(desk: Client, make_person: MakePerson) -> None:
    somebody = make_person(cny="5.00")
    record = Record.objects.get(payee=somebody.id)
    tail = f"{int(somebody.phone[-4:]):04d}"
    paid_by_card(somebody, tail)
    public, national = encode("cus", somebody.id), somebody.phone.removeprefix("+86")
    for typed in (somebody.email.upper(), somebody.phone, national, public, str(somebody.id),
                  encode("tup", record.id), tail):  # fmt: skip
        answer = desk.get("/console/customers", {"q": f" {typed} "})
        assert answer.headers.get("Location") == path_of(somebody), typed


def test_a_name_lists_nobody_and_what_is_typed_is_not_kept(
    desk: Client, support: Worker, make_person: MakePerson
) -> None:
    make_person("赵钱孙")
    for typed in ("赵钱孙", "赵", "%", "cus_", "nobody@nowhere.example", "139", "<i>x"):
        page = desk.get("/console/customers", {"q": typed})
        assert page.status_code == 200
        assert "赵*孙" not in page.content.decode()
        assert b"<i>x" not in page.content
    searched = AuditRow.objects.filter(
        actor_id=support.id, action="console.customers.searched"
    ).order_by("id")
    assert [(row.subject, row.data) for row in searched][:2] == [
        ("customers", {"kind": "unknown", "found": []}),
    ] * 2
    assert "nowhere" not in str([row.data for row in searched])


def test_several_customers_of_one_card_are_listed_masked_and_in_the_trail(
    desk: Client, support: Worker, make_person: MakePerson
) -> None:
    one, other = make_person("陈大文"), make_person("吴小桐")
    for somebody in (one, other):
        paid_by_card(somebody, "0077")
    page = desk.get("/console/customers", {"q": "0077"}).content.decode()
    assert ("陈*文" in page, "吴*桐" in page) == (True, True)
    assert "陈大文" not in page
    assert one.email not in page
    row = AuditRow.objects.filter(actor_id=support.id, action="console.customers.searched").last()
    assert row is not None
    assert set(row.data["found"]) >= {encode("cus", one.id), encode("cus", other.id)}


def test_g7_e6_the_page_is_masked_and_each_view_is_in_the_trail(
    desk: Client, support: Worker, make_person: MakePerson
) -> None:
    somebody = make_person("林知夏", cny="5.00")
    page = text_of(desk, path_of(somebody))
    assert "林*夏" in page
    for secret in ("林知夏", somebody.email, somebody.phone, somebody.phone[3:]):
        assert secret not in page
    (row,) = rows_of(somebody, "console.customer.viewed")
    assert (row.actor_kind, row.actor_id, row.data) == ("staff", support.id, {})


@pytest.mark.parametrize("field", list(Field))
def test_o10_a_mask_is_lifted_with_a_reason_that_stays(
    desk: Client, support: Worker, make_person: MakePerson, field: Field
) -> None:
    somebody = make_person("林知夏")
    wanted = {"name": "林知夏", "phone": somebody.phone, "email": somebody.email}[field]
    others = {"林知夏", somebody.phone, somebody.email} - {wanted}
    answer = desk.post(
        f"{path_of(somebody)}/unmask", {"field": field, "why": "caller", "note": "ticket 7"}
    )
    page = answer.content.decode()
    assert (answer.status_code, wanted in page) == (200, True)
    assert [one for one in others if one in page] == []
    assert answer.headers["Refresh"] == f"60; url={path_of(somebody)}"
    assert answer.headers["Cache-Control"] == "private, no-store"
    (row,) = rows_of(somebody, "console.customer.unmasked")
    assert (row.actor_id, row.data) == (
        support.id, {"field": field, "why": "caller", "note": "ticket 7"},
    )  # fmt: skip
    assert wanted not in text_of(desk, path_of(somebody))  # the next look is masked again


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"field": "phone"},
        {"field": "phone", "why": "curious"},
        {"field": "number", "why": "law"},
        {"field": "phone", "why": "other", "note": "because"},
    ],
)
def test_without_a_reason_nothing_is_shown(
    desk: Client, make_person: MakePerson, wish: dict[str, str]
) -> None:
    somebody = make_person()
    answer = desk.post(f"{path_of(somebody)}/unmask", wish)
    assert answer.status_code == 422
    assert somebody.phone not in answer.content.decode()
    assert rows_of(somebody, "console.customer.unmasked") == []


@pytest.mark.parametrize("role", ["finance", "administrator"])
def test_g7_roles_that_read_masked_lift_no_mask(make_person: MakePerson, role: str) -> None:
    somebody, worker = make_person(), hire(make_person, role)
    answer = staff_client(worker).post(
        f"{path_of(somebody)}/unmask", {"field": "phone", "why": "law"}
    )
    assert (answer.status_code, somebody.phone in answer.content.decode()) == (403, False)
    with pytest.raises(NotPermittedError):
        operations.unmask(
            actor=worker.actor, person_id=somebody.id, field=Field.PHONE, why=Why.LAW, note="",
            now=clock.now(),
        )  # fmt: skip
    with pytest.raises(NotPermittedError):  # nor does anybody as a customer
        operations.unmask(
            actor=worker.person.actor, person_id=somebody.id, field=Field.PHONE, why=Why.LAW,
            note="", now=clock.now(),
        )  # fmt: skip
    assert rows_of(somebody, "console.customer.unmasked") == []


def test_masks_and_searches_of_an_hour_are_counted(
    support: Worker, make_person: MakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import timedelta

    from okpay.identity import tries

    monkeypatch.setattr(
        operations, "_UNMASKING", tries.TryPolicy("unmask", ((2, operations.HOUR),))
    )
    monkeypatch.setattr(
        operations, "_SEARCHING", tries.TryPolicy("staff_search", ((1, operations.HOUR),))
    )
    somebody, now = make_person(), clock.now()
    wish = {"person_id": somebody.id, "field": Field.NAME, "why": Why.LAW, "note": ""}
    for _ in range(2):
        operations.unmask(actor=support.actor, now=now, **wish)  # type: ignore[arg-type]  # as above
    with pytest.raises(UnmaskLimitError):
        operations.unmask(actor=support.actor, now=now, **wish)  # type: ignore[arg-type]  # as above
    assert len(rows_of(somebody, "console.customer.unmasked")) == 2
    later = now + timedelta(hours=1)
    operations.unmask(actor=support.actor, now=later, **wish)  # type: ignore[arg-type]  # as above
    operations.note_search(actor=support.actor, kind="phone", found=[], now=now)
    with pytest.raises(SearchLimitError):
        operations.note_search(actor=support.actor, kind="phone", found=[], now=now)


def test_e6_a_card_number_in_the_note_is_masked(support: Worker, make_person: MakePerson) -> None:
    somebody = make_person()
    operations.unmask(
        actor=support.actor, person_id=somebody.id, field=Field.NAME, why=Why.OTHER,
        note="asked about 4242 4242 4242 4242", now=clock.now(),
    )  # fmt: skip
    (row,) = rows_of(somebody, "console.customer.unmasked")
    assert row.data["note"] == "asked about •••• 4242"
    with pytest.raises(UnmaskReasonError):
        operations.unmask(
            actor=support.actor, person_id=somebody.id, field=Field.NAME, why=None, note="a" * 40,
            now=clock.now(),
        )  # fmt: skip


def test_the_page_asks_as_much_for_one_of_each_as_for_three(
    desk: Client, make_person: MakePerson
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from okpay.support.operations import open_ticket
    from okpay.support.states import Topic
    from tests.support.people import fund

    counts = []
    for number in (1, 3):
        somebody = make_person()
        for code in ("CNY", "USD", "EUR")[:number]:
            fund(somebody.id, code, "1.00")
            open_ticket(actor=somebody.actor, topic=Topic.OTHER, text="x", now=clock.now())
        with CaptureQueriesContext(connection) as asked:
            text_of(desk, path_of(somebody))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_customer_that_is_not_there(desk: Client) -> None:
    for number in (encode("cus", new_uuid()), "cus_x", encode("trf", new_uuid())):
        assert desk.get(f"/console/customers/{number}").status_code == 404
