"""Identifiers: UUID version 7 (RFC 9562 §5.7) inside, prefixed Crockford base32 outside."""

from __future__ import annotations

import os
import time
from typing import Final
from uuid import UUID

_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_VALUES: Final = {letter: value for value, letter in enumerate(_ALPHABET)}
_LENGTH: Final = 26


class BadIdError(ValueError):
    """The text is not an identifier of the expected kind."""


BadId = BadIdError


def new_uuid() -> UUID:
    """Make a time-ordered identifier: 48 bits of milliseconds, then 74 random bits."""
    millis = time.time_ns() // 1_000_000
    tail = int.from_bytes(os.urandom(10), "big")
    value = (millis << 80) | (0x7 << 76) | ((tail >> 64 & 0xFFF) << 64)
    return UUID(int=value | (0b10 << 62) | (tail & 0x3FFFFFFFFFFFFFFF))


def encode(prefix: str, value: UUID) -> str:
    """Write an identifier for people and integrators: `trf_` and 26 sortable characters."""
    number = value.int
    letters = [_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5)]
    return f"{prefix}_{''.join(letters)}"


def decode(text: str, *prefixes: str) -> UUID:
    """Read an identifier written by `encode`.

    Raises:
        BadIdError: another prefix, another length or alphabet, or more than 128 bits.
    """
    prefix, _, body = text.partition("_")
    if prefix not in prefixes or len(body) != _LENGTH:
        raise BadIdError(text[:40])
    number = 0
    for letter in body:
        value = _VALUES.get(letter)
        if value is None:
            raise BadIdError(text[:40])
        number = number << 5 | value
    if number >> 128:
        raise BadIdError(text[:40])
    return UUID(int=number)
