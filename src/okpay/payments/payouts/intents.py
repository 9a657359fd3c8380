"""What somebody confirms before a list is paid: this list, with these sums, and no other.

As `payments.intents`, but the lines stay in the database: the signed text binds their digest,
their number and the sums that were shown.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Final

import msgspec
from django.core import signing

from okpay.payments.errors import QuoteExpiredError

LIFETIME: Final = timedelta(minutes=15)  # a long list takes longer to look through
_SALT: Final = "okpay.payments.payouts.intent"
_LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that look alike


class PayoutIntent(msgspec.Struct, frozen=True):
    """What was shown. `sums` are asset, lines, amount and fee, in the smallest unit."""

    payer: str
    payout: str
    fingerprint: str
    count: int
    sums: tuple[tuple[int, int, int, int], ...]

    def digest(self) -> bytes:
        """SHA-256 of the intent, and that it is a list's: what a second proof is bound to.

        32 bytes; the challenge that a passkey signs.
        """
        return hashlib.sha256(msgspec.json.encode(("payout", self))).digest()

    def check_code(self) -> str:
        """Six letters of the digest, so that two people can compare what they look at."""
        digest = hashlib.sha256(msgspec.json.encode(self)).digest()
        number = int.from_bytes(digest[:4], "big")
        letters = "".join(_LETTERS[(number >> shift) & 31] for shift in range(25, -1, -5))
        return f"{letters[:4]}-{letters[4:]}"


def seal(intent: PayoutIntent) -> str:
    """Sign an intent for its travel through the browser."""
    text = msgspec.json.encode(intent).decode()
    return signing.TimestampSigner(salt=_SALT).sign_object(text, compress=True)


def unseal(token: str, payer: str) -> PayoutIntent:
    """Read an intent back.

    Raises:
        QuoteExpiredError: altered, too old, or made for somebody else.
    """
    try:
        text = signing.TimestampSigner(salt=_SALT).unsign_object(token, max_age=LIFETIME)
        intent = msgspec.json.decode(text, type=PayoutIntent)
    except (signing.BadSignature, msgspec.DecodeError, ValueError, TypeError) as wrong:
        raise QuoteExpiredError from wrong
    if intent.payer != payer:
        raise QuoteExpiredError
    return intent
