"""The person whose page it is."""

from __future__ import annotations

from django.http import HttpRequest

from okpay.identity.models import Person


def person_of(request: HttpRequest) -> Person:
    """Return the signed-in person; the middleware lets nobody else reach a page that asks."""
    person = request.user
    if not isinstance(person, Person):
        raise PermissionError
    return person
