"""Fingerprints: a short digest of what was asked, to tell a retry from another wish."""

from __future__ import annotations

import hashlib

import msgspec

_encode = msgspec.json.Encoder(order="deterministic").encode


def fingerprint_of(body: object) -> str:
    """Digest any plain data as a UUID text."""
    return digest_text(_encode(body))


def digest_text(data: bytes) -> str:
    """Digest bytes as a UUID text (BLAKE2b, 128 bits)."""
    text = hashlib.blake2b(data, digest_size=16).hexdigest()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
