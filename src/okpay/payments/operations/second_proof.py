"""A second proof beside the payment password, of a payment or a whole list: one way of giving it.

What is proven is 32 bytes that stand for exactly what was shown: a passkey signs them, the row of a
code by SMS holds them. Change anything, and the proof is void. (PSD2 RTS art. 5, dynamic linking.)
A code of an authenticator app cannot be bound; it opens once, and counts for the confirmation it
came with.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import override

from okpay.identity import codes, hooks
from okpay.identity.codes import Purpose
from okpay.identity.factors.authenticator_app import verify_totp
from okpay.identity.factors.errors import FactorWrongError
from okpay.identity.factors.queries import Way, enrolled
from okpay.identity.payment_passwords import check_payment_password
from okpay.identity.rules import mask_phone
from okpay.limits.queries import Reason
from okpay.payments.errors import StepUpRequiredError

if TYPE_CHECKING:
    from collections.abc import Callable

    from okpay.identity.models import Person

SETTLES: Final = timedelta(hours=24)  # before a new factor or phone counts beside older ones
OFFERED: Final = (Way.PASSKEY, Way.APP)  # beside a code by SMS, which everybody has


@dataclass(frozen=True, slots=True)
class Proof:
    """What the payer gave beside the payment password: a typed code, or the browser's JSON."""

    way: Way
    answer: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a confirmation asks for. `reason` is `careful`, `large`, `new_payee`, or "" for nothing.

    `ways` are open for a second proof, the strongest first; `passkey` says that one may stand in
    place of the payment password; `phone` is where a code by SMS goes, masked; `new` says that the
    payee was not paid before.
    """

    reason: Reason
    until: datetime | None
    ways: tuple[Way, ...]
    passkey: bool
    phone: str
    new: bool = False

    def required(self) -> StepUpRequiredError:
        """The refusal that asks for it."""
        careful = self.until is not None and self.reason == "careful"
        until = self.until.isoformat() if careful and self.until else ""
        return StepUpRequiredError(reason=self.reason, until=until)


def asking(
    *, payer: Person, reason: Reason, until: datetime | None, new: bool, now: datetime
) -> Asked:
    """Return what a confirmation asks this payer for, for that reason."""
    ways = ways_of(payer=payer, now=now)
    return Asked(
        reason=reason,
        until=until,
        ways=ways,
        passkey=not reason and Way.PASSKEY in ways,
        phone=mask_phone(payer.phone),
        new=new,
    )


def ways_of(*, payer: Person, now: datetime) -> tuple[Way, ...]:
    """List what counts as a second proof now.

    Who has just taken an account over adds a factor or moves the phone first. So what is younger
    than 24 hours does not count where something older does.
    """
    mine = [one for one in enrolled(payer.pk) if one.way in OFFERED]
    old = {one.way for one in mine if one.added_at <= now - SETTLES}
    young = {one.way for one in mine} - old
    moved = payer.phone_changed_at
    texts = {Way.SMS} if payer.phone_verified_at is not None else set()
    if moved is not None and moved > now - SETTLES:
        young |= texts
    else:
        old |= texts
    counted = old or young
    return tuple(way for way in (*OFFERED, Way.SMS) if way in counted)


def send_code(
    *,
    payer: Person,
    asked: Asked,
    bound: bytes,
    text: Callable[[str], str],
    address: str,
    now: datetime,
) -> None:
    """Send a code by SMS that confirms exactly what `bound` stands for; `text` words it.

    Raises:
        StepUpRequiredError: SMS is not open to this person now.
        CodeCoolingError, CodeLockedError, TooManyCodesError: see `codes.send_code`.
    """
    if Way.SMS not in asked.ways:
        raise asked.required()

    def deliver(code: str) -> None:
        with override(payer.language):
            words = text(code)
        hooks.send_sms(payer.phone, words, Purpose.PAYMENT)

    codes.send_code(
        purpose=Purpose.PAYMENT,
        person_id=payer.pk,
        phone=payer.phone,
        address=address,
        bound_to=bound.hex(),
        deliver=deliver,
        now=now,
    )


def passkey_challenge(*, payer: Person, asked: Asked, bound: bytes) -> dict[str, Any]:
    """Return what the browser needs so that a passkey signs exactly what `bound` stands for.

    Raises:
        StepUpRequiredError: the person has no passkey that counts now.
    """
    if Way.PASSKEY not in asked.ways:
        raise asked.required()
    from okpay.identity.factors import passkeys  # noqa: PLC0415 — the API and the worker ask for no passkey, and it costs 3 MB

    return passkeys.begin(payer.pk, bound)


def accept(
    *,
    payer: Person,
    asked: Asked,
    bound: bytes,
    payment_password: str,
    proof: Proof | None,
    now: datetime,
) -> bool:
    """Return when the payer confirmed what `bound` stands for, and whether they did it twice.

    The payment password is always asked, but where nothing more is: there a passkey may stand in
    its place, and alone is no second proof. Call it outside a transaction: tries are committed
    first.

    Raises:
        StepUpRequiredError: a second proof is needed, and none that counts was given.
        PaymentPasswordRequiredError, PaymentPasswordWrongError, PaymentPasswordLockedError.
        FactorWrongError, FactorLockedError, CodeWrongError, CodeExpiredError, CodeLockedError.
    """
    if proof is not None and proof.way not in asked.ways:
        raise FactorWrongError
    if asked.reason and proof is None:
        raise asked.required()
    instead = asked.passkey and proof is not None and proof.way is Way.PASSKEY
    alone = instead and not payment_password
    if not alone:
        check_payment_password(person_id=payer.pk, pin=payment_password, now=now)
    if proof is not None:
        _prove(payer, bound, proof, now)
    return proof is not None and not alone


def _prove(payer: Person, bound: bytes, proof: Proof, now: datetime) -> None:
    if proof.way is Way.PASSKEY:
        from okpay.identity.factors import passkeys  # noqa: PLC0415 — as above

        passkeys.finish(person_id=payer.pk, challenge=bound, response=proof.answer, now=now)
    elif proof.way is Way.APP:
        verify_totp(person_id=payer.pk, code=proof.answer, now=now)
    elif proof.way is Way.SMS:
        codes.check_code(
            purpose=Purpose.PAYMENT,
            person_id=payer.pk,
            phone=payer.phone,
            code=proof.answer,
            bound_to=bound.hex(),
            now=now,
        )
    else:
        raise FactorWrongError
