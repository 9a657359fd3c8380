"""What a person leaves behind, for the tests that look where it stands (M8)."""

from __future__ import annotations

from okpay.identity.access_tokens import create_access_token
from okpay.kernel import clock
from tests.support.people import Somebody

TILL = "m8 till"


def till_of(somebody: Somebody) -> str:
    """Give somebody's till a token that pays; return its secret."""
    _, secret = create_access_token(
        actor=somebody.actor,
        name=TILL,
        scopes=["transfers:write"],
        payment_password=somebody.pin,
        expires_in_days=1,
        now=clock.now(),
    )
    return secret
