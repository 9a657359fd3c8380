"""The confirmation of one payment: when it asks for a second proof, and bound to what.

What is proven is the SHA-256 of one intent and of when it arrives; the text of a code names amount
and payee. How a proof is given: `second_proof`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from okpay.identity.models import Person
from okpay.kernel.money import BY_NUMBER, Money
from okpay.limits.queries import standing
from okpay.payments.aliases import alias_digest, masked_alias
from okpay.payments.engine.commands import ENDPOINT_TRANSFER, answer_key
from okpay.payments.intents import unseal
from okpay.payments.operations import newcomers, second_proof
from okpay.payments.operations.second_proof import SETTLES

if TYPE_CHECKING:
    from datetime import datetime

    from okpay.kernel.actor import Actor
    from okpay.payments.intents import Intent
    from okpay.payments.operations.second_proof import Asked, Proof

ARRIVALS: Final = (0, 2 * 60 * 60, 24 * 60 * 60)  # seconds a payer may let a transfer wait


def asked_of(*, intent: Intent, token_made_at: datetime | None = None, now: datetime) -> Asked:
    """Return what confirming this intent asks for, in the app or of a token made then."""
    payer = Person.objects.get(pk=intent.payer)
    holds = standing(payer.pk, now)
    since = now - SETTLES
    new = not paid_before(intent=intent, at=since)
    who = intent.payee or alias_digest(intent.alias)
    lately = 0
    if new:
        itself = answer_key(intent.payer, ENDPOINT_TRANSFER, intent.key())
        lately = newcomers.sent_to(
            payer=payer.pk, who=who, since=since, into=intent.asset, but=itself
        )
    money = Money(BY_NUMBER[intent.asset], intent.amount)
    reason = holds.asks_twice(money, new_payee=new, lately=lately, token_made_at=token_made_at)
    return second_proof.asking(
        payer=payer, reason=reason, until=holds.careful_until, new=new, now=now
    )


def paid_before(*, intent: Intent, at: datetime) -> bool:
    """Whether a payment had reached this person by then; somebody without a wallet never was.

    For the second proof a payment of the last 24 hours does not count: else one yuan first would
    open the way for the rest.
    """
    return newcomers.is_known(payer=UUID(intent.payer), who=intent.payee, at=at)


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
    second_proof.send_code(
        payer=Person.objects.get(pk=intent.payer),
        asked=asked_of(intent=intent, now=now),
        bound=intent.digest(delay),
        text=lambda code: _text(intent, code),
        address=address,
        now=now,
    )


def _text(intent: Intent, code: str) -> str:
    money = Money(BY_NUMBER[intent.asset], intent.amount)
    return _(
        "OKPay: %(code)s confirms that you pay %(amount)s to %(payee)s, check code %(check)s."
        " Valid for 5 minutes. If this is not what you see, do not enter it."
        " Nobody from OKPay will ever ask you for it."
    ) % {
        "code": code,
        "amount": money.phrase(),
        "payee": intent.shown or masked_alias(intent.alias),
        "check": intent.check_code(),
    }


def passkey_options(
    *, actor: Actor, intent_token: str, delay: int = 0, now: datetime
) -> dict[str, Any]:
    """Return what the browser needs so that a passkey signs exactly this payment.

    Raises:
        QuoteExpiredError: altered, too old, or somebody else's.
        StepUpRequiredError: the person has no passkey that counts now.
    """
    intent = unseal(intent_token, str(actor.require_person()))
    payer = Person.objects.get(pk=intent.payer)
    asked = asked_of(intent=intent, now=now)
    return second_proof.passkey_challenge(payer=payer, asked=asked, bound=intent.digest(delay))


def confirm(
    *,
    intent: Intent,
    asked: Asked,
    payment_password: str,
    proof: Proof | None,
    delay: int,
    now: datetime,
) -> bool:
    """Return when the payer confirmed this intent and arrival, and whether by a second proof.

    `asked` is what `asked_of` said of it. Call it outside a transaction: tries are committed first.

    Raises:
        DomainError: see `second_proof.accept`.
    """
    payer = Person.objects.get(pk=intent.payer)
    bound = intent.digest(delay)
    return second_proof.accept(
        payer=payer,
        asked=asked,
        bound=bound,
        payment_password=payment_password,
        proof=proof,
        now=now,
    )
