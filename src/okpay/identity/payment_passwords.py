"""The payment password: set, change, check, and start again after forgetting it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction

from okpay.identity import codes, ending, guards, hooks, known, tries
from okpay.identity.caution import Cause, begin
from okpay.identity.errors import (
    PaymentPasswordLockedError,
    PaymentPasswordRequiredError,
    PaymentPasswordSetError,
    PaymentPasswordWrongError,
    PhoneTooNewError,
    WeakPaymentPasswordError,
)
from okpay.identity.hashing import hash_pin, pin_matches
from okpay.identity.hooks import SecurityEvent, SecurityNews
from okpay.identity.models import KnownDevice, PaymentPassword, Person
from okpay.identity.moments import moment
from okpay.identity.rules import is_pin, pin_is_weak
from okpay.kernel import audit
from okpay.kernel.ids import encode

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from okpay.kernel.actor import Actor

TRIES_BEFORE_RESET: Final = 10
PHONE_SETTLES: Final = timedelta(hours=24)  # before a changed phone can replace the digits


def check_payment_password(*, person_id: UUID, pin: str, now: datetime) -> None:
    """Return when the digits are right. Call it outside a transaction: the try is committed first.

    Five wrong tries lock for 15 minutes, ten for 24 hours and until a new one is chosen.

    Raises:
        PaymentPasswordRequiredError: none is set, or none was given.
        PaymentPasswordWrongError: wrong; `tries_left` says how many remain before a lock.
        PaymentPasswordLockedError: too many wrong tries; `until` (and `locked_until`, ISO 8601).
        SignInBusyError: the machine is checking too many at once; nothing was spent or charged.
    """
    stored = PaymentPassword.objects.filter(person_id=person_id).first()
    if stored is None or not pin:
        raise PaymentPasswordRequiredError
    subject = str(person_id)
    verdict = tries.attempt(
        tries.PAYMENT_PASSWORD,
        subject,
        now,
        lambda: (
            is_pin(pin) and not stored.must_reset and pin_matches(person_id, pin, stored.digest)
        ),
    )
    if verdict.ok:
        return
    if verdict.just_locked and verdict.locked_until is not None:
        _lock_noted(person_id, verdict.failures, verdict.locked_until, now)
    if verdict.locked_until is not None:
        raise PaymentPasswordLockedError(
            until=moment(verdict.locked_until), locked_until=verdict.locked_until.isoformat()
        )
    raise PaymentPasswordWrongError(tries_left=verdict.tries_left)


def _lock_noted(person_id: UUID, failures: int, until: datetime, now: datetime) -> None:
    if failures >= TRIES_BEFORE_RESET:
        PaymentPassword.objects.filter(person_id=person_id).update(must_reset=True)
    hooks.tell(
        SecurityNews(
            person_id,
            SecurityEvent.PAYMENT_PASSWORD_LOCKED,
            now,
            {"until_at": until.isoformat(), "failures": str(failures)},
        )
    )


def refuse_weak(person: Person, pin: str) -> None:
    """Return when these may become the person's payment password.

    Raises:
        WeakPaymentPasswordError: not six digits, or made of what others know of the person.
    """
    if not is_pin(pin) or pin_is_weak(pin, phone=person.phone):
        raise WeakPaymentPasswordError
    for born, number in known.facts_of(person.id):
        digits = "".join(one for one in number if one.isdigit())
        if pin_is_weak(pin, phone=person.phone, born=born, id_number=digits):
            raise WeakPaymentPasswordError


def store(
    actor: Actor, person: Person, digest: str, event: SecurityEvent, now: datetime, **facts: str
) -> None:
    """Put hashed digits that `refuse_weak` let through into force, in the caller's transaction.

    `facts` go into the audit trail. Whether care begins is for the caller to say.
    """
    PaymentPassword.objects.update_or_create(
        person=person, defaults={"digest": digest, "changed_at": now, "must_reset": False}
    )
    audit.record(
        actor=actor,
        action=f"identity.{event}",
        subject=encode("cus", person.id),
        data=facts,
        now=now,
    )
    hooks.tell(SecurityNews(person.id, event, now))


def _store(actor: Actor, person: Person, digest: str, event: SecurityEvent, now: datetime) -> None:
    store(actor, person, digest, event, now)
    if event is SecurityEvent.PAYMENT_PASSWORD_CHANGED or _worth_stealing(person.id):
        begin(person_id=person.id, cause=Cause.PAYMENT_PASSWORD_CHANGED, now=now)


def _worth_stealing(person_id: UUID) -> bool:
    """Whether a first payment password may be a thief's: somebody signed in on another browser."""
    return KnownDevice.objects.filter(person_id=person_id).count() > 1


