"""The pages of a person's own: payment password, tokens, name, language."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from okpay.identity import operations
from okpay.identity.models import AccessToken, PaymentPassword, Person, Session
from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from tests.identity.kit import PASSWORD, PIN
from tests.web.account.kit import code_in, sign_in

Open = Callable[[], Client]
PAGE = "/security/payment-password"


def right(person: Any, pin: str) -> bool:
    try:
        operations.check_payment_password(person_id=person.id, pin=pin, now=clock.now())
    except DomainError:
        return False
    return True


def test_payment_password_from_the_page(browser: Open, enrol: Any) -> None:
    person, client = enrol(pin=""), browser()
    sign_in(client, person.email)
    assert b"Set a payment password" in client.get("/security").content
    page = client.post(PAGE, {"new_pin": "123456", "again": "123456"})
    assert b"too easy to guess" in page.content
    page = client.post(PAGE, {"new_pin": PIN, "again": "204818"})
    assert b"entries differ" in page.content
    assert not PaymentPassword.objects.filter(person=person).exists()
    assert client.post(PAGE, {"new_pin": PIN, "again": PIN})["Location"] == "/security"
    assert right(person, PIN)
    assert b"Set a payment password" not in client.get("/security").content
    form = {"pin": "730561", "new_pin": "738204", "again": "738204"}
    assert b"Tries left: 4" in client.post(PAGE, form).content
    assert client.post(PAGE, {**form, "pin": PIN})["Location"] == "/security"
    assert right(person, "738204")


def test_h7_a_first_payment_password_at_an_old_session_asks_who_is_there(
    browser: Open, enrol: Any
) -> None:
    person, client = enrol(pin=""), browser()
    sign_in(client, person.email)
    assert client.get(PAGE).status_code == 200  # signed in just now
    Session.objects.filter(person=person).update(created_at=timezone.now() - timedelta(minutes=6))
    answer = client.post(PAGE, {"new_pin": PIN, "again": PIN})
    assert answer["Location"].startswith("/security/confirm")
    assert not PaymentPassword.objects.filter(person=person).exists()
    client.post("/security/confirm", {"password": PASSWORD, "next": PAGE})
    assert client.post(PAGE, {"new_pin": PIN, "again": PIN})["Location"] == "/security"
    assert right(person, PIN)


def test_forgotten_payment_password(browser: Open, enrol: Any, texts: list[Any]) -> None:
    person, client = enrol(), browser()
    sign_in(client, person.email)
    page = f"{PAGE}/forgotten"
    client.get(page)
    assert texts == []
    client.post(page, {"action": "send"})
    client.post(page, {"action": "send"})
    assert len(texts) == 1
    form = {
        "action": "reset",
        "code": code_in(texts),
        "password": "wrong wrong wrong",
        "new_pin": "738204",
        "again": "738204",
    }
    assert b"not right" in client.post(page, form).content
    assert right(person, PIN)
    assert client.post(page, {**form, "password": PASSWORD})["Location"] == "/security"
    assert right(person, "738204")


def test_a_token_is_shown_once_and_revoked(browser: Open, enrol: Any) -> None:
    person, client, stranger = enrol(), browser(), browser()
    sign_in(client, person.email)
    sign_in(stranger, enrol().email)
    form = {
        "name": "bookkeeping",
        "scopes": ["wallet:read", "transfers:write"],
        "days": "30",
        "payment_password": PIN,
    }
    wrong = client.post("/me/tokens/new", {**form, "payment_password": "730561"})
    assert b"Tries left: 4" in wrong.content
    assert not AccessToken.objects.filter(person=person).exists()
    made = client.post("/me/tokens/new", form)
    secret = re.findall(r"okpay_pat_[\w-]{43}", made.content.decode())[0]
    assert made["Cache-Control"].count("no-store") == 1
    listed = client.get("/me/tokens").content.decode()
    assert (secret in listed, secret[-4:] in listed) == (False, True)
    token = AccessToken.objects.get(person=person)
    assert stranger.post(f"/me/tokens/{token.pk}/revoke").status_code == 404
    assert operations.use_access_token(secret=secret, now=clock.now()) is not None
    client.post(f"/me/tokens/{token.pk}/revoke")
    assert operations.use_access_token(secret=secret, now=clock.now()) is None


def test_the_name_changes_what_confirmations_are_bound_to(browser: Open, enrol: Any) -> None:
    person, client = enrol(), browser()
    sign_in(client, person.email)
    assert b"Enter your name" in client.post("/me/name", {"name": "\u200b"}).content
    client.post("/me/name", {"name": "周  小\u202e宁"})
    changed = Person.objects.get(pk=person.id)
    assert (changed.name, changed.name_key) == ("周 小宁", "zhou xiao ning")
    assert changed.holder_version == person.holder_version + 1


def test_every_page_speaks_both_languages(browser: Open, enrol: Any) -> None:
    person, client = enrol(name="Lin Yue"), browser()
    open_pages = ["/signin", "/signup", "/forgotten", "/signup/mail/none"]
    own = [
        *("/me", "/me/name", "/me/tokens", "/me/tokens/new", "/signout", PAGE, f"{PAGE}/forgotten"),
        *("/security", "/security/password", "/security/devices", "/security/confirm"),
    ]
    chinese = Client(headers={"Accept-Language": "zh-CN"})
    sign_in(client, person.email)
    for page in open_pages:
        assert headings(chinese.get(page)) == (True, False), page
        assert headings(browser().get(page)) == (False, True), page
    for language, expected in (("zh-hans", (True, False)), ("en", (False, True))):
        client.cookies["okpay_language"] = language
        for page in own:
            assert headings(client.get(page)) == expected, page


def headings(answer: Any) -> tuple[bool, bool]:
    """Whether the main part holds Chinese, and whether it holds an English sentence."""
    page = answer.content.decode()
    main = re.sub(r"<[^>]+>", " ", page[page.index("<main") : page.index("</main>")])
    for mark in ("简体中文", "中国", "中文"):
        main = main.replace(mark, "")
    words = re.search(r"\b(the|you|is|in|and)\b", main)
    return bool(re.search(r"[\u4e00-\u9fff]", main)), bool(words)
