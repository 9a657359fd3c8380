"""Who acts in a web request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from okpay.identity.models import Person
from okpay.kernel.actor import Actor

if TYPE_CHECKING:
    from django.http import HttpRequest


def person_of(request: HttpRequest) -> Person:
    """Return the signed-in person; the middleware lets nobody else reach a view that asks."""
    if not isinstance(request.user, Person):
        message = "this view needs a signed-in person"
        raise PermissionError(message)
    return request.user


def actor_of(request: HttpRequest) -> Actor:
    """Return the signed-in person as an actor; the session's secret key stays here."""
    return Actor(person_id=request.user.pk, kind="person", via="web")
