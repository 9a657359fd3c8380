"""Signed checkpoints as text, in the form of C2SP tlog-checkpoint and signed-note.

    wallet.example/book/5d41402abc4b2a76          the log: house, trail, beginning
    1042                                          how many seals
    qINS1GRFhWHwdkUeqLEoP4yEMkTBBzxBkGwGQlVlVcs=  the root over them (RFC 6962)
    chain 9f86d081…                               the last link of the hash chain
    at 2026-03-01T09:30:00.000000Z                when

    — wallet.example/book/5d41402abc4b2a76 NzYx…  key hash and Ed25519 signature

What is signed is everything up to and with the line break before the empty line.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from okpay.kernel import signing

_ED25519: Final = b"\x01"  # the algorithm's number in signed-note
_STAMP: Final = "%Y-%m-%dT%H:%M:%S.%fZ"
_HASHES: Final = 4  # bytes by which a note names its key


class NoteError(ValueError):
    """A text is not a checkpoint."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How a log stood at a moment: its first `size` seals and nothing else."""

    origin: str
    size: int
    root: bytes
    chain: bytes
    at: datetime

    def text(self) -> str:
        """Write what is signed."""
        return (
            f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"
            f"chain {self.chain.hex()}\nat {stamp(self.at)}\n"
        )

    def note(self, public: bytes, signature: bytes) -> str:
        """Write the text with its signature."""
        value = base64.b64encode(key_hash(self.origin, public) + signature).decode()
        return f"{self.text()}\n— {self.origin} {value}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A checkpoint as somebody kept it, with the signatures under it."""

    checkpoint: Checkpoint
    signatures: tuple[bytes, ...]  # each the key's hash and the signature

    def signed_by(self, public: bytes) -> bool:
        """Tell whether one of the signatures is of this key."""
        origin, payload = self.checkpoint.origin, self.checkpoint.text().encode()
        return any(
            one[:_HASHES] == key_hash(origin, public)
            and signing.verify(public, payload, one[_HASHES:])
            for one in self.signatures
        )


def stamp(at: datetime) -> str:
    """Write a moment in UTC with microseconds."""
    return at.astimezone(UTC).strftime(_STAMP)


def key_hash(name: str, public: bytes) -> bytes:
    """Name a key in a note: the first four bytes of SHA-256 over its name and itself."""
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:_HASHES]


def verifier_key(name: str, public: bytes) -> str:
    """Write a public key as programs for signed notes want it (`name+hash+key`)."""
    value = base64.b64encode(_ED25519 + public).decode()
    return f"{name}+{key_hash(name, public).hex()}+{value}"


def parse(text: str) -> Note:
    """Read a checkpoint with its signatures; whose they are is asked with `signed_by`.

    Raises:
        NoteError: it is none, or not exactly in our form.
    """
    body, gap, tail = text.partition("\n\n")
    try:
        origin, size, root, chain, at = body.split("\n")
        checkpoint = Checkpoint(
            origin,
            int(size),
            base64.b64decode(root, validate=True),
            bytes.fromhex(chain.removeprefix("chain ")),
            datetime.strptime(at.removeprefix("at "), _STAMP).replace(tzinfo=UTC),
        )
        signatures = tuple(_signature(line) for line in tail.splitlines())
    except (ValueError, binascii.Error) as error:
        message = "this is no checkpoint"
        raise NoteError(message) from error
    if not gap or checkpoint.text() != body + "\n":  # one checkpoint has one writing
        message = "this is no checkpoint in our form"
        raise NoteError(message)
    return Note(checkpoint, signatures)


def _signature(line: str) -> bytes:
    dash, _, value = line.split(" ")
    if dash != "—":
        raise NoteError(line)
    return base64.b64decode(value, validate=True)
