"""Look whether every master key is at hand that data keys are wrapped by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg

from okpay.config import secrets
from okpay.embedded.errors import EmbeddedError

if TYPE_CHECKING:
    from okpay.kernel.crypto.ring import Ring

_MASTERS = "SELECT version, fingerprint FROM crypto_masterkey WHERE phase <> 'retired' ORDER BY 1"


class EnvelopeError(EmbeddedError):
    """What was sealed could not be opened with the keys that are given."""


def ring() -> Ring:
    """Return the ring of master keys, read and understood.

    Raises:
        EnvelopeError: it has another form, or cannot be read.
        MissingSecretError: in production, when none is given.
    """
    from okpay.kernel.crypto.ring import Ring

    file = secrets.envelope_file()
    name = str(file) if file else "OKPAY_SECRET_ENVELOPE"
    found = Ring(secrets.envelope_keys(), file)
    try:
        newest = found.newest()
    except ValueError as error:
        raise EnvelopeError(f"{name} is no ring of keys: {error}.") from None
    except OSError as error:
        raise EnvelopeError(f"{name} cannot be read: {error.strerror}.") from None
    if not newest:
        raise EnvelopeError(f"{name} holds no key: okpay keys new makes one.")
    return found


def missing(link: psycopg.Connection[Any], found: Ring) -> str:
    """Return a sentence about the first master key that is not at hand; "" when all are."""
    from okpay.kernel.crypto import KeyMissingError

    if link.execute("SELECT to_regclass('crypto_masterkey') IS NULL").fetchone() == (True,):
        return ""
    for version, fingerprint in link.execute(_MASTERS).fetchall():
        try:
            same = found.fingerprint(version) == bytes(fingerprint)
        except KeyMissingError:
            return (
                f"Version {version} of the envelope key is missing, and personal data is sealed "
                "by it: give it back (OKPAY_SECRET_ENVELOPE or OKPAY_ENVELOPE_FILE)."
            )
        if not same:
            return (
                f"Version {version} of the envelope key is another than the one that personal data "
                "is sealed by: give the former one back (OKPAY_SECRET_ENVELOPE or "
                "OKPAY_ENVELOPE_FILE)."
            )
    return ""


def assert_at_hand(url: str) -> None:
    """Assert that personal data can be opened.

    Raises:
        EnvelopeError: saying which key is missing.
    """
    with psycopg.connect(url, connect_timeout=10) as link:
        sentence = missing(link, ring())
    if sentence:
        raise EnvelopeError(sentence)
