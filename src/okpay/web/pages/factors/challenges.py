"""Challenges for passkeys: made here, kept in the session for one purpose, taken out once."""

from __future__ import annotations

import base64
import secrets
import time
from typing import TYPE_CHECKING, Final

from okpay.identity.factors.errors import FactorWrongError

if TYPE_CHECKING:
    from django.http import HttpRequest

KEY: Final = "okpay_challenges"
LIFETIME: Final = 10 * 60  # seconds
BYTES: Final = 32


def give(request: HttpRequest, purpose: str) -> bytes:
    """Make a challenge for this session and purpose; an older one of the purpose is void."""
    challenge = secrets.token_bytes(BYTES)
    kept = request.session.get(KEY, {})
    text = base64.b64encode(challenge).decode()
    request.session[KEY] = {**kept, purpose: [text, time.time()]}
    return challenge


def take(request: HttpRequest, purpose: str) -> bytes:
    """Return the challenge of this session and purpose, and forget it.

    Raises:
        FactorWrongError: there is none, or it is older than ten minutes.
    """
    kept = dict(request.session.get(KEY, {}))
    text, made = kept.pop(purpose, ("", 0.0))
    request.session[KEY] = kept
    if not text or time.time() - made > LIFETIME:
        raise FactorWrongError
    return base64.b64decode(text)
