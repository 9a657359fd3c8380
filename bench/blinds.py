"""Blind indexes made by the database, for people entered by the million.

The key travels in the statements here, so this is for books to measure only.
"""

from __future__ import annotations

import hashlib

BLOCK = 64  # bytes: what SHA-256 works in


def blind_sql(kind: str, expression: str) -> str:
    """Return SQL for `okpay.kernel.crypto.blind(kind, expression)` (HMAC, RFC 2104)."""
    from django.conf import settings  # noqa: PLC0415 — after the environment is set

    key = settings.OKPAY_BLIND_KEY.encode()
    key = hashlib.sha256(key).digest() if len(key) > BLOCK else key
    inner, outer = (
        bytes(byte ^ pad for byte in key.ljust(BLOCK, b"\0")).hex() for pad in (0x36, 0x5C)
    )
    said = f"{kind}\0".encode().hex()
    value = f"convert_to(({expression})::text, 'UTF8')"
    return f"sha256('\\x{outer}'::bytea || sha256('\\x{inner}{said}'::bytea || {value}))"
