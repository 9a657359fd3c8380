"""The second step of a sign-in, and signing in by passkey."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core import mail
from django.test import Client

from okpay.identity.factors import queries, recovery
from okpay.identity.models import KnownDevice, OneTimeCode, Session
from tests.identity.factors.kit import acting, with_app, with_passkey
from tests.identity.kit import PASSWORD, fresh_email, fresh_phone
from tests.web.account.kit import (
    code_in,
    enter_password,
    link_in,
    mailed_code,
    sign_in,
    sign_up,
    signed_in,
)
from tests.web.factors.kit import SECOND, app_code, show_key, sign_in_by_key, type_code

Open = Callable[[], Client]


def test_a_new_device_shows_a_code(
    browser: Open, enrol: Any, texts: list[Any], news: list[Any]
) -> None:
    person, client = enrol(), browser()
    assert enter_password(client, person.email)["Location"] == SECOND
    assert not signed_in(client)
    page = client.get(SECOND).content.decode()
    assert "A new device" in page
    assert [(phone, purpose) for phone, _text, purpose in texts] == [(person.phone, "sign_in")]
    client.get(SECOND)  # another look sends no other message
    assert len(texts) == 1
    wrong = type_code(client, "sms", "000000" if code_in(texts) != "000000" else "000001")
    assert "That code is not right" in wrong.content.decode()
    assert not signed_in(client)
    assert type_code(client, "sms", code_in(texts))["Location"] == "/"
    assert signed_in(client)
    client.post("/signout")
    assert enter_password(client, person.email)["Location"] == "/"  # it is known from here on
    assert news == []  # the first device of somebody is no news
    other = browser()
    sign_in(other, person.email)
    assert [item.event for item in news] == ["signed_in_new_device"]


def test_a_registration_ends_without_another_code(
    browser: Open, texts: list[Any], mailbox: list[Any]
) -> None:
    client = browser()
    sign_up(client)
    client.post(link_in(mailbox[0]))
    answer = client.post("/signup/phone", {"action": "verify", "code": code_in(texts)})
    assert answer["Location"] == "/"
    assert signed_in(client)


def test_h3_a_code_of_another_browser_or_purpose(
    browser: Open, enrol: Any, texts: list[Any], now: datetime
) -> None:
    person, first, second = enrol(), browser(), browser()
    enter_password(first, person.email)
    first.get(SECOND)
    code = code_in(texts)
    enter_password(second, person.email)
    type_code(second, "sms", code)
    assert not signed_in(second)
    # a code of another purpose
    OneTimeCode.objects.filter(purpose="sign_in").update(purpose="step_up")
    type_code(first, "sms", code)
    assert not signed_in(first)
    OneTimeCode.objects.filter(purpose="step_up").update(purpose="sign_in")
    assert type_code(first, "sms", code)["Location"] == "/"
    first.post("/signout")
    third = browser()
    enter_password(third, person.email)
    type_code(third, "sms", code)
    assert not signed_in(third)


def test_an_app_at_the_sign_in(browser: Open, enrol: Any, now: datetime) -> None:
    person = enrol()
    secret = with_app(person, now)
    known = browser()
    enter_password(known, person.email)
    code = app_code(secret)
    type_code(known, "app", code)
    assert signed_in(known)
    known.post("/signout")
    # a device that is known is asked as well
    assert enter_password(known, person.email)["Location"] == SECOND
    type_code(known, "app", code)
    assert not signed_in(known)  # H4: the same code twice
    page = known.get(SECOND).content.decode()
    assert "authenticator app shows now" in page
    for way in ("sms", "email"):  # ways that this person does not have
        known.post(SECOND, {"way": way, "action": "send"})
    assert OneTimeCode.objects.filter(person_id=person.id).count() == 0
    codes = recovery.make_codes(actor=acting(person), now=now)
    assert type_code(known, "recovery", codes[0])["Location"] == "/"
    assert queries.recovery_left(person.id) == 9


def test_messages_as_a_factor(browser: Open, enrol: Any, texts: list[Any], now: datetime) -> None:
    person, client = enrol(), browser()
    sign_in(client, person.email)
    client.post("/security/confirm", {"password": PASSWORD, "next": "/security/factors/by/email"})
    client.post("/security/factors/by/email", {"action": "resend"})
    digits = mail.outbox[-1].body.split(": ", 1)[1][:6]
    page = client.post("/security/factors/by/email", {"action": "verify", "code": digits})
    assert "Keep these codes now" in page.content.decode()
    assert [(one.way, one.name) for one in queries.enrolled(person.id)] == [
        ("email", queries.enrolled(person.id)[0].name)
    ]
    client.post("/signout")
    enter_password(client, person.email)
    code = mailed_code(client)
    assert type_code(client, "email", code)["Location"] == "/"


def test_a_passkey_needs_no_password(browser: Open, enrol: Any, now: datetime) -> None:
    person, client = enrol(), browser()
    key = with_passkey(person, now)
    assert sign_in_by_key(client, key)["Location"] == "/"
    assert signed_in(client)
    assert KnownDevice.objects.filter(person_id=person.id).count() == 1
    second = browser()
    enter_password(second, person.phone)
    assert show_key(second, key)["Location"] == "/"


def test_h13_challenges_belong_to_one_session_and_open_once(
    browser: Open, enrol: Any, now: datetime
) -> None:
    person, client, thief = enrol(), browser(), browser()
    key = with_passkey(person, now)
    options = client.post("/signin/passkey/options").json()
    answer = key.signed(options)
    for form in ({"response": answer}, {"response": ""}, {}):
        assert thief.post("/signin/passkey", form)["Location"] == "/signin"
    assert not signed_in(thief)
    assert client.post("/signin/passkey", {"response": answer})["Location"] == "/"
    client.post("/signout")
    assert client.post("/signin/passkey", {"response": answer})["Location"] == "/signin"
    for lie in ({"verified": False}, {"origin": "https://evil.example"}, {"counter": 0}):
        sign_in_by_key(client, key, **lie)
        assert not signed_in(client)


def test_h16_a_passkey_enters_while_every_budget_is_locked(
    browser: Open, enrol: Any, now: datetime
) -> None:
    person = enrol()
    secret, key = with_app(person, now), with_passkey(person, now)
    thief = browser()
    enter_password(thief, person.email)
    for _try in range(6):
        type_code(thief, "app", "000000")
    for _try in range(6):
        enter_password(browser(), person.email, "three wrong lanterns")
    owner = browser()
    page = enter_password(owner, person.email).content.decode()
    assert "Too many wrong tries" in page
    type_code(thief, "app", app_code(secret))
    assert not signed_in(thief)
    assert sign_in_by_key(owner, key)["Location"] == "/"
    assert signed_in(owner)


def test_h5_a_reset_keeps_the_second_factor(
    browser: Open, enrol: Any, now: datetime, mailbox: list[Any]
) -> None:
    person, client = enrol(), browser()
    secret = with_app(person, now)
    client.post("/forgotten", {"alias": person.email})
    page = client.get(link_in(mailbox[-1]), follow=True)
    fresh = "eleven paper lanterns hang"
    client.post(page.redirect_chain[-1][0] if page.redirect_chain else "", {"password1": fresh})
    assert not signed_in(client)
    assert enter_password(client, person.email, fresh)["Location"] == SECOND
    assert not signed_in(client)
    type_code(client, "app", app_code(secret))
    assert signed_in(client)


def test_h19_a_claim_made_before_brings_no_factor_of_its_own(
    browser: Open, texts: list[Any], mailbox: list[Any]
) -> None:
    email = fresh_email()
    thief, owner = browser(), browser()
    sign_up(thief, email=email, password1="the thief was here first")
    sign_up(owner, email=email, phone=fresh_phone())
    owner.post(link_in(mailbox[-1]))
    owner.post("/signup/phone", {"action": "verify", "code": code_in(texts)})
    assert signed_in(owner)
    enter_password(thief, email, "the thief was here first")
    assert not signed_in(thief)
    # nothing can be enrolled before somebody is signed in
    assert thief.get("/security/factors/passkey")["Location"].startswith("/signin")
    assert thief.post("/security/factors/app")["Location"].startswith("/signin")


def test_nothing_is_said_about_who_has_what(browser: Open, enrol: Any, now: datetime) -> None:
    with_key, without = enrol(), enrol()
    with_passkey(with_key, now)
    said = []
    for alias in (with_key.email, without.email, fresh_email()):
        page = enter_password(browser(), alias, "three wrong lanterns")
        said.append((page.status_code, "do not belong together" in page.content.decode()))
    assert said == [(200, True)] * 3
    options = [browser().post("/signin/passkey/options").json() for _time in range(2)]
    for one in options:
        del one["challenge"]
    assert options[0] == options[1]


def test_the_session_is_new_and_ends_when_it_would_have(
    browser: Open, enrol: Any, now: datetime
) -> None:
    person, client = enrol(), browser()
    sign_in(client, person.email)
    before = client.session.session_key
    row = Session.objects.get(person_id=person.id)
    client.post("/security/confirm", {"password": PASSWORD, "next": "/security/factors"})
    after = Session.objects.get(person_id=person.id)
    assert client.session.session_key != before
    assert (after.created_at, after.expires_at) == (row.created_at, row.expires_at)
    assert after.digest != row.digest
    stale = browser()
    stale.cookies["okpay"] = str(before)
    assert not signed_in(stale)  # the old key is nobody's
    assert stale.cookies["okpay"].value == before  # and no late answer takes the new cookie away
