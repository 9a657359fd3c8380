"""Fingerprints: a short digest of what was asked, to tell a retry from another wish.

Keyed (BLAKE2b, RFC 7693): what was asked may name a phone, and a bare digest of it could be tried
out by whoever has a copy of the database.
"""

from __future__ import annotations

import hashlib
from functools import cache

import msgspec
from django.conf import settings

_encode = msgspec.json.Encoder(order="deterministic").encode


def fingerprint_of(body: object) -> str:
    """Digest any plain data as a UUID text."""
    return digest_text(_encode(body))


def digest_text(data: bytes) -> str:
    """Digest bytes as a UUID text (128 bits)."""
    text = hashlib.blake2b(data, digest_size=16, key=print_key()).hexdigest()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


@cache
def print_key() -> bytes:
    """Return the key of every fingerprint: 32 bytes, from the pepper."""
    return hashlib.sha256(b"fingerprint\0" + settings.OKPAY_PEPPER.encode()).digest()
