"""The tables of money and people: read by those who may, changed by nobody, no way to guess."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import URLPattern, reverse

from okpay.console.pages.reference.book import TABLES
from okpay.console.pages.reference.tables import Table
from okpay.identity.models import Person
from okpay.identity.staff import ROLES, Role
from okpay.kernel.ids import encode, new_uuid
from okpay.kernel.models import AuditRow
from okpay.wallets.models import Record
from tests.console.kit import Worker, staff_client
from tests.support.people import MakePerson, Somebody

Hire = Callable[..., Worker]
ROOT = "/console/reference/tables/"
MONEY_AND_PEOPLE = {"person", "staffmember", "record", "topup", "account", "transfer", "hold"}


def tables() -> dict[str, Table]:
    return TABLES.named()


def test_what_is_registered() -> None:
    assert set(tables()) == MONEY_AND_PEOPLE | {"figures"}
    assert {table.actions for table in tables().values()} == {None}


def test_the_admin_brings_no_table_and_no_sign_in_of_its_own() -> None:
    assert not apps.is_installed("django.contrib.admin")
    names = {one.name for table in tables().values() for one in table.get_urls()}
    assert {str(name).rpartition("_")[2] for name in names} == {"changelist", "change"}


def views() -> Iterator[URLPattern]:
    for table in tables().values():
        yield from table.get_urls()


def test_every_view_asks_for_the_console() -> None:
    assert {getattr(one.callback, "permission", "") for one in views()} == {
        "console:reference:read"
    }


@pytest.mark.parametrize("role", list(Role))
def test_g7_nobody_changes_money_or_people(
    role: Role, worker: Hire, make_person: MakePerson
) -> None:
    customer = make_person("周晓宁", cny="5.00")
    client = staff_client(worker(role))
    forms = client.get("/console/").content.count(b"<form")  # those of the shell
    rows = {name: first(name, customer) for name in MONEY_AND_PEOPLE}
    before = {name: values(name, pk) for name, pk in rows.items()}
    for name, pk in rows.items():
        page = client.get(f"{ROOT}{name}/{pk}")
        assert (page.status_code == 200) == may(role, name, pk), name
        assert page.status_code != 200 or page.content.count(b"<form") == forms, name
        posted = client.post(f"{ROOT}{name}/{pk}", {"_save": "1", "name": "M", "amount": "1"})
        bulk = {"action": "delete_selected", "_selected_action": str(pk), "post": "yes"}
        listed = client.post(f"{ROOT}{name}/", bulk)
        assert {posted.status_code, listed.status_code} <= {403, 405}, name
    assert {name: values(name, pk) for name, pk in rows.items()} == before


def test_g7_there_is_no_way_to_add_or_delete(worker: Hire, make_person: MakePerson) -> None:
    customer = make_person("周晓宁", cny="5.00")
    client = staff_client(worker(*Role))
    rows = {name: first(name, customer) for name in MONEY_AND_PEOPLE}
    before = {name: values(name, pk) for name, pk in rows.items()}
    for name, pk in rows.items():
        for verb in ("add/", f"{pk}/change/", f"{pk}/delete/"):
            path = f"{ROOT}{name}/{verb}"
            found = (client.get(path).status_code, client.post(path, {"post": "yes"}).status_code)
            assert found == (404, 405), path
    assert {name: values(name, pk) for name, pk in rows.items()} == before


def first(name: str, customer: Somebody) -> object:
    """Return the key of a row that is there: this customer's, where tables have customers."""
    model = tables()[name].model
    if name == "person":
        return customer.id
    if name == "account":
        return model.objects.get(owner=customer.id, asset=156).pk
    if name == "record":
        return model.objects.filter(payee=customer.id).latest("created_at").pk
    found = model.objects.order_by("pk").first()
    return found.pk if found else new_uuid()


def values(name: str, pk: object) -> list[dict[str, Any]]:
    return list(tables()[name].model.objects.filter(pk=pk).values())


def may(role: Role, name: str, pk: object) -> bool:
    held = ROLES[role]
    there = bool(values(name, pk))
    return there and "console:reference:read" in held and tables()[name].needs in held


def test_o10_people_are_masked_found_one_by_one_and_the_look_is_written_down(
    worker: Hire, make_person: MakePerson
) -> None:
    staff, customer = worker("auditor"), make_person("周晓宁")
    client, number = staff_client(staff), encode("cus", customer.id)
    listed = client.get(f"{ROOT}person/").content.decode()
    assert "cus_" not in listed.partition("<tbody")[2]
    found = client.get(f"{ROOT}person/", {"q": number}).content.decode()
    row = client.get(f"{ROOT}person/{customer.id}").content.decode()
    for page in (found, row):
        assert (number in page, "周*宁" in page, "周晓宁" in page) == (True, True, False)
        assert (customer.email in page, customer.phone in page) == (False, False)
    looks = AuditRow.objects.filter(subject=number, actor_id=staff.id)
    assert looks.count() == 1


@pytest.mark.parametrize(
    "question",
    [
        {"phone__startswith": "+86"},
        {"email__startswith": "a"},
        {"person__email__contains": "a"},
        {"_to_field": "email"},
        {"_popup": "1"},
        {"e": "1"},
    ],
)
@pytest.mark.parametrize("table", ["person", "staffmember", "topup"])
def test_g8_no_look_up_guesses_what_is_masked(
    table: str, question: dict[str, str], worker: Hire
) -> None:
    assert staff_client(worker("auditor")).get(f"{ROOT}{table}/", question).status_code == 404


@pytest.mark.parametrize("text", ["'", "%", "周", "cus_x", "9" * 40, "#", "a" * 3000, "١٢"])
def test_g8_strange_numbers_find_nothing(text: str, worker: Hire) -> None:
    client = staff_client(worker(*Role))
    for name in tables():
        answer = client.get(f"{ROOT}{name}/", {"q": text})
        assert (answer.status_code, answer.context["rows"]) == (200, []), name
        path = reverse(f"admin:{tables()[name].opts.app_label}_{name}_change", args=["x"],
                       current_app=TABLES.name)  # fmt: skip
        assert client.get(path).status_code == 404


def test_a_page_too_far_leads_back(
    worker: Hire, make_person: MakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables()["record"], "list_per_page", 1)
    make_person(cny="1.00"), make_person(cny="1.00")
    client = staff_client(worker("auditor"))
    assert len(client.get(f"{ROOT}record/?p=2").context["rows"]) == 1
    answer = client.get(f"{ROOT}record/?p=999999")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{ROOT}record/")


def test_a_record_shows_no_words_of_customers(worker: Hire, make_person: MakePerson) -> None:
    customer = make_person("周晓宁", cny="5.00")
    record = Record.objects.filter(payee=customer.id).latest("created_at")
    row = staff_client(worker("finance")).get(f"{ROOT}record/{record.id}").content.decode()
    assert encode("cus", customer.id) in row
    assert "周" not in row


def test_g6_customers_find_nothing(make_person: MakePerson) -> None:
    client = Client()
    client.force_login(Person.objects.get(pk=make_person().id))
    assert client.get("/console/reference").status_code == 404
    assert {client.get(f"{ROOT}{name}/").status_code for name in tables()} == {404}
