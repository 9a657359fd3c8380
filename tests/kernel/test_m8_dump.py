"""Hostile case M8: what of a person a dump of the database shows, and where; no secret anywhere."""

from __future__ import annotations

import psycopg

from okpay.identity import codes
from okpay.kernel import clock
from okpay.kernel.money import Money, asset_of
from okpay.payments import operations
from tests.kernel.traces import till_of
from tests.support.dump import OPEN, found_in_dump
from tests.support.people import MakePerson, Somebody

STRANGER = "nobody.yet@m8.example"


def _live(ann: Somebody, ben: Somebody) -> str:
    """Pay somebody and a stranger, make a token, ask for a code; return the token."""
    for payee in (ben.email, STRANGER):
        _pay(ann, payee)
    codes.send_code(
        purpose=codes.Purpose.PAYMENT_PASSWORD, person_id=ann.id, phone=ann.phone, now=clock.now()
    )
    return till_of(ann)


def _pay(ann: Somebody, payee: str) -> None:
    quote = operations.quote_transfer(
        actor=ann.actor,
        payee=payee,
        money=Money(asset_of("CNY"), 500),
        memo="",
        now=clock.now(),
    )
    operations.send_transfer(
        actor=ann.actor,
        intent_token=quote.intent_token,
        payment_password=ann.pin,
        now=clock.now(),
    )


def test_m8_a_dump_shows_no_secret_and_personal_data_only_where_it_is_known_to_stand(
    make_person: MakePerson, owner_connection: psycopg.Connection
) -> None:
    ann = make_person(name="欧阳若兰", cny="100.00")
    ben = make_person(name="司徒明远", cny="1.00")
    token = _live(ann, ben)
    needles = {
        ann.email: "personal",
        ann.phone: "personal",
        ben.email: "personal",
        ben.phone: "personal",
        STRANGER: "personal",
        token: "secret",
        token.removeprefix("okpay_pat_"): "secret",  # it may hold an underscore of its own
        ann.password: "secret",
    }
    found = found_in_dump(owner_connection, needles)
    assert found["secret"] == set()
    assert found["personal"] == OPEN
