"""Second factors of made-up people."""

from __future__ import annotations

import json
import os
import time
from datetime import datetime, timedelta
from typing import Any

from okpay.identity.factors import authenticator_app, passkeys, totp
from okpay.kernel import clock
from okpay.kernel.actor import Actor
from okpay.kernel.errors import DomainError
from tests.identity.factors.soft_key import SoftKey


def acting(person: Any) -> Actor:
    """The person at the app."""
    return Actor(person_id=person.id, kind="person", via="web")


def early_in_a_step(left: float = 3) -> None:
    """Wait for the app's next code when this one ends in so many seconds: it counts till then only.

    For those who type the code of this moment; who says what time it is needs no waiting.
    """
    ends = totp.STEP - time.time() % totp.STEP
    if ends < left:
        time.sleep(ends + 0.01)


def code_of(secret: bytes, now: datetime, steps: int = 0) -> str:
    """What the app shows, some steps before or after now."""
    return totp.code_at(secret, totp.step_of(now - clock.offset()) + steps)


def with_app(person: Any, now: datetime) -> bytes:
    """Enrol an app, an hour ago so that its code of now is unused; return its secret."""
    before = now - timedelta(hours=1)
    secret = authenticator_app.begin(actor=acting(person), now=before)
    authenticator_app.confirm(
        actor=acting(person), name="Pixel", code=code_of(secret, before), now=before
    )
    return secret


def with_passkey(person: Any, now: datetime, name: str = "Laptop") -> SoftKey:
    """Enrol a passkey; return the key that has it."""
    key, challenge = SoftKey(), os.urandom(32)
    options = json.loads(json.dumps(passkeys.begin_adding(person, challenge)))
    answer = key.made(options)
    passkeys.add(actor=acting(person), name=name, challenge=challenge, response=answer, now=now)
    return key


def refusal(call: Any) -> str:
    """Return the code of the refusal, or "ok"."""
    try:
        call()
    except DomainError as refused:
        return refused.code
    return "ok"
