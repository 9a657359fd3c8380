"""Which page each role may open, for the tests of the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from okpay.identity.staff import Role
from tests.console.kit import Worker, hire, staff_client
from tests.support.people import MakePerson

if TYPE_CHECKING:
    from django.test import Client


_hired: dict[Role, Worker] = {}


def worker(make_person: MakePerson, role: Role) -> Worker:
    """Return one member of staff for each role of the run, for tests that only look."""
    if role not in _hired:
        _hired[role] = hire(make_person, role)
    return _hired[role]


def statuses(make_person: MakePerson, path: str) -> dict[str, int]:
    """Return what each role gets for a page."""
    return {str(role): staff_client(hire(make_person, role)).get(path).status_code for role in Role}


def text_of(client: Client, path: str) -> str:
    """Return a page that must open."""
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()
