"""Registering: mail link, code, and what is never said."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from okpay.identity.models import OneTimeCode, Person
from tests.identity.kit import PASSWORD, fresh_phone
from tests.web.account.kit import code_in, link_in, sign_in, sign_up, signed_in

Open = Callable[[], Client]
Texts = list[tuple[str, str, str]]


def test_from_form_to_wallet(browser: Open, mailbox: list[Any], texts: Texts) -> None:
    client = browser()
    answer, form = sign_up(client)
    assert (answer.status_code, answer["Location"]) == (302, "/signup/mail")
    assert form["email"] in client.get("/signup/mail").content.decode()
    link = link_in(mailbox[0])
    assert not signed_in(client)
    assert client.get(link).status_code == 200
    person = Person.objects.get(email_index=form["email"])
    assert person.email_verified_at is None
    answer = client.post(link)
    assert (answer.status_code, answer["Location"]) == (302, "/signup/phone")
    assert not signed_in(client)
    assert [sent[0] for sent in texts] == [person.phone]
    answer = client.post("/signup/phone", {"action": "verify", "code": code_in(texts)})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert signed_in(client)
    person.refresh_from_db()
    assert None not in (person.email_verified_at, person.phone_verified_at)
    assert (person.name, person.language, person.region) == ("Lin Yue", "en", "CN")


def test_link_works_once_and_not_after_a_day(
    browser: Open, mailbox: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = browser()
    sign_up(client)
    link = link_in(mailbox[0])
    import time

    real = time.time
    monkeypatch.setattr("django.core.signing.time.time", lambda: real() + 24 * 3600 + 1)
    assert client.get(link).status_code == 410
    monkeypatch.undo()
    assert client.post(link).status_code == 302
    assert client.get(link).status_code == 410
    assert client.post(link).status_code == 410


def test_mail_is_sent_again_after_a_minute(
    browser: Open, mailbox: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.core.cache import cache

    client = browser()
    sign_up(client)
    client.get("/signup/mail")
    client.post("/signup/mail", {"action": "resend"})
    assert len(mailbox) == 1
    session = client.session
    session["okpay_mail_sent_at"] -= 61
    session.save()
    cache.clear()
    client.post("/signup/mail", {"action": "resend"})
    assert len(mailbox) == 2
    assert b"spam folder" in client.get("/signup/mail").content


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("only 14 chars!", "at least 15"),
        ("passwordpassword", "first passwords"),
        ("aaaaaaaaaaaaaaaaaa", "first passwords"),
        ("123456789012345678", "first passwords"),
        ("okpay is my wallet now", "Leave out"),
        ("my name is lin yue ok", "Leave out"),
        ("x" * 60 + "y" * 69, "at most 128"),
    ],
)
def test_weak_passwords_are_refused(browser: Open, password: str, said: str) -> None:
    answer, form = sign_up(browser(), password1=password, name="Lin Yue")
    if "lin yue" in password:
        answer, form = sign_up(browser(), password1=password, name="Linyue Chen")
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert not Person.objects.filter(email_index=form["email"]).exists()


def test_composition_is_free_and_128_characters_fit(browser: Open) -> None:
    for password in (
        "七条安静的河流向东方的大海流去了",
        "a quiet lamp, nine boats",
        "zq" * 10 + "word" * 27,
    ):
        answer, _form = sign_up(browser(), password1=password)
        assert answer["Location"] == "/signup/mail"


def test_unsupported_region_and_minors_are_told_clearly(browser: Open) -> None:
    answer, form = sign_up(browser(), phone="+98 912 345 6789")
    assert "not available for phone numbers of this region" in answer.content.decode()
    answer, form = sign_up(browser(), adult="")
    assert "18 years and older" in answer.content.decode()
    assert not Person.objects.filter(email_index=form["email"]).exists()


def strip(page: str, form: dict[str, str]) -> str:
    page = page.replace(form["email"], "").replace(form["phone"], "")
    return re.sub(r'value="[^"]{32,}"|X-CSRFToken[^}]*|\d+', "", page)


def test_taken_email_looks_like_a_free_one(browser: Open, enrol: Any, mailbox: list[Any]) -> None:
    person, taken, free = enrol(), browser(), browser()
    first, form = sign_up(taken, email=person.email)
    second, other = sign_up(free)
    assert (first.status_code, first["Location"]) == (second.status_code, second["Location"])
    pages = [
        strip(client.get("/signup/mail").content.decode(), f)
        for client, f in ((taken, form), (free, other))
    ]
    assert pages[0] == pages[1]
    assert Person.objects.filter(email_index=person.email).count() == 1
    assert "new account" in mailbox[0].body
    assert "/signup/mail/" not in mailbox[0].body
    assert mailbox[0].to == [person.email]
    taken.post("/signup/mail", {"action": "continue"})
    assert not signed_in(taken)


def test_taken_phone_looks_like_a_free_one_and_its_owner_is_told(
    browser: Open, enrol: Any, mailbox: list[Any], texts: Texts
) -> None:
    owner, client = enrol(), browser()
    _answer, form = sign_up(client, phone=owner.phone)
    client.post(link_in(mailbox[0]))
    assert [(sent[0], sent[2]) for sent in texts] == [(owner.phone, "phone_known")]
    page = client.get("/signup/phone")
    assert b"We sent a code to" in page.content
    for code in ("000000", "123456"):
        answer = client.post("/signup/phone", {"action": "verify", "code": code})
        assert b"That code is not right" in answer.content
    assert Person.objects.get(email_index=form["email"]).phone_verified_at is None


def test_h19_a_claim_on_somebody_elses_mailbox_gains_nothing(
    browser: Open, mailbox: list[Any], texts: Texts
) -> None:
    """A thief registers the victim's e-mail first; the victim opens the link, then registers."""
    thief, victim = browser(), browser()
    _answer, form = sign_up(thief, email="", password1="the thief chose this one")
    _answer, form = sign_up(
        thief, email=f"victim{form['phone'][1:]}@mail.example", password1="the thief chose this one"
    )
    page = victim.get(link_in(mailbox[-1]))
    assert b"another browser" in page.content
    answer = victim.post(link_in(mailbox[-1]), {"password": PASSWORD})
    assert b"not right" in answer.content
    stolen = Person.objects.get(email_index=form["email"])
    assert stolen.email_verified_at is None
    # The victim registers after all: the claim is no obstacle, and it ends when the mail is proven.
    _answer, _own = sign_up(victim, email=form["email"])
    assert victim.post(link_in(mailbox[-1])).status_code == 302
    victim.post("/signup/phone", {"action": "verify", "code": code_in(texts)})
    assert signed_in(victim)
    stolen.refresh_from_db()
    assert stolen.is_active is False
    sign_in(thief, form["email"], "the thief chose this one")
    assert not signed_in(thief)


