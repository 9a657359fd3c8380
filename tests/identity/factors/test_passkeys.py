"""H13: what a passkey's answer must be, and every way in which it may lie."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from okpay.identity.factors import passkeys
from okpay.identity.factors.models import Passkey
from tests.identity.factors.kit import acting, refusal, with_passkey
from tests.identity.factors.soft_key import SoftKey

Make = Callable[..., Any]
LIES: dict[str, dict[str, Any]] = {
    "origin": {"origin": "https://okpay.evil.example"},
    "port": {"origin": "http://localhost:1"},
    "rp_id": {"rp_id": "evil.example"},
    "user_not_verified": {"verified": False},
    "challenge": {"challenge": b"another challenge of the thief"},
    "kind": {"kind": "webauthn.create"},
    "signature": {"signature": b"\x30\x06\x02\x01\x01\x02\x01\x01"},
    "counter_same": {"counter": 1},
    "counter_back": {"counter": 0},
}


def asked(person: Any, challenge: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(passkeys.begin(person.id, challenge)))
    return found


def shown(person: Any, challenge: bytes, answer: str, now: datetime) -> str:
    return refusal(
        lambda: passkeys.finish(person_id=person.id, challenge=challenge, response=answer, now=now)
    )


def test_what_the_browser_is_asked(enrol: Make, now: datetime) -> None:
    person, challenge = enrol(), os.urandom(32)
    making = passkeys.begin_adding(person, challenge)
    assert making["rp"]["id"] == "localhost"
    assert making["attestation"] == "none"
    assert making["authenticatorSelection"]["residentKey"] == "preferred"
    assert making["authenticatorSelection"]["userVerification"] == "required"
    key = with_passkey(person, now)
    using = asked(person, challenge)
    assert using["userVerification"] == "required"
    assert len(using["allowCredentials"]) == 1
    anybody = passkeys.begin_sign_in(challenge)
    assert "allowCredentials" not in anybody
    assert key.person_id == person.id


def test_a_right_answer_counts_once(enrol: Make, now: datetime) -> None:
    person, challenge = enrol(), os.urandom(32)
    key = with_passkey(person, now)
    answer = key.signed(asked(person, challenge))
    assert shown(person, challenge, answer, now) == "ok"
    row = Passkey.objects.get(person=person)
    assert (row.sign_count, row.last_used_at) == (1, now)
    # the same again, and a fresh signature over the spent challenge
    assert shown(person, challenge, answer, now) == "factor_wrong"
    again = key.signed(asked(person, challenge))
    assert shown(person, challenge, again, now) == "factor_wrong"
    assert Passkey.objects.get(person=person).sign_count == 1


@pytest.mark.parametrize("lie", LIES)
def test_h13_a_lie_is_refused_and_changes_nothing(enrol: Make, now: datetime, lie: str) -> None:
    person = enrol()
    key = with_passkey(person, now)
    first = os.urandom(32)
    assert shown(person, first, key.signed(asked(person, first)), now) == "ok"
    challenge = os.urandom(32)
    answer = key.signed(asked(person, challenge), **LIES[lie])
    assert shown(person, challenge, answer, now) == "factor_wrong"
    assert Passkey.objects.get(person=person).sign_count == 1
    honest = key.signed(asked(person, challenge), counter=9)
    assert shown(person, challenge, honest, now) == "ok"


def test_h13_a_synced_key_that_counts_nothing(enrol: Make, now: datetime) -> None:
    person = enrol()
    key = with_passkey(person, now)
    for _time in range(2):
        challenge = os.urandom(32)
        answer = key.signed(asked(person, challenge), counter=0)
        assert shown(person, challenge, answer, now) == "ok"


def test_h13_the_key_of_another_person(enrol: Make, now: datetime) -> None:
    victim, thief = enrol(), enrol()
    with_passkey(victim, now)
    key = with_passkey(thief, now)
    challenge = os.urandom(32)
    answer = key.signed(asked(victim, challenge))
    assert shown(victim, challenge, answer, now) == "factor_wrong"
    # a key that claims to be the victim's
    claimed = key.signed(asked(victim, challenge), person_id=victim.id)
    said = refusal(lambda: passkeys.who(challenge=challenge, response=claimed, now=now))
    assert said == "factor_wrong"
    own = key.signed(asked(thief, challenge))
    assert passkeys.who(challenge=challenge, response=own, now=now) == thief.id


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "{}", '{"id":1}', "x" * 30_000])
def test_h13_no_answer_at_all(enrol: Make, now: datetime, text: str) -> None:
    person = enrol()
    with_passkey(person, now)
    assert shown(person, os.urandom(32), text, now) == "factor_wrong"


@pytest.mark.parametrize("lie", ["origin", "rp_id", "user_not_verified", "challenge"])
def test_h13_a_lie_adds_no_passkey(enrol: Make, now: datetime, lie: str) -> None:
    person, challenge = enrol(), os.urandom(32)
    answer = SoftKey().made(
        json.loads(json.dumps(passkeys.begin_adding(person, challenge))), **LIES[lie]
    )
    said = refusal(
        lambda: passkeys.add(
            actor=acting(person), name="K", challenge=challenge, response=answer, now=now
        )
    )
    assert (said, Passkey.objects.filter(person=person).count()) == ("factor_not_added", 0)


def test_h13_a_passkey_is_one_persons(enrol: Make, now: datetime) -> None:
    owner, other = enrol(), enrol()
    key = with_passkey(owner, now)
    challenge = os.urandom(32)
    answer = key.made(json.loads(json.dumps(passkeys.begin_adding(other, challenge))))
    said = refusal(
        lambda: passkeys.add(
            actor=acting(other), name="K", challenge=challenge, response=answer, now=now
        )
    )
    assert said == "factor_not_added"
    assert [row.person_id for row in Passkey.objects.filter(credential_id=key.id)] == [owner.id]
