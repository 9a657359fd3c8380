"""Proving that it is really the holder who changes how an account is reached.

A session and the sign-in password are what a thief of a laptop has. Whoever could move the phone
or the e-mail with only these could then choose a new payment password with a code to the new
phone. So the change asks for the payment password, or for a code to the phone on file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from okpay.identity import codes, guards
from okpay.identity.models import PaymentPassword
from okpay.identity.payment_passwords import check_payment_password

if TYPE_CHECKING:
    from datetime import datetime

    from okpay.identity.models import Person
    from okpay.kernel.actor import Actor


def send_holder_code(*, actor: Actor, address: str = "", now: datetime) -> None:
    """Send a code to the phone on file, for those who forgot the payment password.

    Raises:
        AccountFrozenError: the person may only read.
        CodeCoolingError, CodeLockedError, TooManyCodesError: see `codes.send_code`.
    """
    person = guards.acting_person(actor)
    codes.send_code(
        purpose=codes.Purpose.HOLDER,
        person_id=person.id,
        phone=person.phone,
        address=address,
        now=now,
    )


def prove_holder(*, person: Person, payment_password: str, code: str, now: datetime) -> None:
    """Return when it is the holder: by a code to their phone, else by the payment password.

    Without a payment password there is nothing to prove. Call it outside a transaction.

    Raises:
        PaymentPasswordRequiredError, PaymentPasswordWrongError, PaymentPasswordLockedError.
        CodeWrongError, CodeExpiredError, CodeLockedError: the code to the phone on file.
    """
    if not PaymentPassword.objects.filter(person=person).exists():
        return
    if code:
        codes.check_code(
            purpose=codes.Purpose.HOLDER,
            person_id=person.id,
            phone=person.phone,
            code=code,
            now=now,
        )
        return
    check_payment_password(person_id=person.id, pin=payment_password, now=now)
