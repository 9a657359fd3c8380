"""Password hashing with argon2id, never more of it at once than the machine can spare."""

from __future__ import annotations

import hashlib
import hmac
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher

from okpay.identity.errors import SignInBusyError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

MEMORY_KIB: Final = 19 * 1024
TIME: Final = 2
LANES: Final = 1
WAIT_SECONDS: Final = 10


class Door:
    """Some places for work that costs much, and a short queue before them.

    Whoever finds the queue full is sent away at once. So a flood of sign-ins holds only a part of
    a process's threads, and everything else goes on beside it.
    """

    def __init__(self, places: int, queue: int) -> None:
        """`places` work at once, `queue` wait."""
        self._near = threading.BoundedSemaphore(places + queue)
        self._places = threading.BoundedSemaphore(places)
        self._mine = threading.local()  # whether this thread stands before it already

    @contextmanager
    def near(self) -> Iterator[None]:
        """Stand before it, with whatever else has to be waited for; once a thread.

        Raises:
            SignInBusyError: the queue is full.
        """
        if getattr(self._mine, "near", False):
            yield
            return
        if not self._near.acquire(blocking=False):
            raise SignInBusyError
        self._mine.near = True
        try:
            yield
        finally:
            self._mine.near = False
            self._near.release()

    @contextmanager
    def through(self) -> Iterator[None]:
        """Work inside.

        Raises:
            SignInBusyError: the queue is full, or no place became free in time.
        """
        with self.near():
            if not self._places.acquire(timeout=WAIT_SECONDS):
                raise SignInBusyError
            try:
                yield
            finally:
                self._places.release()


# A web process has eight threads: five at most sign somebody in. Payment passwords wait at a door
# of their own; who confirms a payment is signed in, and one person's tries pass one by one.
SIGN_INS: Final = Door(places=2, queue=3)
_payments: Final = Door(places=2, queue=62)
_pin_hasher: Final = PasswordHasher(
    time_cost=TIME, memory_cost=MEMORY_KIB, parallelism=LANES, type=Type.ID
)


class BoundedArgon2Hasher(Argon2PasswordHasher):
    """Django's argon2id with our parameters and a bound on parallel work."""

    memory_cost = MEMORY_KIB
    time_cost = TIME
    parallelism = LANES

    def encode(self, password: str, salt: str) -> str:
        """Hash a sign-in password.

        Raises:
            SignInBusyError: too many are checked at once.
        """
        with SIGN_INS.through():
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        """Check a sign-in password.

        Raises:
            SignInBusyError: too many are checked at once.
        """
        with SIGN_INS.through():
            return super().verify(password, encoded)


def _peppered(person_id: UUID, pin: str) -> str:
    """Bind the digits to the person and to a key that is not in the database."""
    pepper = settings.OKPAY_PEPPER.encode()
    return hmac.new(pepper, person_id.bytes + b"\0" + pin.encode(), hashlib.sha256).hexdigest()


def hash_pin(person_id: UUID, pin: str) -> str:
    """Hash a payment password: argon2id over HMAC-SHA256(pepper, person ‖ digits)."""
    with _payments.through():
        return _pin_hasher.hash(_peppered(person_id, pin))


def pin_matches(person_id: UUID, pin: str, encoded: str) -> bool:
    """Check a payment password against its hash."""
    with _payments.through():
        try:
            return _pin_hasher.verify(encoded, _peppered(person_id, pin))
        except (VerificationError, InvalidHashError):
            return False


def keyed_digest(purpose: str, *parts: str) -> str:
    """Return HMAC-SHA256(pepper, purpose ‖ parts) as hex, for codes and look-up keys."""
    body = "\0".join((purpose, *parts)).encode()
    return hmac.new(settings.OKPAY_PEPPER.encode(), body, hashlib.sha256).hexdigest()
