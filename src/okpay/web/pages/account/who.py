"""The person whose page it is, and where they ask from."""

from __future__ import annotations

from typing import TypedDict
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.http import HttpRequest

from okpay.identity import codes
from okpay.identity.codes import Purpose
from okpay.identity.models import Person
from okpay.identity.stages import DEVICE_COOKIE
from okpay.kernel import clock


def person_of(request: HttpRequest) -> Person:
    """Return the signed-in person; the middleware lets nobody else reach a page that asks."""
    person = request.user
    if not isinstance(person, Person):
        raise PermissionError
    return person


def address_of(request: HttpRequest) -> str:
    """Return the IP address that asks, as the one trusted proxy names it."""
    return str(get_adapter().get_client_ip(request))


class From(TypedDict):
    """Where somebody asks from who is not signed in."""

    address: str
    browser: str


def asked_from(request: HttpRequest) -> From:
    """Return the address and the device cookie of a browser, "" where it has none."""
    return {"address": address_of(request), "browser": request.COOKIES.get(DEVICE_COOKIE, "")}


def waiting(purpose: Purpose, person_id: UUID | None, phone: str, bound_to: str = "") -> int:
    """How many seconds until another code may be asked for."""
    return codes.seconds_to_wait(
        purpose=purpose, person_id=person_id, phone=phone, bound_to=bound_to, now=clock.now()
    )
