"""A forgotten or changed password, e-mail, phone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from okpay.identity.models import OneTimeCode, Person
from okpay.kernel.actor import Actor
from tests.identity.kit import PASSWORD, PIN, fresh_email, fresh_phone
from tests.web.account.kit import code_in, link_in, sign_in, sign_up, signed_in

Open = Callable[[], Client]
Texts = list[tuple[str, str, str]]
NEW = "eleven paper lanterns"


def follow(client: Client, link: str) -> str:
    """Open a reset link and return the address of its form."""
    answer = client.get(link)
    assert answer.status_code == 302
    return str(answer["Location"])


def test_by_mail(browser: Open, enrol: Any, mailbox: list[Any], news: list[Any]) -> None:
    person, old, client = enrol(), browser(), browser()
    sign_in(old, person.email)
    client.post("/forgotten", {"alias": person.email})
    link = link_in(mailbox[0])
    form = follow(client, link)
    answer = client.post(form, {"password1": NEW})
    assert answer["Location"] == "/forgotten/done"
    assert not signed_in(client)  # H5: a reset signs nobody in
    assert not signed_in(old)
    assert b"do not belong" in sign_in(browser(), person.email).content
    assert sign_in(browser(), person.email, NEW).status_code == 302
    assert "password_reset" in [event.event for event in news]
    # H6: the same link again, by anybody, and the form that was open.
    assert browser().get(link).status_code == 410
    assert client.post(form, {"password1": "another lamp in the fog"}).status_code == 410
    assert sign_in(browser(), person.email, NEW).status_code == 302


def test_by_code(browser: Open, enrol: Any, texts: Texts) -> None:
    person, client = enrol(), browser()
    assert client.post("/forgotten", {"alias": person.phone})["Location"] == "/forgotten/code"
    answer = client.post("/forgotten/code", {"action": "verify", "code": code_in(texts)})
    form = follow(client, answer["Location"])
    client.post(form, {"password1": NEW})
    assert sign_in(browser(), person.phone, NEW).status_code == 302
    again = client.post("/forgotten/code", {"action": "verify", "code": code_in(texts)})
    assert again["Location"] == "/forgotten"


def test_unknown_looks_like_known(
    browser: Open, enrol: Any, mailbox: list[Any], texts: Texts
) -> None:
    person, known, unknown = enrol(), browser(), browser()
    email, phone = fresh_email(), fresh_phone()
    pages = []
    for client, mine, number in ((known, person.email, person.phone), (unknown, email, phone)):
        client.post("/forgotten", {"alias": mine})
        sent = client.get("/forgotten/sent").content.decode().replace(mine, "")
        client.post("/forgotten", {"alias": number})
        code = client.post("/forgotten/code", {"action": "verify", "code": "000000"})
        pages.append(("If an account belongs to" in sent, "Tries left: 4" in code.content.decode()))
    assert pages == [(True, True)] * 2
    assert "/forgotten/" not in mailbox[1].body
    assert "No confirmed account" in mailbox[1].body
    assert [sent[0] for sent in texts] == [person.phone]


def test_h6_reset_link_after_email_change_and_after_an_hour(
    browser: Open, enrol: Any, mailbox: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from allauth.account.models import EmailAddress
    from django.contrib.auth.tokens import PasswordResetTokenGenerator

    person, client = enrol(), browser()
    client.post("/forgotten", {"alias": person.email})
    link = link_in(mailbox[0])
    real = PasswordResetTokenGenerator._now  # noqa: SLF001 — the generator's own clock
    monkeypatch.setattr(
        PasswordResetTokenGenerator, "_now", lambda self: real(self) + timedelta(hours=1, seconds=5)
    )
    assert client.get(link).status_code == 410
    monkeypatch.undo()
    EmailAddress.objects.filter(user=person).update(email=fresh_email())
    assert client.get(link).status_code == 410


def test_h6_a_poisoned_host_does_not_reach_the_link(
    browser: Open, enrol: Any, mailbox: list[Any], settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    person, client = enrol(), browser()
    client.post(
        "/forgotten",
        {"alias": person.email},
        HTTP_HOST="evil.example",
        HTTP_X_FORWARDED_HOST="evil.example",
    )
    assert f"{settings.OKPAY_BASE_URL}/forgotten/" in mailbox[0].body
    assert "evil.example" not in mailbox[0].body


def test_not_one_of_the_last_five(browser: Open, enrol: Any, mailbox: list[Any]) -> None:
    from django.core.cache import cache

    person = enrol()
    used = [PASSWORD, *(f"paper lantern number {n} of ten" for n in "abcde")]

    def reset(password: str) -> bool:
        cache.clear()
        client = browser()
        client.post("/forgotten", {"alias": person.email})
        answer = client.post(follow(client, link_in(mailbox[-1])), {"password1": password})
        return answer.status_code == 302

    assert [reset(password) for password in used] == [False, True, True, True, True, True]
    assert [reset(password) for password in used[1:]] == [False] * 5
    assert reset(PASSWORD) is True  # six passwords ago


def test_a_frozen_person_resets_and_stays_frozen(
    browser: Open, enrol: Any, mailbox: list[Any], now: Any
) -> None:
    person, client = enrol(), browser()
    Person.objects.filter(pk=person.id).update(frozen_at=now)
    client.post("/forgotten", {"alias": person.email})
    client.post(follow(client, link_in(mailbox[0])), {"password1": NEW})
    assert sign_in(client, person.email, NEW).status_code == 302
    assert Person.objects.get(pk=person.id).frozen_at is not None


def test_h1_reset_codes(browser: Open, enrol: Any, texts: Texts) -> None:
    person, client = enrol(), browser()
    client.post("/forgotten", {"alias": person.phone})
    right = code_in(texts)
    wrong = f"{(int(right) + 7) % 10**6:06d}"
    for _ in range(5):
        client.post("/forgotten/code", {"action": "verify", "code": wrong})
    answer = client.post("/forgotten/code", {"action": "verify", "code": right})
    assert b"Too many wrong codes" in answer.content


def test_h3_codes_expire_and_hold_for_one_purpose(browser: Open, enrol: Any, texts: Texts) -> None:
    from okpay.identity import operations
    from okpay.identity.codes import Purpose
    from okpay.identity.errors import CodeExpiredError
    from okpay.kernel import clock

    person, client = enrol(), browser()
    client.post("/forgotten", {"alias": person.phone})
    code = code_in(texts)
    for purpose in (Purpose.PAYMENT_PASSWORD, Purpose.PHONE, Purpose.PHONE_CHANGE):
        with pytest.raises(CodeExpiredError):
            operations.check_code(
                purpose=purpose, person_id=person.id, phone=person.phone, code=code, now=clock.now()
            )
    OneTimeCode.objects.filter(phone=person.phone).update(expires_at=clock.now())
    answer = client.post("/forgotten/code", {"action": "verify", "code": code})
    assert b"too old" in answer.content


def test_changing_the_password_ends_other_devices(
    browser: Open, enrol: Any, news: list[Any]
) -> None:
    person, here, there = enrol(), browser(), browser()
    sign_in(here, person.email)
    sign_in(there, person.email)
    form = {"oldpassword": "wrong wrong wrong", "password1": NEW}
    assert b"not right" in here.post("/security/password", form).content
    answer = here.post("/security/password", {**form, "oldpassword": PASSWORD})
    assert answer["Location"] == "/security"
    assert (signed_in(here), signed_in(there)) == (True, False)
    assert [event.event for event in news][-1] == "password_changed"
    page = here.post("/security/password", {"oldpassword": NEW, "password1": PASSWORD})
    assert b"used this password before" in page.content


def confirm(client: Client, page: str, password: str = PASSWORD) -> Any:
    """Enter the password once more, as a sensitive page asks for."""
    assert client.get(page)["Location"].startswith("/security/confirm")
    return client.post("/security/confirm", {"password": password, "next": page})


def test_h7_changing_the_email(
    browser: Open, enrol: Any, mailbox: list[Any], news: list[Any]
) -> None:
    person, client, new = enrol(), browser(), fresh_email()
    sign_in(client, person.email)
    assert client.post("/security/email", {"action": "change", "email": new})[
        "Location"
    ].startswith("/security/confirm")
    assert b"not right" in confirm(client, "/security/email", "wrong wrong wrong").content
    confirm(client, "/security/email")
    form = {"action": "change", "email": new, "payment_password": PIN}
    client.post("/security/email", form)
    client.post("/security/email", form)
    assert Person.objects.get(pk=person.id).email == person.email
    link = link_in(mailbox[-1])
    assert browser().get(link_in(mailbox[0])).status_code == 410
    assert (mailbox[-1].to, b"Waiting" in client.get("/security/email").content) == ([new], True)
    assert client.post(link).status_code == 302
    changed = Person.objects.get(pk=person.id)
    assert (changed.email, changed.holder_version) == (new, person.holder_version + 1)
    told = [event for event in news if event.event == "email_changed"]
    assert [event.old_email for event in told] == [person.email]
    assert b"do not belong" in sign_in(browser(), person.email).content
    assert sign_in(browser(), new).status_code == 302


def test_h7_changing_the_phone(browser: Open, enrol: Any, texts: Texts, news: list[Any]) -> None:
    person, client, new = enrol(), browser(), fresh_phone()
    sign_in(client, person.email)
    confirm(client, "/security/phone")
    client.post("/security/phone", {"region": "CN", "phone": new})
    assert texts[-1][0] == new
    form = {"action": "verify", "code": code_in(texts), "payment_password": PIN}
    client.post("/security/phone/code", form)
    changed = Person.objects.get(pk=person.id)
    assert (changed.phone, changed.holder_version) == (new, person.holder_version + 1)
    assert [event.old_phone for event in news if event.event == "phone_changed"] == [person.phone]


def test_an_email_of_somebody_else_is_not_taken(
    browser: Open, enrol: Any, mailbox: list[Any]
) -> None:
    person, other, client = enrol(), enrol(), browser()
    sign_in(client, person.email)
    confirm(client, "/security/email")
    form = {"action": "change", "email": other.email, "payment_password": PIN}
    client.post("/security/email", form)
    assert b"Waiting for the link" in client.get("/security/email").content
    assert mailbox[0].to == [other.email]
    assert "/signup/mail/" not in mailbox[0].body
    assert Person.objects.get(pk=person.id).email == person.email


def test_h18_session_and_sign_in_password_alone_move_neither_phone_nor_mail(
    browser: Open, enrol: Any, mailbox: list[Any], texts: Texts
) -> None:
    person, thief, new = enrol(), browser(), fresh_phone()
    sign_in(thief, person.email)
    confirm(thief, "/security/phone")
    thief.post("/security/phone", {"region": "CN", "phone": new})
    form = {"action": "verify", "code": code_in(texts)}
    assert b'name="payment_password"' in thief.get("/security/phone/code").content
    thief.post("/security/phone/code", form)
    wrong = thief.post("/security/phone/code", {**form, "payment_password": "730561"})
    assert b"Tries left: 4" in wrong.content
    thief.post("/security/phone/code", {**form, "holder_code": "123456"})
    for more in ({}, {"payment_password": "730561"}, {"holder_code": "123456"}):
        thief.post("/security/email", {"action": "change", "email": fresh_email(), **more})
    kept = Person.objects.get(pk=person.id)
    assert (kept.phone, kept.email, mailbox) == (person.phone, person.email, [])
    assert person.phone not in [sent[0] for sent in texts]


def test_h18_a_code_to_the_present_phone_stands_in_for_the_digits(
    browser: Open, enrol: Any, mailbox: list[Any], texts: Texts
) -> None:
    person, client, new, email = enrol(), browser(), fresh_phone(), fresh_email()
    sign_in(client, person.email)
    confirm(client, "/security/email")
    assert client.post("/security/email", {"action": "prove"}).status_code == 302
    assert b'name="holder_code"' in client.get("/security/email").content
    form = {"action": "change", "email": email, "holder_code": code_in(texts)}
    assert client.post("/security/email", form).status_code == 302
    assert mailbox[-1].to == [email]
    client.post("/security/phone", {"region": "CN", "phone": new})
    OneTimeCode.objects.filter(person=person, purpose="holder").delete()  # a minute has passed
    to_new = code_in(texts)
    client.post("/security/phone/code", {"action": "prove"})
    assert [sent[0] for sent in texts] == [person.phone, new, person.phone]
    form = {"action": "verify", "code": to_new, "holder_code": code_in(texts)}
    assert client.post("/security/phone/code", form)["Location"] == "/security"
    assert Person.objects.get(pk=person.id).phone == new


def test_h18_a_late_form_leaves_no_digits_in_the_session(browser: Open, enrol: Any) -> None:
    from okpay.identity.models import Session
    from okpay.identity.sessions import SessionStore

    person, client = enrol(), browser()
    sign_in(client, person.email)
    form = {"action": "change", "email": fresh_email(), "payment_password": PIN}
    assert client.post("/security/email", form)["Location"].startswith("/security/confirm")
    row = Session.objects.get(person=person)
    kept = str(SessionStore().decode(row.data))
    assert (form["email"].split("@")[0] in kept, PIN in kept) == (True, False)
    page = client.post("/security/confirm", {"password": PASSWORD, "next": "/security/email"})
    assert b'name="payment_password"' in page.content


def test_h18_a_new_phone_does_not_reset_the_payment_password_for_a_day(
    browser: Open, enrol: Any, texts: Texts, now: Any
) -> None:
    from okpay.identity.models import PaymentPassword

    person, client = enrol(), browser()
    sign_in(client, person.email)
    Person.objects.filter(pk=person.id).update(phone_changed_at=now - timedelta(hours=23))
    page = client.post("/security/payment-password/forgotten", {"action": "send"})
    assert b"less than 24 hours ago" in page.content
    assert texts == []
    before = PaymentPassword.objects.get(person=person).digest
    Person.objects.filter(pk=person.id).update(phone_changed_at=None)
    client.post("/security/payment-password/forgotten", {"action": "send"})
    Person.objects.filter(pk=person.id).update(phone_changed_at=now - timedelta(hours=23))
    form = {"action": "reset", "code": code_in(texts), "password": PASSWORD,
            "new_pin": "738204", "again": "738204"}  # fmt: skip
    page = client.post("/security/payment-password/forgotten", form)
    assert b"less than 24 hours ago" in page.content
    assert PaymentPassword.objects.get(person=person).digest == before
    Person.objects.filter(pk=person.id).update(phone_changed_at=now - timedelta(hours=25))
    client.post("/security/payment-password/forgotten", form)
    assert PaymentPassword.objects.get(person=person).digest != before


def test_h7_recovery_ends_the_thiefs_tokens(
    browser: Open, enrol: Any, mailbox: list[Any], now: Any
) -> None:
    from okpay.identity import operations

    person, client = enrol(), browser()
    _token, secret = operations.create_access_token(
        actor=Actor(person.id, "person", "web"), name="thief", scopes=["wallet:read"],
        payment_password=PIN, expires_in_days=30, now=now,
    )  # fmt: skip
    client.post("/forgotten", {"alias": person.email})
    client.post(follow(client, link_in(mailbox[0])), {"password1": NEW})
    assert operations.use_access_token(secret=secret, now=now) is None


def test_h6_names_that_read_as_links_reach_no_mail(
    browser: Open, mailbox: list[Any], now: Any
) -> None:
    client = browser()
    page, form = sign_up(client, name="Win at http://evil.example")
    assert b"A name has no links" in page.content
    assert not Person.objects.filter(email_index=form["email"]).exists()
    _page, form = sign_up(client, name="Call 400 800 now")
    assert mailbox[-1].to == [form["email"]]
    assert "Call 400" not in mailbox[-1].body


def test_h16_a_strangers_reset_code_leaves_the_owners_alone(
    browser: Open, enrol: Any, texts: Texts
) -> None:
    person, stranger, owner = enrol(), browser(), browser()
    stranger.post("/forgotten", {"alias": person.phone})
    theirs = code_in(texts)
    owner.post("/forgotten", {"alias": person.phone})
    mine = code_in(texts)
    assert len(texts) == 2
    for _ in range(6):
        answer = stranger.post("/forgotten/code", {"action": "verify", "code": mine})
        assert answer.status_code == 200
    wrong = owner.post("/forgotten/code", {"action": "verify", "code": theirs})
    assert wrong.status_code == 200
    answer = owner.post("/forgotten/code", {"action": "verify", "code": mine})
    form = follow(owner, answer["Location"])
    assert owner.post(form, {"password1": NEW})["Location"] == "/forgotten/done"
