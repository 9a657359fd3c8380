"""Dynamic linking: a confirmation bound to exactly one payer, payee, name, amount and fee.

The intent travels as a signed text, so nothing is stored before somebody pays and nothing in it
can be changed. Its nonce is the payment's name for ever: paying the same intent twice is one
payment. (After PSD2 RTS art. 5, dynamic linking; `security.md`, sign-in and confirmation.)
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Final

import msgspec
from django.core import signing

from okpay.payments.errors import QuoteExpiredError

LIFETIME: Final = timedelta(minutes=10)
_SALT: Final = "okpay.payments.intent"
_CODE_LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that look alike


def request_key(request_id: object) -> str:
    """The key under which a request for money is paid, whoever confirms it and how often."""
    return f"request:{request_id}"


class Intent(msgspec.Struct, frozen=True):
    """What was shown and will be paid. Amounts in the asset's smallest unit."""

    payer: str
    payee: str
    alias: str
    shown: str
    version: int
    asset: int
    amount: int
    fee: int
    memo: str
    nonce: str
    request: str = ""

    def key(self) -> str:
        """The key this is paid under, for ever: its own number, or the request's that it pays."""
        return request_key(self.request) if self.request else self.nonce

    def digest(self, delay: int = 0) -> bytes:
        """SHA-256 of the intent and of when it is to arrive: what a second proof is bound to.

        `delay` is in seconds. 32 bytes; the challenge that a passkey signs.
        """
        return hashlib.sha256(msgspec.json.encode((self, delay))).digest()

    def check_code(self) -> str:
        """Six letters of the intent's digest, shown beside it so that people can compare."""
        digest = hashlib.sha256(msgspec.json.encode(self)).digest()
        number = int.from_bytes(digest[:4], "big")
        letters = [_CODE_LETTERS[(number >> shift) & 31] for shift in range(25, -1, -5)]
        return "".join(letters[:4]) + "-" + "".join(letters[4:])


def seal(intent: Intent) -> str:
    """Sign an intent for its travel through the browser."""
    text = msgspec.json.encode(intent).decode()
    return signing.TimestampSigner(salt=_SALT).sign_object(text, compress=True)


def unseal(token: str, payer: str, lifetime: timedelta = LIFETIME) -> Intent:
    """Read an intent back.

    Raises:
        QuoteExpiredError: altered, too old, or made for somebody else.
    """
    try:
        text = signing.TimestampSigner(salt=_SALT).unsign_object(token, max_age=lifetime)
        intent = msgspec.json.decode(text, type=Intent)
    except (signing.BadSignature, msgspec.DecodeError, ValueError, TypeError) as wrong:
        raise QuoteExpiredError from wrong
    if intent.payer != payer:
        raise QuoteExpiredError
    return intent
