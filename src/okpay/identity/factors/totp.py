"""Time-based one-time passwords: RFC 6238 over RFC 4226, SHA-1, six digits, steps of 30 seconds.

Those are the values that every authenticator app understands; the app's part is not ours to
choose. Pure: the moment comes in, nothing is looked up.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from datetime import datetime

STEP: Final = 30  # seconds
DIGITS: Final = 6
SECRET_BYTES: Final = 20  # RFC 4226 §4, R6: 160 bits


def new_secret() -> bytes:
    """Return a fresh secret."""
    return secrets.token_bytes(SECRET_BYTES)


def step_of(now: datetime) -> int:
    """Return the number of the step that holds this moment (RFC 6238 §4.2)."""
    return int(now.timestamp()) // STEP


def code_at(secret: bytes, step: int, digits: int = DIGITS) -> str:
    """Return the code of a step: dynamic truncation of an HMAC (RFC 4226 §5.3)."""
    mac = hmac.new(secret, step.to_bytes(8, "big"), hashlib.sha1).digest()
    start = mac[-1] & 0xF
    number = int.from_bytes(mac[start : start + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**digits:0{digits}d}"


def typed_form(secret: bytes) -> str:
    """Write the secret for typing: base32 in groups of four."""
    text = base64.b32encode(secret).decode().rstrip("=")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def address(secret: bytes, *, account: str) -> str:
    """Return the `otpauth:` address that a QR code carries; no number of ours stands in it."""
    text = base64.b32encode(secret).decode().rstrip("=")
    return f"otpauth://totp/{quote(f'OKPay:{account}')}?" + urlencode(
        {"secret": text, "issuer": "OKPay", "digits": DIGITS, "period": STEP}
    )
