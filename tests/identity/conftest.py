"""People for the tests of identity, and ears for what is told and sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from uuid import UUID

import pytest

from tests.identity.kit import PASSWORD, PIN, fresh_email, fresh_phone


@pytest.fixture
def now() -> datetime:
    from okpay.kernel import clock

    return clock.now()


@pytest.fixture
def enrol(now: datetime) -> Callable[..., object]:
    """Make a person whose aliases are proven; `pin=""` leaves the payment password unset."""
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
            language="en",
            level=1,
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

    before = list(hooks.sms_senders)
    hooks.sms_senders[:] = [listen]
    yield sent
    hooks.sms_senders[:] = before


@pytest.fixture
def news() -> Iterator[list[object]]:
    """Every security event told while the test runs."""
    from okpay.identity import hooks

    heard: list[object] = []
    before = list(hooks.news_listeners)
    hooks.news_listeners[:] = [heard.append]
    yield heard
    hooks.news_listeners[:] = before