def test_a_link_in_another_browser_asks_for_the_password(browser: Open, mailbox: list[Any]) -> None:
    client, phone = browser(), browser()
    _answer, form = sign_up(client)
    link = link_in(mailbox[0])
    assert phone.post(link, {"password": PASSWORD}).status_code == 200
    assert Person.objects.get(email_index=form["email"]).email_verified_at is not None
    answer = client.post("/signup/mail", {"action": "continue"})
    assert answer["Location"] == "/signup/phone"


def test_h1_five_wrong_codes_lock_for_a_quarter_of_an_hour(
    browser: Open, mailbox: list[Any], texts: Texts
) -> None:
    client = browser()
    sign_up(client)
    client.post(link_in(mailbox[0]))
    right = code_in(texts)
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    said = []
    for _ in range(5):
        page = client.post("/signup/phone", {"action": "verify", "code": wrong}).content.decode()
        said += re.findall(r"Tries left: \d|Too many wrong codes", page)
    assert said == [f"Tries left: {n}" for n in (4, 3, 2, 1)] + ["Too many wrong codes"]
    answer = client.post("/signup/phone", {"action": "verify", "code": right})
    assert b"Too many wrong codes" in answer.content
    assert not signed_in(client)


def test_h3_an_older_code_dies_with_the_newer(
    browser: Open, mailbox: list[Any], texts: Texts
) -> None:
    client = browser()
    _answer, form = sign_up(client)
    client.post(link_in(mailbox[0]))
    older = code_in(texts)
    client.post("/signup/phone", {"action": "resend"})
    assert len(texts) == 1  # a minute has not passed
    newest = OneTimeCode.objects.get(phone=form["phone"])
    before = newest.created_at - timedelta(seconds=61)
    OneTimeCode.objects.filter(pk=newest.pk).update(created_at=before)
    client.post("/signup/phone", {"action": "resend"})
    assert len(texts) == 2
    if code_in(texts) != older:
        answer = client.post("/signup/phone", {"action": "verify", "code": older})
        assert answer.status_code == 200
    answer = client.post("/signup/phone", {"action": "verify", "code": code_in(texts)})
    assert answer.status_code == 302


def test_a_wrong_number_is_corrected(browser: Open, mailbox: list[Any], texts: Texts) -> None:
    client, right = browser(), fresh_phone()
    _answer, form = sign_up(client)
    client.post(link_in(mailbox[0]))
    answer = client.post("/signup/phone", {"action": "change", "region": "CN", "phone": right})
    assert answer.status_code == 302
    assert [sent[0] for sent in texts] == [form["phone"], right]
    client.post("/signup/phone", {"action": "verify", "code": code_in(texts)})
    assert Person.objects.get(email_index=form["email"]).phone == right
    assert signed_in(client)
