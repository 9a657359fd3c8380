"""A thief's script: what they have, and what it gets them.

First the sign-in password, then the password and the phone's messages, then a stolen session.
Asserted is both: what stays shut, and what the owner hears of.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.test import Client

from okpay.identity import queries as identity
from okpay.identity.caution import in_force
from okpay.identity.factors import queries
from okpay.identity.models import AccessToken, Person
from tests.identity.factors.kit import with_app, with_passkey
from tests.identity.kit import PASSWORD, PIN, fresh_email
from tests.web.account.kit import A_WHILE, code_in, enter_password, signed_in
from tests.web.factors.kit import CONFIRM, SECOND, sign_in_by_key, type_code

Open = Callable[[], Client]
INSIDE = ["/", "/me", "/security", "/records", "/transfer", "/security/factors", "/me/tokens"]


def is_outside(client: Client) -> bool:
    """Whether this browser gets to see nothing at all."""
    answers = [client.get(path) for path in INSIDE]
    return all(
        answer.status_code == 302 and answer["Location"].startswith("/signin") for answer in answers
    )


def test_the_thief_has_the_password(
    browser: Open, enrol: Any, now: datetime, texts: list[Any], news: list[Any]
) -> None:
    plain, guarded = enrol(), enrol()
    with_app(guarded, now)
    news.clear()
    for person in (plain, guarded):
        thief = browser()
        assert enter_password(thief, person.email)["Location"] == SECOND
        assert is_outside(thief)
        thief.get(SECOND)
        for guess in ("000000", "111111", "222222", "333333", "444444", "555555"):
            type_code(thief, "sms", guess)
            type_code(thief, "app", guess)
            type_code(thief, "recovery", guess)
        assert is_outside(thief)
    # without a factor the owner holds the message that gives the thief away
    assert [phone for phone, _text, purpose in texts if purpose == "sign_in"] == [plain.phone]
    assert "change your password" in texts[0][1]
    # with one they hear that somebody knows the password
    assert [(item.person_id, str(item.event)) for item in news] == [(guarded.id, "factor_locked")]


def test_the_thief_has_the_password_and_the_phone(
    browser: Open, enrol: Any, now: datetime, texts: list[Any], news: list[Any]
) -> None:
    guarded = enrol()
    with_passkey(guarded, now)
    thief = browser()
    enter_password(thief, guarded.email)
    thief.get(SECOND)
    thief.post(SECOND, {"way": "sms", "action": "send"})
    type_code(thief, "sms", "123456")
    assert is_outside(thief)
    assert [text for text in texts if text[0] == guarded.phone] == []

    plain = enrol()
    owner = browser()
    enter_password(owner, plain.email)
    owner.get(SECOND)
    type_code(owner, "sms", code_in(texts))
    from okpay.identity.models import OneTimeCode

    OneTimeCode.objects.filter(person_id=plain.id).update(created_at=now - A_WHILE)
    news.clear()
    texts.clear()
    enter_password(thief, plain.email)
    thief.get(SECOND)
    type_code(thief, "sms", code_in(texts))
    # they are in, the owner hears of it at once, and care is taken for a day
    assert signed_in(thief)
    assert [str(item.event) for item in news] == ["signed_in_new_device"]
    assert [str(one.cause) for one in in_force(plain.id, now)] == ["new_device"]
    # and still they pay nothing, and take neither phone nor e-mail, without the six digits
    thief.post(CONFIRM, {"password": PASSWORD, "next": "/security/email"})
    thief.post("/security/email", {"action": "change", "email": fresh_email()})
    thief.post(
        "/security/email",
        {"action": "change", "email": fresh_email(), "payment_password": "730561"},
    )
    assert Person.objects.get(pk=plain.id).email == plain.email
    form = {"name": "mine", "scopes": ["wallet:read"], "days": "30", "payment_password": "730561"}
    thief.post("/me/tokens/new", form)
    assert AccessToken.objects.filter(person_id=plain.id).count() == 0


def test_the_thief_has_a_stolen_session(
    browser: Open, enrol: Any, now: datetime, texts: list[Any]
) -> None:
    person, owner, thief = enrol(), browser(), browser()
    key = with_passkey(person, now)
    sign_in_by_key(owner, key)
    session = owner.session
    session.pop("okpay_step_up")  # the five minutes of the sign-in are over
    session.save()
    thief.cookies["okpay"] = owner.cookies["okpay"].value
    assert signed_in(thief)  # they read, until the owner ends it
    tokens = AccessToken.objects.filter(person_id=person.id)
    before = (person.email, person.phone, person.password, tokens.count())
    changing = [
        ("/security/email", {"action": "change", "email": fresh_email()}),
        ("/security/phone", {"region": "CN", "phone": "13900000000"}),
        ("/security/password", {"oldpassword": PASSWORD, "password1": "four thieves under a bed"}),
        ("/security/payment-password", {"pin": PIN, "new_pin": "730561", "again": "730561"}),
        ("/security/payment-password/forgotten", {"action": "send"}),
        ("/security/factors/app", {"name": "theirs", "code": "123456"}),
        ("/security/factors/passkey", {"name": "theirs", "response": "{}"}),
        ("/security/factors/by/sms", {"action": "resend"}),
        ("/security/factors/recovery", {}),
        (f"/security/factors/{queries.enrolled(person.id)[0].id}/remove", {"last": "on"}),
        ("/me/tokens/new", {"name": "x", "scopes": ["wallet:read"], "days": "30"}),
    ]
    for path, form in changing:
        assert str(thief.post(path, form)["Location"]).startswith(CONFIRM), path
    # even with the password and the phone's messages the second factor is missing
    thief.post(CONFIRM, {"password": PASSWORD, "next": "/security/email"})
    thief.post(CONFIRM, {"way": "sms", "action": "send", "next": "/security/email"})
    assert str(thief.get("/security/email")["Location"]).startswith(CONFIRM)
    assert texts == []
    now_is = Person.objects.get(pk=person.id)
    after = (now_is.email, now_is.phone, now_is.password, tokens.count())
    assert after == before
    assert [one.name for one in queries.enrolled(person.id)] == ["Laptop"]
    # the owner ends it: out with the next click
    second = browser()
    sign_in_by_key(second, key)
    (other,) = [
        one
        for one in identity.devices_of(person.id, current_key=second.session.session_key or "")
        if not one.current
    ]
    second.post(f"/security/devices/{other.id}/end")
    assert is_outside(thief)
