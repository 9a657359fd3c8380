"""The second proof of a payment: when it is asked for, in which ways, and bound to what.

What is proven is one intent and when it arrives: the passkey signs the SHA-256 of both, the row of
a code by SMS holds it, and the text names amount and payee. Change one, and the proof is void.
(PSD2 RTS art. 5, dynamic linking.) A code of an authenticator app cannot be bound; it opens once,
and counts for the confirmation it came with.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import override

from okpay.identity import codes, hooks
from okpay.identity.codes import Purpose
from okpay.identity.factors import passkeys
from okpay.identity.factors.authenticator_app import verify_totp
from okpay.identity.factors.errors import FactorWrongError
from okpay.identity.factors.queries import Way, enrolled
from okpay.identity.models import Person
from okpay.identity.payment_passwords import check_payment_password
from okpay.identity.rules import mask_phone
from okpay.kernel.money import BY_NUMBER, Money
from okpay.limits.queries import Reason, standing
from okpay.payments.aliases import alias_digest, masked_alias
from okpay.payments.errors import StepUpRequiredError
from okpay.payments.intents import unseal
from okpay.payments.operations import newcomers

if TYPE_CHECKING:
    from okpay.kernel.actor import Actor
    from okpay.payments.intents import Intent

SETTLES: Final = timedelta(hours=24)  # before a new factor or phone counts beside older ones
OFFERED: Final = (Way.PASSKEY, Way.APP)  # beside a code by SMS, which everybody has
ARRIVALS: Final = (0, 2 * 60 * 60, 24 * 60 * 60)  # seconds a payer may let a transfer wait


@dataclass(frozen=True, slots=True)
class Proof:
    """What the payer gave beside the payment password: a typed code, or the browser's JSON."""

    way: Way
    answer: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a confirmation asks for. `reason` is `careful`, `large`, `new_payee`, or "" for nothing.

    `ways` are open for a second proof, the strongest first; `passkey` says that one may stand in
    place of the payment password; `phone` is where a code by SMS goes, masked.
    """

    reason: Reason
    until: datetime | None
    ways: tuple[Way, ...]
    passkey: bool
    phone: str


def asked_of(*, intent: Intent, now: datetime) -> Asked:
    """Return what confirming this intent asks for."""
    payer = Person.objects.get(pk=intent.payer)
    holds = standing(payer.pk, now)
    money = Money(BY_NUMBER[intent.asset], intent.amount)
    since = now - SETTLES
    new = not paid_before(intent=intent, at=since)
    lately = _sent_since(intent, since) if new else 0
    reason = holds.asks_twice(money, new_payee=new, lately=lately)
    ways = _ways(payer, now)
    return Asked(
        reason=reason,
        until=holds.careful_until,
        ways=ways,
        passkey=not reason and Way.PASSKEY in ways,
        phone=mask_phone(payer.phone),
    )


def paid_before(*, intent: Intent, at: datetime) -> bool:
    """Whether a payment had reached this person by then; somebody without a wallet never was.

    For the second proof a payment of the last 24 hours does not count: else one yuan first would
    open the way for the rest.
    """
    if not intent.payee:
        return False
    return newcomers.arrived(payer=UUID(intent.payer), people=[intent.payee], at=at).exists()


def _sent_since(intent: Intent, since: datetime) -> int:
    payer, who = UUID(intent.payer), intent.payee or alias_digest(intent.alias)
    sent = newcomers.sent_since(payer=payer, to=[who], since=since, into=intent.asset)
    return sent[who]


def _ways(payer: Person, now: datetime) -> tuple[Way, ...]:
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


def send_payment_code(
    *, actor: Actor, intent_token: str, delay: int = 0, address: str = "", now: datetime
) -> None:
    """Send a code by SMS that confirms exactly this payment; the text says what it pays.

    Raises:
        QuoteExpiredError: altered, too old, or somebody else's.
        StepUpRequiredError: SMS is not open to this person now.
        CodeCoolingError, CodeLockedError, TooManyCodesError: see `codes.send_code`.
    """
    intent = unseal(intent_token, str(actor.require_person()))
    asked = asked_of(intent=intent, now=now)
    if Way.SMS not in asked.ways:
        raise _required(asked)
    payer = Person.objects.get(pk=intent.payer)
    codes.send_code(
        purpose=Purpose.PAYMENT,
        person_id=payer.pk,
        phone=payer.phone,
        address=address,
        bound_to=intent.digest(delay).hex(),
        deliver=lambda code: _text(payer, intent, code),
        now=now,
    )


def _text(payer: Person, intent: Intent, code: str) -> None:
    money = Money(BY_NUMBER[intent.asset], intent.amount)
    with override(payer.language):
        text = _(
            "OKPay: %(code)s confirms that you pay %(amount)s to %(payee)s, check code %(check)s."
            " Valid for 5 minutes. If this is not what you see, do not enter it."
            " Nobody from OKPay will ever ask you for it."
        ) % {
            "code": code,
            "amount": money.phrase(),
            "payee": intent.shown or masked_alias(intent.alias),
            "check": intent.check_code(),
        }
    hooks.send_sms(payer.phone, text, Purpose.PAYMENT)


def passkey_options(
    *, actor: Actor, intent_token: str, delay: int = 0, now: datetime
) -> dict[str, Any]:
    """Return what the browser needs so that a passkey signs exactly this payment.

    Raises:
        QuoteExpiredError: altered, too old, or somebody else's.
        StepUpRequiredError: the person has no passkey that counts now.
    """
    intent = unseal(intent_token, str(actor.require_person()))
    asked = asked_of(intent=intent, now=now)
    if Way.PASSKEY not in asked.ways:
        raise _required(asked)
    return passkeys.begin(actor.require_person(), intent.digest(delay))


def _required(asked: Asked) -> StepUpRequiredError:
    careful = asked.until is not None and asked.reason == "careful"
    until = asked.until.isoformat() if careful and asked.until else ""
    return StepUpRequiredError(reason=asked.reason, until=until)


def confirm(
    *, intent: Intent, payment_password: str, proof: Proof | None, delay: int, now: datetime
) -> bool:
    """Return when the payer confirmed this intent and arrival, and whether by a second proof.

    The payment password is always asked, but where nothing more is: there a passkey may stand in
    its place. Call it outside a transaction: tries are committed first.

    Raises:
        StepUpRequiredError: a second proof is needed, and none that counts was given.
        PaymentPasswordRequiredError, PaymentPasswordWrongError, PaymentPasswordLockedError.
        FactorWrongError, FactorLockedError, CodeWrongError, CodeExpiredError, CodeLockedError.
    """
    asked = asked_of(intent=intent, now=now)
    if proof is not None and proof.way not in asked.ways:
        raise FactorWrongError
    if asked.reason and proof is None:
        raise _required(asked)
    instead = asked.passkey and proof is not None and proof.way is Way.PASSKEY
    if not instead or payment_password:
        check_payment_password(person_id=UUID(intent.payer), pin=payment_password, now=now)
    if proof is not None:
        _prove(intent, proof, delay, now)
    return proof is not None


def _prove(intent: Intent, proof: Proof, delay: int, now: datetime) -> None:
    payer = Person.objects.get(pk=intent.payer)
    bound = intent.digest(delay)
    if proof.way is Way.PASSKEY:
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
