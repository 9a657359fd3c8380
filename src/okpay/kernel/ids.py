"""Identifiers: UUID version 7 (RFC 9562 §5.7) inside, prefixed Crockford base32 outside."""

from __future__ import annotations

import os
import time
from typing import Final
from uuid import UUID

_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_LENGTH: Final = 26
_LETTERS: Final = frozenset(_ALPHABET)
# By Python's own base 32, and by pairs of letters: every payment reads and writes several ids.
_DIGITS: Final = str.maketrans(_ALPHABET, "0123456789abcdefghijklmnopqrstuv")
_PAIRS: Final = [first + second for first in _ALPHABET for second in _ALPHABET]
_SHIFTS: Final = range(120, -1, -10)


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
    return _written(prefix, value.int)


def encode_text(prefix: str, value: str) -> str:
    """As `encode`, of an identifier that is at hand as UUID text."""
    return _written(prefix, int(value.replace("-", ""), 16))


def _written(prefix: str, number: int) -> str:
    return f"{prefix}_" + "".join([_PAIRS[number >> shift & 1023] for shift in _SHIFTS])


def decode(text: str, *prefixes: str) -> UUID:
    """Read an identifier written by `encode`.

    Raises:
        BadIdError: another prefix, another length or alphabet, or more than 128 bits.
    """
    prefix, _, body = text.partition("_")
    if prefix not in prefixes or len(body) != _LENGTH:
        raise BadIdError(text[:40])
    if not _LETTERS.issuperset(body):
        raise BadIdError(text[:40])
    number = int(body.translate(_DIGITS), 32)
    if number >> 128:
        raise BadIdError(text[:40])
    return UUID(int=number)
