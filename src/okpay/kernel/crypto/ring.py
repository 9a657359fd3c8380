"""Master keys: the port by which data keys are wrapped, and the ring kept in text.

The ring is a list of `version:base64 of 32 bytes`, one a line or separated by commas; the highest
version is the newest. It comes from the environment or from a file; a key management service
implements `KeySource` itself and never shows its keys (see `docs/operations/keys.md`).
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from okpay.kernel.crypto.errors import KeyMissingError, SealBrokenError

KEY: Final = 32  # bytes: AES-256
NONCE: Final = 12  # bytes, drawn at random: 96 bits, as NIST SP 800-38D §8.2 asks
_PRINT: Final = b"okpay master key"


class KeySource(Protocol):
    """Wraps and unwraps data keys by versioned master keys."""

    def newest(self) -> int:
        """Return the newest version that this source holds; 0 when it holds none."""

    def fingerprint(self, version: int) -> bytes:
        """Return 16 bytes that tell this key from others and say nothing else about it.

        Raises:
            KeyMissingError: the source does not hold this version.
        """

    def wrap(self, version: int, subject: UUID, key: bytes) -> bytes:
        """Encrypt a data key, bound to its subject.

        Raises:
            KeyMissingError: the source does not hold this version.
        """

    def unwrap(self, version: int, subject: UUID, wrapped: bytes) -> bytes:
        """Decrypt a data key.

        Raises:
            KeyMissingError: the source does not hold this version.
            SealBrokenError: it was wrapped for another subject, or changed.
        """


def parse(text: str) -> dict[int, bytes]:
    """Read a ring.

    Raises:
        ValueError: an entry is no `version:base64 of 32 bytes`, or a version stands twice.
    """
    found: dict[int, bytes] = {}
    for entry in text.replace(",", "\n").split():
        number, _, encoded = entry.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            key = b""
        if not number.isdecimal() or int(number) in found or int(number) < 1 or len(key) != KEY:
            message = "each entry must be a version, a colon and the base64 of 32 random bytes"
            raise ValueError(message)
        found[int(number)] = key
    return found


@dataclass
class Ring:
    """Master keys at hand as bytes: from a text, or from a file that is read again when needed."""

    text: str = ""
    file: Path | None = None
    _keys: dict[int, bytes] | None = None

    def newest(self) -> int:
        self._keys = None  # somebody may have added one since
        return max(self._load(), default=0)

    def fingerprint(self, version: int) -> bytes:
        return hmac.digest(self._key(version), _PRINT, "sha256")[:16]

    def wrap(self, version: int, subject: UUID, key: bytes) -> bytes:
        nonce = os.urandom(NONCE)
        bound = _bound(version, subject)
        return nonce + AESGCM(self._key(version)).encrypt(nonce, key, bound)

    def unwrap(self, version: int, subject: UUID, wrapped: bytes) -> bytes:
        bound = _bound(version, subject)
        try:
            return AESGCM(self._key(version)).decrypt(wrapped[:NONCE], wrapped[NONCE:], bound)
        except (InvalidTag, ValueError):
            raise SealBrokenError("a data key does not open") from None

    def add(self) -> int:
        """Make a new key in the file and return its version; only a file can grow.

        Raises:
            KeyMissingError: the ring is none of a file.
        """
        if self.file is None:
            raise KeyMissingError("the ring comes from the environment; add a version there")
        version = self.newest() + 1
        entries = {**self._load(), version: os.urandom(KEY)}
        write(self.file, entries)
        self._keys = None
        return version

    def _key(self, version: int) -> bytes:
        if version not in self._load():
            self._keys = None
        try:
            return self._load()[version]
        except KeyError:
            raise KeyMissingError(f"version {version} of the envelope key is not here") from None

    def _load(self) -> dict[int, bytes]:
        if self._keys is None:
            self._keys = parse(self.file.read_text("ascii") if self.file else self.text)
        return self._keys


def write(file: Path, keys: dict[int, bytes]) -> None:
    """Put a ring into a file that only its owner reads: all of it or nothing of it."""
    lines = (f"{number}:{base64.b64encode(key).decode()}\n" for number, key in keys.items())
    fresh = file.with_name(f"{file.name}.new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as out:
        out.writelines(lines)
        out.flush()
        os.fsync(out.fileno())
        if file.exists():
            os.fchown(descriptor, file.stat().st_uid, file.stat().st_gid)
    fresh.replace(file)


def _bound(version: int, subject: UUID) -> bytes:
    return f"okpay data key|{version}|{subject}".encode()
