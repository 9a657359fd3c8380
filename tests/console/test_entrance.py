"""Signing in to the console: a password and always a strong second factor, on its own cookie."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import cast

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from okpay.console.frame import COOKIE
from okpay.identity.factors import totp
from okpay.identity.factors.models import AuthenticatorApp
from okpay.identity.models import Person
from okpay.identity.staff.models import StaffSession
from okpay.kernel import clock, crypto
from okpay.kernel.ids import new_uuid
from tests.console.kit import Worker, staff_client
from tests.identity.factors.kit import with_passkey
from tests.identity.factors.soft_key import SoftKey
from tests.support.people import MakePerson, Somebody

Hire = Callable[..., Worker]
SECRET = b"a secret of twenty b"


def give_app(person: Somebody) -> None:
    row_id, now = new_uuid(), clock.now()
    sealed = crypto.seal(
        person.id, table="factors_authenticatorapp", column="secret", row=str(row_id), plain=SECRET
    )
    AuthenticatorApp.objects.create(
        id=row_id, person_id=person.id, name="App", secret=sealed, created_at=now, confirmed_at=now
    )


def code_now() -> str:
    return totp.code_at(SECRET, totp.step_of(timezone.now()))


def knock(client: Client, person: Somebody, password: str = "") -> HttpResponse:
    data = {"email": person.email, "password": password or person.password}
    return cast("HttpResponse", client.post("/console/sign-in", data))


def sessions_of(person: Somebody) -> list[bool]:
    rows = StaffSession.objects.filter(person_id=person.id)
    return [row.proven_at is not None for row in rows]


def test_password_and_code_open_the_console(worker: Hire) -> None:
    staff = worker("risk")
    give_app(staff.person)
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    first = knock(client, staff.person)
    assert (first.status_code, sessions_of(staff.person)) == (302, [False])
    assert client.get("/console/").status_code == 302  # the password alone opens nothing
    knock(client, staff.person)
    before = client.cookies[COOKIE].value
    wrong = client.post("/console/sign-in/second", {"code": "000000"})
    assert wrong.status_code == 403
    data = {"next": "/console/"}
    second = client.post("/console/sign-in/second", {**data, "code": code_now()})
    if second.status_code != 302:  # a step ended between reading the code and sending it
        second = client.post("/console/sign-in/second", {**data, "code": code_now()})
    assert (second.status_code, second["Location"]) == (302, "/console/")
    assert client.cookies[COOKIE].value != before  # a new key with more rights
    assert client.get("/console/").status_code == 200


def test_the_cookie_goes_nowhere_else(worker: Hire) -> None:
    staff = worker("risk")
    client = Client()
    knock(client, staff.person)
    cookie = client.cookies[COOKIE]
    assert (cookie["path"], cookie["samesite"], bool(cookie["httponly"])) == (
        "/console/", "Strict", True,
    )  # fmt: skip
    kept = StaffSession.objects.filter(person_id=staff.id).get()
    assert cookie.value not in {kept.digest, str(kept.pk)}


def test_without_a_strong_factor_one_is_led_to_add_it(worker: Hire) -> None:
    from okpay.identity.factors.models import MessageFactor

    staff = worker("support")
    MessageFactor.objects.create(person_id=staff.id, channel="sms", created_at=clock.now())
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    knock(client, staff.person)
    page = client.get("/console/sign-in/second")
    assert page.status_code == 403
    assert "Add a second factor first" in page.content.decode()
    assert client.post("/console/sign-in/second", {"code": "123456"}).status_code == 403
    assert sessions_of(staff.person) == [False]


def test_g6_customers_hear_the_same_as_of_a_wrong_password(
    worker: Hire, make_person: MakePerson
) -> None:
    customer, staff = make_person(), worker("risk")
    answers = [
        knock(Client(HTTP_ACCEPT_LANGUAGE="en"), customer),
        knock(Client(HTTP_ACCEPT_LANGUAGE="en"), staff.person, "not the password"),
    ]
    assert {one.status_code for one in answers} == {400}
    said = "This e-mail and this password open nothing here."
    assert [said in one.content.decode() for one in answers] == [True, True]
    assert sessions_of(customer) == sessions_of(staff.person) == []


def test_g12_who_was_frozen_or_let_go_does_not_get_in(worker: Hire) -> None:
    frozen, gone = worker("risk"), worker("risk")
    Person.objects.filter(pk=frozen.id).update(frozen_at=clock.now())
    from okpay.identity.staff.operations import set_roles
    from okpay.kernel.actor import SYSTEM

    set_roles(actor=SYSTEM, person_id=gone.id, roles=[], now=clock.now())
    for one in (frozen, gone):
        assert knock(Client(), one.person).status_code == 400
        assert sessions_of(one.person) == []


def test_guesses_are_counted_and_lock(worker: Hire) -> None:
    staff = worker("risk")
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    for _try in range(12):
        knock(client, staff.person, "not the password")
    knock(client, staff.person)  # the right one is too late
    assert sessions_of(staff.person) == []


@pytest.mark.parametrize(
    ("seen", "began", "open_"),
    [(14, 14, True), (16, 16, False), (1, 9 * 60 + 59, True), (1, 10 * 60 + 1, False)],
)
def test_a_session_ends_idle_and_in_all(
    worker: Hire, seen: int, began: int, *, open_: bool
) -> None:
    staff = worker("risk")
    client, now = staff_client(staff), timezone.now()
    start = now - timedelta(minutes=began)
    StaffSession.objects.filter(person_id=staff.id).update(
        last_seen_at=now - timedelta(minutes=seen),
        created_at=start,
        expires_at=start + timedelta(hours=10),
    )
    assert (client.get("/console/").status_code == 200) is open_


def test_signing_out_ends_the_session(worker: Hire) -> None:
    staff = worker("risk")
    client = staff_client(staff)
    assert client.get("/console/").status_code == 200
    client.post("/console/sign-out")
    assert sessions_of(staff.person) == []
    assert client.get("/console/").status_code == 302


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/", "/console/\\x"])
def test_nobody_is_led_elsewhere_after_signing_in(target: str, worker: Hire) -> None:
    client = staff_client(worker("risk"))
    answer = client.get("/console/sign-in", {"next": target})
    assert (answer.status_code, answer["Location"]) == (302, "/console/")


def test_a_passkey_opens_the_console_once(worker: Hire) -> None:
    staff = worker("risk")
    key = with_passkey(Person.objects.get(pk=staff.id), clock.now())
    client, stranger = Client(HTTP_ACCEPT_LANGUAGE="en"), SoftKey(person_id=staff.id)
    knock(client, staff.person)
    options = json.loads(client.get("/console/sign-in/second").context["passkey"])
    lies = [stranger.signed(options), key.signed(options, origin="https://okpay.evil.example")]
    for answer in lies:
        assert client.post("/console/sign-in/second", {"response": answer}).status_code == 403
    assert sessions_of(staff.person) == [False]
    right = key.signed(options)
    assert client.post("/console/sign-in/second", {"response": right}).status_code == 302
    assert sessions_of(staff.person) == [True]
    other = Client()
    knock(other, staff.person)  # another sign-in has another challenge
    assert other.post("/console/sign-in/second", {"response": right}).status_code == 403
    assert sorted(sessions_of(staff.person)) == [False, True]
