"""Who is acting, may they change anything, and is it really them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from okpay.identity import hooks, tries
from okpay.identity.errors import AccountFrozenError, PasswordWrongError, SignInLockedError
from okpay.identity.hashing import SIGN_INS
from okpay.identity.hooks import SecurityEvent, SecurityNews
from okpay.identity.models import Person
from okpay.identity.moments import moment

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from okpay.kernel.actor import Actor


def acting_person(actor: Actor) -> Person:
    """Return the person who acts, with today's facts.

    Raises:
        AccountFrozenError: a frozen person may only read.
        Person.DoesNotExist: the person was closed while the request ran.
    """
    person = Person.objects.get(pk=actor.require_person(), is_active=True)
    if person.frozen_at is not None:
        raise AccountFrozenError
    return person


def count_sign_in(
    *, subject: str, person: Person | None, now: datetime, check: Callable[[], bool]
) -> tries.Verdict:
    """Spend one sign-in try on `subject`, check, and tell the person when it locked."""
    with SIGN_INS.near():  # tries of one subject wait for each other, and are to hold no more
        verdict = tries.attempt(tries.SIGN_IN, subject, now, check)
    if verdict.just_locked and person is not None and verdict.locked_until is not None:
        hooks.tell(
            SecurityNews(
                person.id,
                SecurityEvent.SIGN_IN_LOCKED,
                now,
                {"until_at": verdict.locked_until.isoformat(), "failures": str(verdict.failures)},
            )
        )
    return verdict


def prove_password(*, person: Person, password: str, now: datetime) -> None:
    """Return when this is the person's sign-in password; it spends the sign-in budget.

    Raises:
        PasswordWrongError: it is not; `tries_left` says how many remain.
        SignInLockedError: too many wrong tries; `until` is when the lock ends.
    """
    verdict = count_sign_in(
        subject=str(person.id),
        person=person,
        now=now,
        check=lambda: person.check_password(password),
    )
    if verdict.ok:
        return
    if verdict.locked_until is not None:
        raise SignInLockedError(until=moment(verdict.locked_until))
    raise PasswordWrongError(tries_left=verdict.tries_left)
