"""H7: what changes how an account is reached asks once more, and is told everywhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver

from okpay.identity.factors import queries, step_up
from okpay.identity.models import Person
from tests.identity.factors.kit import with_app, with_passkey
from tests.identity.kit import PASSWORD
from tests.structure.test_routes import patterns
from tests.web.account.kit import sign_in
from tests.web.factors.kit import (
    CONFIRM,
    app_code,
    forget_steps,
    options_on,
    show_key,
    sign_in_by_key,
    type_code,
)

Open = Callable[[], Client]
ALWAYS = [
    "/security/email",
    "/security/phone",
    "/security/factors/app",
    "/security/factors/passkey",
]
WITH_SECOND = ["/security/password", "/security/payment-password", "/me/tokens/new"]


def asks(client: Client, path: str) -> bool:
    """Whether the page sends this browser to confirm first."""
    return str(client.get(path).get("Location", "")).startswith(CONFIRM)


def test_every_page_that_changes_a_factor_is_stepped_up() -> None:
    free = {"factors", "second_factor", "passkey_sign_in", "passkey_options"}
    mine = {
        str(one.name): getattr(one.callback, "stepped_up", False)
        for one in patterns(get_resolver())
        if str(one.name).startswith(("factor", "passkey", "second_factor"))
    }
    assert {name for name, guarded in mine.items() if not guarded} <= free
    others = {"account_email", "account_change_phone", "account_change_phone_code"}
    others |= {"account_change_password", "payment_password", "payment_password_forgotten"}
    others |= {"token_new"}
    named = {str(one.name): one.callback for one in patterns(get_resolver())}
    assert [name for name in sorted(others) if not getattr(named[name], "stepped_up", False)] == []


@pytest.mark.parametrize("path", ALWAYS)
def test_h7_without_a_fresh_step_up(browser: Open, enrol: Any, path: str) -> None:
    person, client = enrol(), browser()
    sign_in(client, person.email)
    assert asks(client, path)
    assert str(client.post(path, {"name": "x"})["Location"]).startswith(CONFIRM)
    wrong = client.post(CONFIRM, {"password": "three wrong lanterns", "next": path})
    assert "That password is not right" in wrong.content.decode()
    assert asks(client, path)
    client.post(CONFIRM, {"password": PASSWORD, "next": path})
    assert client.get(path).status_code == 200
    assert queries.enrolled(person.id) == []


@pytest.mark.parametrize("path", [*ALWAYS, *WITH_SECOND])
def test_h7_the_password_is_not_enough_with_a_second_factor(
    browser: Open, enrol: Any, now: datetime, path: str
) -> None:
    person, client = enrol(), browser()
    sign_in(client, person.email)
    client.post(CONFIRM, {"password": PASSWORD, "next": path})  # fresh, by the password
    assert client.get(path).status_code == 200
    secret = with_app(person, now)
    assert asks(client, path)
    client.post(CONFIRM, {"password": PASSWORD, "next": path})
    assert asks(client, path)
    done = type_code(client, "app", app_code(secret), CONFIRM, next=path)
    assert done["Location"] == path
    assert client.get(path).status_code == 200


def test_it_is_fresh_for_five_minutes_and_in_one_session(
    browser: Open, enrol: Any, now: datetime
) -> None:
    person, client, other = enrol(), browser(), browser()
    key = with_passkey(person, now)
    sign_in_by_key(client, key)
    sign_in_by_key(other, key)
    from okpay.kernel import clock

    at = clock.now()
    assert step_up.is_fresh(client.session, at)  # a sign-in with the second factor counts
    assert not step_up.is_fresh(client.session, at + timedelta(minutes=5))
    session = other.session
    step_up.forget(session)
    session.save()
    assert not step_up.is_fresh(other.session, at)
    assert asks(other, "/security/factors/app")
    assert show_key(other, key, CONFIRM + "?next=/security/factors/app").status_code == 302
    assert other.get("/security/factors/app").status_code == 200


def test_h13_a_challenge_of_one_purpose_confirms_no_other(
    browser: Open, enrol: Any, now: datetime
) -> None:
    person, client = enrol(), browser()
    key = with_passkey(person, now)
    sign_in_by_key(client, key)
    session = client.session
    step_up.forget(session)
    session.save()
    for_sign_in = client.post("/signin/passkey/options").json()
    options_on(client, CONFIRM)
    client.post(CONFIRM, {"way": "passkey", "response": key.signed(for_sign_in)})
    assert asks(client, "/security/factors/app")


def test_a_form_that_came_too_late_goes_on(browser: Open, enrol: Any, now: datetime) -> None:
    person, client = enrol(), browser()
    secret = with_app(person, now)
    sign_in_client(client, person, secret)
    (factor,) = queries.enrolled(person.id)
    session = client.session
    step_up.forget(session)
    session.save()
    path = f"/security/factors/{factor.id}"
    answer = client.post(path, {"name": "Blue phone"})
    assert str(answer["Location"]).startswith(CONFIRM)
    forget_steps()
    done = type_code(client, "app", app_code(secret), CONFIRM, next=path)
    assert done["Location"] == "/security/factors"
    assert [one.name for one in queries.enrolled(person.id)] == ["Blue phone"]


def sign_in_client(client: Client, person: Any, secret: bytes) -> None:
    client.post("/signin", {"login": person.email, "password": PASSWORD})
    type_code(client, "app", app_code(secret))
    forget_steps()


def test_the_last_one_goes_when_it_is_said(
    browser: Open, enrol: Any, now: datetime, news: list[Any]
) -> None:
    person, client = enrol(), browser()
    sign_in_client(client, person, with_app(person, now))
    (factor,) = queries.enrolled(person.id)
    news.clear()
    path = f"/security/factors/{factor.id}/remove"
    assert "This is your last second factor" in client.get(path).content.decode()
    client.post(path)
    assert queries.has_second(person.id)
    assert news == []
    assert client.post(path, {"last": "on"})["Location"] == "/security/factors"
    assert not queries.has_second(person.id)
    assert [item.event for item in news] == ["factor_removed"]


def test_h7_a_new_factor_is_told_on_every_channel(browser: Open, enrol: Any, now: datetime) -> None:
    from okpay.identity import hooks
    from okpay.notices import security
    from okpay.notices.models import Message, Outgoing

    assert security.tell_security in hooks.news_listeners
    person = enrol()
    with_app(person, now)
    assert [row.code for row in Message.objects.filter(person_id=person.id)] == ["factor_added"]
    sent = Outgoing.objects.filter(
        purpose="factor_added", recipient_index__in=[person.email, person.phone]
    )
    assert sorted(sent.values_list("channel", flat=True)) == ["mail", "sms"]


def test_frozen_people_change_nothing(browser: Open, enrol: Any, now: datetime) -> None:
    person, client = enrol(), browser()
    sign_in(client, person.email)
    client.post(CONFIRM, {"password": PASSWORD, "next": "/security/factors"})
    Person.objects.filter(pk=person.id).update(frozen_at=now)
    page = client.post("/security/factors/app", {"name": "A", "code": "123456"})
    assert "Your account is frozen" in page.content.decode()
    assert queries.enrolled(person.id) == []
