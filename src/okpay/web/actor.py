"""Who acts in a web request."""

from __future__ import annotations

from django.http import HttpRequest

from okpay.kernel.actor import Actor


def actor_of(request: HttpRequest) -> Actor:
    """Return the signed-in person as an actor; the session's secret key goes no further than here."""
    return Actor(person_id=request.user.pk, kind="person", via="web")