def set_payment_password(*, actor: Actor, pin: str, now: datetime) -> None:
    """Set the first payment password: six digits that are not among those tried first.

    Somebody who has more than one browser already is handled with care for a day: a thief at an
    open session would do the same. The face asks once more who is there.

    Raises:
        PaymentPasswordSetError: there is one already; it must be changed, not set again.
        WeakPaymentPasswordError: not six digits, or too easy to guess.
        AccountFrozenError: the person may only read.
    """
    person = guards.acting_person(actor)
    refuse_weak(person, pin)
    digest = hash_pin(person.id, pin)
    with transaction.atomic(durable=True):
        Person.objects.select_for_update().get(pk=person.id)
        if PaymentPassword.objects.filter(person=person).exists():
            raise PaymentPasswordSetError
        _store(actor, person, digest, SecurityEvent.PAYMENT_PASSWORD_SET, now)


def change_payment_password(*, actor: Actor, pin: str, new_pin: str, now: datetime) -> None:
    """Change it, proving the current one; the new one must differ.

    Raises:
        PaymentPasswordRequiredError, PaymentPasswordWrongError, PaymentPasswordLockedError: as in
            `check_payment_password`, for the current digits.
        WeakPaymentPasswordError: the new digits are the old ones or too easy to guess.
        AccountFrozenError: the person may only read.
    """
    person = guards.acting_person(actor)
    check_payment_password(person_id=person.id, pin=pin, now=now)
    refuse_weak(person, new_pin)
    if new_pin == pin:
        raise WeakPaymentPasswordError
    digest = hash_pin(person.id, new_pin)
    with transaction.atomic(durable=True):
        Person.objects.select_for_update().get(pk=person.id)
        _store(actor, person, digest, SecurityEvent.PAYMENT_PASSWORD_CHANGED, now)


def _refuse_new_phone(person: Person, now: datetime) -> None:
    changed = person.phone_changed_at
    if changed is not None and now < changed + PHONE_SETTLES:
        raise PhoneTooNewError(until=moment(changed + PHONE_SETTLES))


def send_reset_code(*, actor: Actor, address: str = "", now: datetime) -> None:
    """Send the code with which a forgotten payment password is replaced.

    Raises:
        AccountFrozenError: the person may only read.
        PhoneTooNewError: the phone was changed less than 24 hours ago.
        CodeCoolingError, CodeLockedError, TooManyCodesError: see `codes.send_code`.
    """
    person = guards.acting_person(actor)
    _refuse_new_phone(person, now)
    codes.send_code(
        purpose=codes.Purpose.PAYMENT_PASSWORD,
        person_id=person.id,
        phone=person.phone,
        address=address,
        now=now,
    )


def reset_payment_password(
    *, actor: Actor, password: str, code: str, new_pin: str, now: datetime
) -> None:
    """Choose a new one after forgetting it, with the sign-in password and a code by SMS.

    A lock of 15 minutes ends with it; the lock of 24 hours after ten wrong tries stays. Every
    access token ends too: a thief may have made one with the old digits.

    Raises:
        PasswordWrongError, SignInLockedError: the sign-in password.
        CodeWrongError, CodeExpiredError, CodeLockedError: the code.
        WeakPaymentPasswordError: the new digits.
        PhoneTooNewError: the phone was changed less than 24 hours ago.
        AccountFrozenError: the person may only read.
    """
    person = guards.acting_person(actor)
    _refuse_new_phone(person, now)
    refuse_weak(person, new_pin)
    guards.prove_password(person=person, password=password, now=now)
    codes.check_code(
        purpose=codes.Purpose.PAYMENT_PASSWORD,
        person_id=person.id,
        phone=person.phone,
        code=code,
        now=now,
    )
    digest = hash_pin(person.id, new_pin)
    with transaction.atomic(durable=True):
        Person.objects.select_for_update().get(pk=person.id)
        _store(actor, person, digest, SecurityEvent.PAYMENT_PASSWORD_CHANGED, now)
        ending.end_tokens(actor=actor, person_id=person.id, now=now)
    tries.soften(tries.PAYMENT_PASSWORD, str(person.id))
