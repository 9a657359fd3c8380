"""People of tests: each new, with e-mail and phone proven, and money that came in as a top-up."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

import pytest

from okpay.kernel import clock
from okpay.kernel.actor import SYSTEM, Actor
from okpay.kernel.ids import new_uuid
from okpay.kernel.money import Money, asset_of, parse_amount

PASSWORD = "seven quiet rivers run"
PIN = "204817"
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Somebody:
    """A person, and what only they know. `actor` is them, signed in to the app."""

    id: UUID
    name: str
    email: str
    phone: str
    password: str
    pin: str

    @property
    def actor(self) -> Actor:
        """The person at the app."""
        return Actor(person_id=self.id, kind="person", via="web")

    def via(self, way: Literal["web", "api", "job", "cli"]) -> Actor:
        """The person, coming by another way."""
        return replace(self.actor, via=way)


MakePerson = Callable[..., Somebody]


@pytest.fixture(scope="session")
def make_person(database: str) -> MakePerson:
    """Make people: `make_person(name="周晓宁", cny="100.00", jpy="500")`.

    Amounts are decimal texts by asset code, booked by the engine as top-ups without a fee.
    `pin=""` leaves the payment password unset; `level=0` is before the real-name check.
    """
    from okpay.identity.operations import enrol_person

    assert database

    def make(
        name: str = "周晓宁",
        *,
        pin: str = PIN,
        language: str = "zh-hans",
        level: int = 1,
        **amounts: str,
    ) -> Somebody:
        number = next(_numbers)
        person = enrol_person(
            actor=SYSTEM,
            name=name,
            email=f"w{number}@people.example",
            phone=f"+86138{number:08d}",
            password=PASSWORD,
            payment_password=pin,
            language=language,
            level=level,
            now=clock.now(),
        )
        for code, text in amounts.items():
            fund(person.id, code.upper(), text)
        return Somebody(person.id, name, person.email, person.phone, PASSWORD, pin)

    return make


def fund(person_id: UUID, code: str, text: str) -> None:
    """Book a top-up of a decimal amount, by the engine's own way in."""
    from okpay.payments.operations import book_top_up

    asset = asset_of(code)
    outcome = book_top_up(
        top_up_id=new_uuid(),
        person_id=person_id,
        money=parse_amount(text, asset),
        fee=Money(asset, 0),
        source_label="Test card",
        now=clock.now(),
    )
    assert outcome.result == "done", outcome
