"""People for the tests of identity, and ears for what is told and sent."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from datetime import datetime
from uuid import UUID

import pytest

PASSWORD = "seven quiet rivers run"
PIN = "204817"
_numbers = itertools.count(random.SystemRandom().randrange(10**6))


def fresh_phone() -> str:
    """A mobile number that no other test of this run uses."""
    return f"+86139{next(_numbers) % 10**8:08d}"


def fresh_email() -> str:
    return f"p{next(_numbers)}@mail.example"


@pytest.fixture
def now() -> datetime:
    from okpay.kernel import clock

    return clock.now()


@pytest.fixture
def enrol(now: datetime) -> Callable[..., object]:
    """Make a person whose e-mail and phone are proven; `pin=""` leaves the payment password unset."""
    from okpay.identity.operations import enrol_person
    from okpay.kernel.actor import SYSTEM

    def make(name: str = "周晓宁", pin: str = PIN, password: str = PASSWORD) -> object:
        return enrol_person(
            actor=SYSTEM,
            name=name,
            email=fresh_email(),
            phone=fresh_phone(),
            password=password,
            payment_password=pin,
            now=now,
        )

    return make


@pytest.fixture
def actor_of() -> Callable[[UUID], object]:
    from okpay.kernel.actor import Actor

    return lambda person_id: Actor(person_id=person_id, kind="person", via="web")


@pytest.fixture
def texts() -> Iterator[list[tuple[str, str, str]]]:
    """Every text message sent while the test runs: phone, text, purpose."""
    from okpay.identity import hooks

    sent: list[tuple[str, str, str]] = []

    def listen(phone: str, text: str, purpose: str) -> None:
        sent.append((phone, text, purpose))

    before = list(hooks._sms)
    hooks._sms[:] = [listen]
    yield sent
    hooks._sms[:] = before


@pytest.fixture
def news() -> Iterator[list[object]]:
    """Every security event told while the test runs."""
    from okpay.identity import hooks

    heard: list[object] = []
    before = list(hooks._news)
    hooks._news[:] = [heard.append]
    yield heard
    hooks._news[:] = before
