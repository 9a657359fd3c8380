"""Signing in to the console: a password, and then always a passkey or an authenticator app."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.contrib.auth.hashers import make_password

from okpay.identity import guards, queries
from okpay.identity.errors import PasswordWrongError, SignInLockedError
from okpay.identity.factors.queries import Way, enrolled
from okpay.identity.hashing import keyed_digest
from okpay.identity.moments import moment
from okpay.identity.staff import sessions
from okpay.identity.staff.access import permissions_of
from okpay.kernel import audit
from okpay.kernel.actor import Actor
from okpay.kernel.ids import encode

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from okpay.identity.models import Person
    from okpay.identity.staff.models import StaffSession

# What is sent by SMS or e-mail can be taken over with a number; it opens no console.
STRONG: Final = (Way.PASSKEY, Way.APP)


@dataclass(frozen=True, slots=True)
class Browser:
    """Where a sign-in comes from."""

    user_agent: str
    address: str


def staff_actor(person_id: UUID) -> Actor:
    """Name a member of staff at work."""
    return Actor(person_id=person_id, kind="staff", via="web")


def strong_ways(person_id: UUID) -> list[Way]:
    """List the second factors of a person that open the console; none means: enrol first."""
    held = {one.way for one in enrolled(person_id)}
    return [way for way in STRONG if way in held]


def with_password(*, email: str, password: str, browser: Browser, now: datetime) -> str:
    """Check the password of a member of staff; return the key of a session that waits for more.

    Whoever is not staff hears the same as of a wrong password, after the same work, and it counts
    on the same budget as their sign-in to the app.

    Raises:
        PasswordWrongError: not this password, or nobody who works here.
        SignInLockedError: too many wrong tries.
    """
    person = queries.find_person(email)
    subject = str(person.id) if person else keyed_digest("sign_in", email.strip().lower())
    verdict = guards.count_sign_in(
        subject=subject, person=person, now=now, check=lambda: _matches(person, password)
    )
    if verdict.locked_until is not None:
        raise SignInLockedError(until=moment(verdict.locked_until))
    if not verdict.ok or person is None:
        raise PasswordWrongError(tries_left=verdict.tries_left)
    return sessions.begin(
        person_id=person.id, user_agent=browser.user_agent, address=browser.address, now=now
    )


def _matches(person: Person | None, password: str) -> bool:
    if person is None or not permissions_of(person.id):
        make_password(password)  # as slow as a real check
        return False
    return person.check_password(password)


def finish(*, session: StaffSession, way: Way, now: datetime) -> str:
    """Open the console once the second factor was shown; return the new key of the session."""
    key = sessions.prove(session, now)
    _record(session, "signed_in", now, way=str(way))
    return key


def sign_out(*, session: StaffSession, now: datetime) -> None:
    """End a session of the console."""
    sessions.end(session)
    _record(session, "signed_out", now)


def _record(session: StaffSession, verb: str, now: datetime, **data: object) -> None:
    audit.record(
        actor=staff_actor(session.person_id),
        action=f"staff.{verb}",
        subject=encode("cus", session.person_id),
        data=data,
        now=now,
    )
