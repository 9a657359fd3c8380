"""The shell around a signed-in person's pages."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.utils import translation

from okpay.identity.models import Person
from okpay.kernel import clock
from okpay.notices.models import Message
from okpay.web import context
from tests.support.people import MakePerson


@pytest.fixture
def person(make_person: MakePerson) -> Person:
    return Person.objects.get(pk=make_person(language="en").id)


@pytest.fixture
def client(person: Person) -> Client:
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    client = Client()
    client.force_login(person)
    return client


def test_the_page_speaks_the_persons_language_until_the_browser_chooses(client: Client) -> None:
    assert '<html lang="en">' in client.get("/guide").content.decode()
    client.post("/language", {"language": "zh-hans", "next": "/guide"})
    assert '<html lang="zh-CN">' in client.get("/guide").content.decode()


def test_choosing_a_language_is_kept_for_mails_too(client: Client, person: Person) -> None:
    client.post("/language", {"language": "zh-hans", "next": "/guide"})
    person.refresh_from_db()
    assert person.language == "zh-hans"


def test_the_shell_counts_what_is_unread(person: Person) -> None:
    request = RequestFactory().get("/")
    request.user = person
    Message.objects.filter(person=person).update(read_at=clock.now())
    assert context.shell(request)["unread"] == 0
    now = clock.now()
    Message.objects.create(person=person, code="test", category="service", created_at=now)
    Message.objects.create(
        person=person, code="test", category="service", created_at=now, read_at=now
    )
    assert context.shell(request)["unread"] == 1
    request.user = AnonymousUser()
    assert context.shell(request)["unread"] == 0


def test_the_bell_says_how_many_are_unread() -> None:
    template = Template('{% include "web/partials/bell.html" %}')
    with translation.override("zh-hans"):
        shown = template.render(Context({"unread": 120, "messages_url": "/messages"}))
        none = template.render(Context({"unread": 0, "messages_url": "/messages"}))
    assert 'aria-label="消息，120 条未读"' in shown
    assert '<span class="dot" aria-hidden="true">99+</span>' in shown
    assert 'aria-label="消息"' in none
    assert 'class="dot"' not in none


def test_pages_of_a_signed_in_person_are_not_stored(client: Client) -> None:
    assert client.get("/guide")["Cache-Control"] == "private, no-store"
    assert client.get("/offline")["Cache-Control"] == "no-cache"
