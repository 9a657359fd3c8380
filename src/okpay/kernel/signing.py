"""Ed25519 signatures of this installation (RFC 8032): checkpoints, published totals, reports.

Whoever signs begins the payload with a line that names what it is, so that a signature over one
kind of text can never be shown as one over another.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from functools import cache
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

SEED: Final = 32  # bytes of a private key
SIZE: Final = 64  # bytes of a signature


@dataclass(frozen=True, slots=True)
class Signature:
    """64 bytes, and which key made them (see `key_id`)."""

    key_id: str
    value: bytes

    def __str__(self) -> str:
        """Write it as `key id:base64`."""
        return f"{self.key_id}:{base64.b64encode(self.value).decode()}"


class Signer:
    """One private key."""

    def __init__(self, seed: bytes) -> None:
        """Take the 32 random bytes that the key is made of.

        Raises:
            ValueError: there are not 32.
        """
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._key.public_key().public_bytes_raw()
        self.key_id = key_id(self.public)

    def sign(self, payload: bytes) -> Signature:
        """Sign; the same payload always gives the same signature."""
        return Signature(self.key_id, self._key.sign(payload))


def key_id(public: bytes) -> str:
    """Name a public key: the first 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(public).hexdigest()[:16]


def seed_of(text: str) -> bytes:
    """Read a private key from the setting: base64 of 32 bytes.

    Raises:
        ValueError: it is something else.
    """
    try:
        seed = base64.b64decode(text, validate=True)
    except binascii.Error:
        seed = b""
    if len(seed) != SEED:
        message = "the signing key must be the base64 of 32 random bytes"
        raise ValueError(message)
    return seed


@cache
def _of(text: str) -> Signer:
    return Signer(seed_of(text))


def signer() -> Signer:
    """Return this installation's key, from the secret `signing`."""
    return _of(settings.OKPAY_SIGNING_KEY)


def sign(payload: bytes) -> Signature:
    """Sign with this installation's key."""
    return signer().sign(payload)


def public_key() -> bytes:
    """Return the 32 bytes that everybody may know and check our signatures with."""
    return signer().public


def verify(public: bytes, payload: bytes, signature: bytes | Signature) -> bool:
    """Tell whether `signature` over `payload` was made with the private half of `public`."""
    value = signature.value if isinstance(signature, Signature) else signature
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(value, payload)
    except (InvalidSignature, ValueError):
        return False
    return True
