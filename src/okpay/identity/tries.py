"""Budgets of guesses, counted exactly.

A try is written down and committed *before* the secret is looked at, so a crash, a hundred
parallel requests or a cancelled one cannot win free guesses. One advisory lock
per budget lets guesses pass one by one: many right answers at once never run into a lock that is
meant for wrong ones.
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import connection, transaction

from okpay.identity.errors import SignInBusyError
from okpay.identity.hashing import keyed_digest
from okpay.identity.models import TryBudget

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class TryPolicy:
    """After `count` wrong tries in a row, lock for the time beside it; forget after a quiet day."""

    scope: str
    steps: tuple[tuple[int, timedelta], ...]
    forget_after: timedelta = timedelta(hours=24)

    def lock_after(self, failures: int) -> timedelta | None:
        """How long the budget is locked when this many tries have been spent."""
        found = [lock for count, lock in self.steps if count == failures]
        last, lock = self.steps[-1]
        if not found and failures > last:
            return lock
        return found[0] if found else None

    def left(self, failures: int) -> int:
        """How many tries remain before the next lock."""
        return next((count - failures for count, _lock in self.steps if count > failures), 0)


PAYMENT_PASSWORD: Final = TryPolicy(
    "payment_password", ((5, timedelta(minutes=15)), (10, timedelta(hours=24)))
)
SIGN_IN: Final = TryPolicy("sign_in", ((5, timedelta(minutes=15)), (10, timedelta(hours=1))))
CODE: Final = TryPolicy("code", ((5, timedelta(minutes=15)),))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a try. `locked_until` is set when no further try is allowed now."""

    ok: bool
    checked: bool
    failures: int
    tries_left: int
    locked_until: datetime | None
    just_locked: bool


def _key(policy: TryPolicy, subject: str) -> str:
    return keyed_digest("try", policy.scope, subject)  # a subject may be a phone


@contextmanager
def _alone(key: str) -> Iterator[None]:
    number = int(key[:15], 16)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [number])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [number])


def alone_until_commit(*subjects: str) -> None:
    """Let one transaction at a time count what belongs to any of these; call it inside one."""
    keys = {hashlib.sha256(f"alone\0{subject}".encode()).hexdigest() for subject in subjects}
    with connection.cursor() as cursor:
        for number in sorted(
            int(key[:15], 16) for key in keys
        ):  # in one order, so none waits round
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def _spend(policy: TryPolicy, key: str, now: datetime) -> tuple[TryBudget, bool]:
    """Write one try down; False when the budget is locked and nothing was spent."""
    with transaction.atomic(durable=True):
        TryBudget.objects.bulk_create(
            [TryBudget(key=key, scope=policy.scope, last_try_at=now)], ignore_conflicts=True
        )
        budget = TryBudget.objects.select_for_update().get(key=key)
        if budget.locked_until is not None and budget.locked_until > now:
            return budget, False
        if now - budget.last_try_at > policy.forget_after:
            budget.failures = 0
        budget.failures += 1
        budget.last_try_at = now
        lock = policy.lock_after(budget.failures)
        budget.locked_until = now + lock if lock is not None else None
        budget.save(update_fields=["failures", "last_try_at", "locked_until"])
        return budget, True


def _give_back(budget: TryBudget) -> None:
    budget.failures -= 1
    budget.locked_until = None  # it was open, or the check would not have been asked for
    budget.save(update_fields=["failures", "locked_until"])


def attempt(policy: TryPolicy, subject: str, now: datetime, check: Callable[[], bool]) -> Verdict:
    """Spend one try, then check; a right answer gives the whole budget back.

    Must be called outside a transaction: the spent try has to be durable before the check.

    Raises:
        SignInBusyError: the check was not made; the try is given back.
    """
    key = _key(policy, subject)
    with _alone(key):
        budget, allowed = _spend(policy, key, now)
        try:
            ok = allowed and check()
        except SignInBusyError:
            _give_back(budget)
            raise
        if ok:
            forgive(policy, subject)
    locked = None if ok else budget.locked_until
    return Verdict(
        ok=ok,
        checked=allowed,
        failures=0 if ok else budget.failures,
        tries_left=0 if locked else policy.left(0 if ok else budget.failures),
        locked_until=locked,
        just_locked=allowed and locked is not None,
    )


def forgive(policy: TryPolicy, subject: str) -> None:
    """Give the whole budget back, after a right answer or a stronger proof."""
    TryBudget.objects.filter(key=_key(policy, subject)).update(failures=0, locked_until=None)


def locked_until(policy: TryPolicy, subject: str, now: datetime) -> datetime | None:
    """Return when the lock of this budget ends, or None when it is open."""
    return (
        TryBudget.objects.filter(key=_key(policy, subject), locked_until__gt=now)
        .values_list("locked_until", flat=True)
        .first()
    )


def soften(policy: TryPolicy, subject: str) -> None:
    """Give the budget back after a stronger proof, but keep the longest lock if it is reached."""
    longest = policy.steps[-1][0]
    TryBudget.objects.filter(key=_key(policy, subject), failures__lt=longest).update(
        failures=0, locked_until=None
    )
