"""Security questions inside a recovery: an extra check, never a way in, never a hint."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from okpay.identity.models import Person
from okpay.identity.safety import questions
from okpay.identity.safety.questions import Wish
from okpay.kernel import clock
from okpay.kernel.actor import Actor
from tests.identity.kit import PASSWORD
from tests.web.account.kit import code_in, link_in

Open = Callable[[], Client]
NEW = "eleven paper lanterns"
WISHES = [Wish("first_dish", "noodles"), Wish("lost_thing", "umbrella"), Wish("first_job", "bike")]
RIGHT = {"answers": "1", "answer1": "Noodles", "answer2": "umbrella", "answer3": ""}
WRONG = {"answers": "1", "answer1": "rice", "answer2": "umbrella", "answer3": ""}


@pytest.fixture
def guarded(enrol: Any, actor_of: Callable[[UUID], Any], now: datetime) -> Any:
    """Somebody whose recovery asks questions."""
    person = enrol()
    questions.set_questions(actor=actor_of(person.id), wishes=WISHES, now=now)
    return person


def by_mail(client: Client, person: Any, mailbox: list[Any]) -> str:
    client.post("/forgotten", {"alias": person.email})
    return str(client.get(link_in(mailbox[-1]))["Location"])


def actor_for(person: Any) -> Actor:
    return Actor(person_id=person.id, kind="person", via="web")


def has(person: Any, password: str) -> bool:
    return Person.objects.get(pk=person.id).check_password(password)


def test_b4_the_link_alone_is_not_enough(browser: Open, guarded: Any, mailbox: list[Any]) -> None:
    client = browser()
    form = by_mail(client, guarded, mailbox)
    page = client.get(form)
    assert b"first dish" in page.content
    assert b"password1" not in page.content
    client.post(form, {"password1": NEW})
    assert has(guarded, PASSWORD)
    assert b"At least two" in client.post(form, WRONG).content
    client.post(form, {"password1": NEW})
    assert has(guarded, PASSWORD)
    assert client.post(form, RIGHT)["Location"] == form
    assert client.post(form, {"password1": NEW})["Location"] == "/forgotten/done"
    assert has(guarded, NEW)


def test_b4_nor_is_the_code(browser: Open, guarded: Any, texts: list[Any]) -> None:
    client = browser()
    client.post("/forgotten", {"alias": guarded.phone})
    answer = client.post("/forgotten/code", {"action": "verify", "code": code_in(texts)})
    form = str(client.get(answer["Location"])["Location"])
    client.post(form, {"password1": NEW})
    assert has(guarded, PASSWORD)
    client.post(form, RIGHT)
    client.post(form, {"password1": NEW})
    assert has(guarded, NEW)


def test_b4_answers_alone_open_nothing(browser: Open, guarded: Any, mailbox: list[Any]) -> None:
    thief = browser()
    form = by_mail(browser(), guarded, mailbox)
    assert thief.post(form, RIGHT).status_code == 410
    assert thief.post(form, {"password1": NEW}).status_code == 410
    assert has(guarded, PASSWORD)


def test_b4_answers_pass_for_one_link_only(
    browser: Open, guarded: Any, enrol: Any, mailbox: list[Any]
) -> None:
    other = enrol()
    others = [Wish("dream_place", "sea"), Wish("lost_thing", "ring"), Wish("first_job", "hat")]
    questions.set_questions(actor=actor_for(other), wishes=others, now=clock.now())
    client = browser()
    client.post(by_mail(client, guarded, mailbox), RIGHT)
    form = by_mail(client, other, mailbox)
    assert b"live when you were ten" in client.get(form).content
    client.post(form, {"password1": NEW})
    assert has(other, PASSWORD)


def test_b4_guessing_locks_and_the_link_does_not_help(
    browser: Open, guarded: Any, mailbox: list[Any]
) -> None:
    client = browser()
    form = by_mail(client, guarded, mailbox)
    pages = [client.post(form, WRONG).content for _try in range(3)]
    assert [b"Too many wrong answers" in page for page in pages] == [False, False, True]
    assert b"Too many wrong answers" in client.post(form, RIGHT).content
    client.post(form, {"password1": NEW})
    assert has(guarded, PASSWORD)


def test_b4_nobody_learns_who_has_questions(
    browser: Open, guarded: Any, enrol: Any, mailbox: list[Any]
) -> None:
    """What a stranger sees before the mailbox is proven is the same for everybody."""
    seen = []
    for alias in (guarded.email, enrol().email, "nobody@mail.example"):
        client = browser()
        answer = client.post("/forgotten", {"alias": alias}, follow=True)
        page = answer.content.decode().replace(alias, "…")
        seen.append((answer.status_code, answer.request["PATH_INFO"], "question" in page.lower()))
    assert seen == [(200, "/forgotten/sent", False)] * 3
