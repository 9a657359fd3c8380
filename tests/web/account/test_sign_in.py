"""Signing in and out, sessions, locks, and what browsers may not do."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import timedelta
from itertools import islice
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from okpay.identity import guards, hashing, tries
from okpay.identity.models import Person, Session, TryBudget
from okpay.identity.sessions import digest_of
from okpay.kernel.models import AuditRow
from tests.identity.kit import PASSWORD, fresh_email, fresh_phone
from tests.web.account.kit import enter_password, mailed_code, sign_in, signed_in

Open = Callable[[], Client]


def test_by_email_and_by_phone_in_any_writing(browser: Open, enrol: Any) -> None:
    person = enrol()
    national = person.phone.removeprefix("+86")
    spaced = f"{national[:3]} {national[3:7]}-{national[7:]}"
    for alias in (person.email, f" {person.email.upper()} ", person.phone, national, spaced):
        client = browser()
        assert sign_in(client, alias).status_code == 302
        assert signed_in(client)


def test_pages_ask_for_sign_in_and_come_back(browser: Open, enrol: Any) -> None:
    client, person = browser(), enrol()
    answer = client.get("/security")
    assert answer["Location"] == "/signin?next=/security"
    form = {"login": person.email, "password": PASSWORD, "next": "/security"}
    assert client.post("/signin", form)["Location"] == "/signin/second"
    answer = client.post("/signin/second", {"way": "email", "code": mailed_code(client)})
    assert answer["Location"] == "/security"
    for elsewhere in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1"):
        client.post("/signout")
        answer = client.post("/signin", {**form, "next": elsewhere})
        assert answer["Location"] == "/"


def test_unknown_and_wrong_say_the_same(browser: Open, enrol: Any) -> None:
    person, said = enrol(), []
    for alias in (person.email, person.phone, fresh_email(), fresh_phone()):
        page = sign_in(browser(), alias, "not the right password").content.decode()
        said.append("do not belong together" in page)
    assert said == [True] * 4
    assert b"Enter an e-mail address or a mobile number" in sign_in(browser(), "nonsense").content


def test_h1_login_hundred_parallel_guesses(
    browser: Open, enrol: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, checked = enrol(), []
    original = hashing.BoundedArgon2Hasher.verify

    def counted(self: Any, password: str, encoded: str) -> bool:
        checked.append(password)
        return original(self, password, encoded)

    monkeypatch.setattr(hashing.BoundedArgon2Hasher, "verify", counted)
    monkeypatch.setattr(guards, "SIGN_INS", hashing.Door(places=2, queue=98))  # forty threads
    alias = (person.email, person.phone)

    def guess(number: int) -> bool:
        try:
            page = sign_in(browser(), alias[number % 2], f"guess number {number} of many")
            return b"Too many wrong tries" in page.content
        finally:
            connection.close()

    with ThreadPoolExecutor(40) as pool:
        refused = list(pool.map(guess, range(100)))
    assert len(checked) == 5
    assert refused.count(True) == 95
    client = browser()
    assert b"Too many wrong tries" in sign_in(client, person.email).content
    assert not signed_in(client)


@pytest.mark.parametrize("same", [False, True], ids=["many", "one"])
def test_n7_a_flood_of_sign_ins_holds_five_threads_and_nobody_else(
    browser: Open, enrol: Any, monkeypatch: pytest.MonkeyPatch, *, same: bool
) -> None:
    victim, gate = enrol(), threading.Event()
    inside, worked = threading.Semaphore(0), []
    original = Argon2PasswordHasher.encode

    def slow(self: Any, password: str, salt: str) -> str:  # what an unknown sign-in costs
        worked.append(password)
        inside.release()
        assert gate.wait(60)
        return original(self, password, salt)

    monkeypatch.setattr(Argon2PasswordHasher, "encode", slow)
    monkeypatch.setattr(hashing, "WAIT_SECONDS", 60)
    one = fresh_email()

    def flood(_number: int) -> int:
        alias = one if same else fresh_email()
        try:
            return int(enter_password(_calm(), alias, "wrong wrong").status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        answers = [pool.submit(flood, number) for number in range(20)]
        try:
            assert inside.acquire(timeout=60)
            assert same or inside.acquire(timeout=60)
            sent_away = [one.result() for one in islice(as_completed(answers, 60), 15)]
            busy = enter_password(_calm(), victim.email)
            assert browser().get("/signin").status_code == 200
        finally:
            gate.set()
        assert sorted(one.result(60) for one in answers) == [200] * 5 + [503] * 15
    assert (sent_away, len(worked)) == ([503] * 15, 5)
    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "5")
    assert b"does not count as a try" in busy.content
    spent = TryBudget.objects.filter(scope="sign_in", failures__gt=0, key=_budget_of(victim.id))
    assert not spent.exists()
    assert sign_in(browser(), victim.email).status_code == 302


def _calm() -> Client:
    """A browser that is shown the page of a fault, as in earnest."""
    return Client(raise_request_exception=False, headers={"accept-language": "en"})


def _budget_of(person_id: UUID) -> str:
    return tries._key(tries.SIGN_IN, str(person_id))  # noqa: SLF001 — how it is written down


def test_five_wrong_lock_and_tell_and_end(browser: Open, enrol: Any, news: list[Any]) -> None:
    person, client = enrol(), browser()
    for _ in range(5):
        sign_in(client, person.email, "wrong wrong wrong")
    assert [event.event for event in news] == ["sign_in_locked"]
    assert b"Too many wrong tries" in sign_in(client, person.email).content
    TryBudget.objects.filter(scope="sign_in").update(locked_until=timezone.now())
    assert sign_in(client, person.email).status_code == 302


def test_a_lock_says_nothing_about_who_exists(browser: Open) -> None:
    email = fresh_email()
    pages = [sign_in(browser(), email, "wrong wrong wrong").content for _ in range(6)]
    assert ["Too many" in page.decode() for page in pages] == [False] * 5 + [True]


def test_h16_a_lock_from_outside_leaves_known_browsers_alone(browser: Open, enrol: Any) -> None:
    person, mine, thief = enrol(), browser(), browser()
    sign_in(mine, person.email)
    mine.post("/signout")
    for _ in range(6):
        sign_in(thief, person.email, "wrong wrong wrong")
    assert sign_in(mine, person.email).status_code == 302
    assert signed_in(mine)


def test_h9_the_session_id_changes_at_sign_in(browser: Open, enrol: Any) -> None:
    person, client = enrol(), browser()
    fixed = client.session
    fixed["planted"] = "1"
    fixed.save()
    planted = str(fixed.session_key)
    client.cookies["okpay"] = planted
    sign_in(client, person.email)
    fresh = client.cookies["okpay"].value
    assert fresh != planted
    thief = browser()
    thief.cookies["okpay"] = planted
    assert not signed_in(thief)
    assert signed_in(client)


def test_h9_cookies_and_keys(browser: Open, enrol: Any) -> None:
    person, client = enrol(), browser()
    sign_in(client, person.email)
    cookie = client.cookies["okpay"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert cookie["domain"] == ""
    assert not Session.objects.filter(digest=cookie.value).exists()
    row = Session.objects.get(digest=digest_of(cookie.value))
    assert row.person_id == person.id
    assert cookie.value not in row.data
    thief = browser()
    thief.cookies["okpay"] = row.digest
    assert not signed_in(thief)
    assert browser().get(f"/me?okpay={cookie.value}&sessionid={cookie.value}").status_code == 302


def test_h9_cookie_names_over_https() -> None:
    import os
    import subprocess
    import sys

    script = (
        "from django.conf import settings as s;"
        "print(s.SESSION_COOKIE_NAME, s.SESSION_COOKIE_SECURE,"
        "      s.CSRF_COOKIE_NAME, s.CSRF_COOKIE_SECURE)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "OKPAY_BASE_URL": "https://pay.example"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["__Host-okpay", "True", "__Host-okpay_csrf", "True"]


def test_sessions_end_idle_and_after_twelve_hours(browser: Open, enrol: Any) -> None:
    person, client = enrol(), browser()
    rows = Session.objects.filter(person=person)
    sign_in(client, person.email)
    rows.update(last_seen_at=timezone.now() - timedelta(minutes=14))
    assert signed_in(client)
    rows.update(last_seen_at=timezone.now() - timedelta(minutes=15, seconds=1))
    assert not signed_in(client)
    sign_in(client, person.email)
    rows.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert not signed_in(client)


def test_devices_are_listed_and_ended_at_once(browser: Open, enrol: Any, news: list[Any]) -> None:
    person, here, there, third = enrol(), browser(), browser(), browser()
    for client in (here, there, third):
        sign_in(client, person.email)
    page = here.get("/security/devices").content.decode()
    assert page.count("Linux · Firefox") >= 3
    other = Session.objects.get(digest=digest_of(there.cookies["okpay"].value))
    stranger = browser()
    sign_in(stranger, enrol().email)
    assert stranger.post(f"/security/devices/{other.id}/end").status_code == 404
    assert signed_in(there)
    assert here.post(f"/security/devices/{other.id}/end").status_code == 302
    assert (signed_in(there), signed_in(third), signed_in(here)) == (False, True, True)
    here.post("/security/devices/others/end")
    assert (signed_in(third), signed_in(here)) == (False, True)
    mine = [event.event for event in news if event.person_id == person.id]
    assert mine == ["signed_in_new_device"] * 2 + ["sessions_revoked"] * 2


def test_a_request_in_flight_cannot_revive_an_ended_session(enrol: Any) -> None:
    from django.contrib.sessions.backends.base import UpdateError

    from okpay.identity.sessions import SessionStore

    store = SessionStore()
    store["x"] = 1
    store.create()
    Session.objects.filter(digest=digest_of(str(store.session_key))).delete()
    store["x"] = 2
    with pytest.raises(UpdateError):
        store.save()
    assert not Session.objects.filter(digest=digest_of(str(store.session_key))).exists()


def test_the_known_browser_is_no_news(browser: Open, enrol: Any, news: list[Any]) -> None:
    person, client = enrol(), browser()
    sign_in(client, person.email)
    client.post("/signout")
    assert not signed_in(client)
    sign_in(client, person.email)
    assert news == []
    actions = AuditRow.objects.filter(actor_id=person.id, action="identity.signed_in")
    assert [row.data["new_device"] for row in actions.order_by("id")] == [True, False]


def test_g12_closing_a_person_ends_the_session_at_once(browser: Open, enrol: Any) -> None:
    person, client = enrol(), browser()
    sign_in(client, person.email)
    Person.objects.filter(pk=person.id).update(is_active=False)
    assert not signed_in(client)


def test_g12_a_frozen_person_signs_in_and_only_reads(browser: Open, enrol: Any) -> None:
    person, client = enrol(), browser()
    Person.objects.filter(pk=person.id).update(frozen_at=timezone.now())
    sign_in(client, person.email)
    assert b"frozen" in client.get("/me").content
    answer = client.post("/me/name", {"name": "Another Name"})
    assert b"account is frozen" in answer.content
    assert Person.objects.get(pk=person.id).name == person.name


ROUTES = [
    "/signin", "/signup", "/signup/mail", "/signup/phone", "/forgotten", "/forgotten/code",
    "/signout", "/me/name", "/me/tokens/new", "/security/password", "/security/email",
    "/security/phone", "/security/phone/code", "/security/payment-password",
    "/security/payment-password/forgotten", "/security/devices/others/end", "/security/confirm",
]  # fmt: skip


@pytest.mark.parametrize("kind", ["form", "json", "text", "multipart"])
def test_h10_csrf_on_every_state_route(enrol: Any, kind: str, browser: Open) -> None:
    person = enrol()
    client = Client(enforce_csrf_checks=True)
    session = browser()
    sign_in(session, person.email)
    client.cookies["okpay"] = session.cookies["okpay"].value
    types = {
        "form": "application/x-www-form-urlencoded",
        "json": "application/json",
        "text": "text/plain",
        "multipart": "multipart/form-data; boundary=x",
    }
    body = '{"name": "Stolen"}' if kind in {"json", "text"} else "name=Stolen"
    answers = [client.post(route, body, content_type=types[kind]).status_code for route in ROUTES]
    assert answers == [403] * len(ROUTES)
    assert Person.objects.get(pk=person.id).name == person.name
    assert signed_in(session)


def test_g13_methods(browser: Open, enrol: Any) -> None:
    person, client = enrol(), browser()
    sign_in(client, person.email)
    for route in ("/security/devices/others/end", "/signout"):
        client.get(route)
        client.head(route)
        client.options(route)
    assert signed_in(client)
    override = {"X-HTTP-Method-Override": "POST"}
    answers = [
        client.get(
            "/security/devices/others/end", {"_method": "POST"}, headers=override
        ).status_code,
        client.put("/me/name", "name=Stolen").status_code,
        client.delete("/me/name").status_code,
        client.post("/security", {"_method": "DELETE"}).status_code,
    ]
    assert answers == [405] * 4
    assert client.head("/me/name", {"name": "Stolen"}).status_code == 200
    assert Person.objects.get(pk=person.id).name == person.name


def test_hosts_are_not_believed(browser: Open) -> None:
    assert browser().get("/signin", HTTP_HOST="evil.example").status_code == 400


def test_no_page_of_identity_is_left_without_a_way(browser: Open, enrol: Any) -> None:
    person, client = enrol(), browser()
    sign_in(client, person.email)
    pages = ["/me", "/me/name", "/me/tokens", "/me/tokens/new", "/security", "/security/password",
             "/security/payment-password", "/security/payment-password/forgotten",
             "/security/devices", "/signout", "/security/confirm"]  # fmt: skip
    assert {page: client.get(page).status_code for page in pages} == dict.fromkeys(pages, 200)
    assert get_resolver().reverse("me") == "me"
