"""Members of staff for tests: their roles, the actor they are, and a browser at the console."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from okpay.kernel import clock
from okpay.kernel.actor import SYSTEM, Actor
from tests.support.people import MakePerson, Somebody

if TYPE_CHECKING:
    from django.test import Client


@dataclass(frozen=True)
class Worker:
    """A member of staff. `actor` is them at work."""

    person: Somebody

    @property
    def id(self) -> UUID:
        return self.person.id

    @property
    def actor(self) -> Actor:
        return Actor(person_id=self.person.id, kind="staff", via="web")


def hire(make_person: MakePerson, *roles: str, name: str = "陆景行") -> Worker:
    """Make a person who works here with these roles."""
    from okpay.identity.staff.operations import set_roles

    person = make_person(name, pin="")
    set_roles(actor=SYSTEM, person_id=person.id, roles=roles, now=clock.now())
    return Worker(person)


def staff_client(worker: Worker, language: str = "en") -> Client:
    """Return a browser in which this worker has shown password and second factor."""
    from django.test import Client
    from django.utils import timezone

    from okpay.console.frame import COOKIE, PATH
    from okpay.identity.staff import sessions

    now = timezone.now()
    key = sessions.begin(person_id=worker.id, user_agent="test", address=None, now=now)
    session = sessions.find(key, now)
    assert session is not None
    client = Client(HTTP_ACCEPT_LANGUAGE=language)
    client.cookies[COOKIE] = sessions.prove(session, now)
    client.cookies[COOKIE]["path"] = PATH
    client.cookies["okpay_language"] = "zh-hans" if language.startswith("zh") else "en"
    return client
