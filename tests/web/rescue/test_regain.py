"""I can no longer get in: the pages, from the sign-in to the link, and what they do not say."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from okpay.identity.models import Person
from okpay.kernel import clock
from okpay.kernel.ids import new_uuid
from okpay.notices.models import Message
from okpay.support.models import Regain
from okpay.support.regain import asking, deciding, opening
from tests.support.people import MakePerson
from tests.support_tickets.test_h18_regain import (
    DAY,
    NEW,
    NEW_PIN,
    agreed,
    asked,
    checked,
    link_of,
    state,
)

Open = Callable[[], Client]


def proven(client: Client, contact: str) -> Client:
    """Prove an address to write to, as the page asks for it."""
    assert client.post("/regain", {"email": contact})["Location"] == "/regain/code"
    (letter,) = [one for one in mail.outbox if one.to == [contact]]
    found = re.search(r"\d{6}", str(letter.body))
    assert found is not None
    assert client.post("/regain/code", {"code": found[0]})["Location"] == "/regain/show"
    return client


def shown(client: Client, claim: asking.Claim, **other: Any) -> Any:
    form: dict[str, Any] = {
        "alias": claim.alias, "name": claim.name, "number": claim.number, "story": "All is lost.",
    }  # fmt: skip
    for slot, raw in claim.shots.items():
        form[slot] = SimpleUploadedFile(f"{slot}.jpg", raw, "image/jpeg")
    return client.post("/regain/show", {**form, **other})


def test_h18_the_pages_say_the_same_whether_it_fits_or_not(
    make_person: MakePerson, browser: Open
) -> None:
    person, claim = checked(make_person)
    assert b'href="/regain"' in browser().get("/signin").content
    said = []
    wishes: tuple[dict[str, str], ...] = (
        {},
        {"number": "110101199003070000"},
        {"alias": f"{new_uuid()}@people.example"},
    )
    for number, wish in enumerate(wishes):
        client = proven(browser(), f"try-{number}-{person.id}@people.example")
        answer = shown(client, claim, **wish)
        said.append(
            (answer.status_code, answer["Location"], client.get("/regain/show")["Location"])
        )
    assert said == [(302, "/regain/asked", "/regain")] * 3
    assert Regain.objects.filter(person_id=person.id).count() == 1


def test_h18_no_picture_is_looked_at_before_an_address_is_proven(
    make_person: MakePerson, browser: Open
) -> None:
    person, claim = checked(make_person)
    client = browser()
    assert client.get("/regain/show")["Location"] == "/regain"
    assert shown(client, claim).status_code in {302, 400, 413}
    assert client.get("/regain/code")["Location"] == "/regain"
    client = proven(client, claim.contact)
    for _time in range(6):
        broken = SimpleUploadedFile("x.jpg", b"no picture", "image/jpeg")
        assert shown(client, claim, document=broken).status_code == 200
    assert shown(client, claim)["Location"] == "/regain"  # so many sendings, and no more
    assert Regain.objects.filter(person_id=person.id).count() == 0


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_h18_stopping_takes_one_click_and_no_mail_program_does_it(
    make_person: MakePerson, browser: Open, language: str
) -> None:
    person, claim = checked(make_person)
    regain, now = asked(claim, person), clock.now()
    assert regain is not None
    agreed(make_person, regain, now)
    link = Message.objects.get(person_id=person.id, code="regain_waits").link
    client = browser()
    page = client.get(link, headers={"accept-language": language}).content.decode()
    assert ("Stop it" if language == "en" else "阻止") in page
    assert state(regain) == "waiting"  # opening the link alone does nothing
    assert client.post(link).status_code == 200
    assert state(regain) == "stopped"
    assert client.post("/regain/stop/made-up").status_code == 410


def test_h18_the_link_works_once(make_person: MakePerson, browser: Open) -> None:
    person, claim = checked(make_person)
    now = clock.now() - DAY - timedelta(minutes=1)
    regain = asked(claim, person)
    assert regain is not None
    agreed(make_person, regain, now)
    opening.go_on(now=clock.now())
    client, path = browser(), f"/regain/link/{link_of(claim)}"
    form = {"password1": NEW, "new_pin": NEW_PIN, "again": "111111"}
    assert "differ" in client.post(path, form).content.decode()
    assert Person.objects.get(pk=person.id).check_password(person.password)
    assert client.post(path, {**form, "again": NEW_PIN})["Location"] == "/regain/done"
    assert Person.objects.get(pk=person.id).check_password(NEW)
    assert client.get(path).status_code == 410
    again = {"password1": "nine other umbrellas", "new_pin": "914302", "again": "914302"}
    assert client.post(path, again).status_code == 410
    assert client.get("/regain/done").status_code == 200
    assert Person.objects.get(pk=person.id).check_password(NEW)
    assert client.post(f"/regain/stop/{deciding.stop_token(regain)}").status_code == 410
