"""Give received money back: quote, confirm with the payment password, or by a program's token."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

import msgspec
from django.core import signing

from okpay.identity.payment_passwords import check_payment_password
from okpay.kernel.ids import new_uuid
from okpay.kernel.money import BY_NUMBER, AssetMismatchError, Money
from okpay.payments.engine.access import engine
from okpay.payments.engine.commands import Refund
from okpay.payments.errors import (
    NotRefundableError,
    QuoteExpiredError,
    RefundTooLargeError,
    TransferNotFoundError,
)
from okpay.payments.intents import LIFETIME
from okpay.payments.memos import clean_memo
from okpay.payments.operations.transfers import REMEMBERED, outcome_of
from okpay.payments.outcomes import Outcome, outcome_from
from okpay.payments.prints import fingerprint_of
from okpay.payments.refundable import refundable

if TYPE_CHECKING:
    from datetime import timedelta

    from okpay.kernel.actor import Actor
    from okpay.payments.refundable import Refundable

ENDPOINT: Final = "refunds"
_SALT: Final = "okpay.payments.refund"


class RefundIntent(msgspec.Struct, frozen=True):
    """What was shown and will go back. `amount` in the asset's smallest unit."""

    by: str
    original: str
    asset: int
    amount: int
    memo: str
    nonce: str


@dataclass(frozen=True, slots=True)
class RefundQuote:
    """What is shown before the payment password, and the signed token that returns exactly that."""

    intent_token: str
    found: Refundable
    money: Money
    memo: str
    expires_at: datetime


def quote_refund(
    *, actor: Actor, record_id: UUID, money: Money, memo: str = "", now: datetime
) -> RefundQuote:
    """Bind who gives back, what of, and how much. Nothing is written or promised about funds.

    Raises:
        TransferNotFoundError: not received by this person.
        NotRefundableError: nothing of it can go back.
        RefundTooLargeError: more than is left of it.
        AssetMismatchError: another currency.
    """
    found = _checked(actor, record_id, money)
    if money.minor > found.left.minor:
        left = found.left
        raise RefundTooLargeError(left=left.decimal_string(), currency=left.asset.code)
    intent = RefundIntent(
        by=str(actor.require_person()),
        original=str(record_id),
        asset=money.asset.number,
        amount=money.minor,
        memo=clean_memo(memo),
        nonce=str(new_uuid()),
    )
    token = signing.TimestampSigner(salt=_SALT).sign_object(msgspec.to_builtins(intent))
    return RefundQuote(token, found, money, intent.memo, now + LIFETIME)


def open_refund_quote(*, actor: Actor, intent_token: str, now: datetime) -> RefundQuote:
    """Show a quote again exactly as it was bound.

    Raises:
        QuoteExpiredError: altered, too old, or made for somebody else.
        TransferNotFoundError: the payment is not this person's.
    """
    intent = _unseal(actor, intent_token, LIFETIME)
    found = refundable(UUID(intent.by), UUID(intent.original))
    if found is None:
        raise TransferNotFoundError
    money = Money(BY_NUMBER[intent.asset], intent.amount)
    return RefundQuote(intent_token, found, money, intent.memo, now + LIFETIME)


def confirm_refund(
    *, actor: Actor, intent_token: str, payment_password: str, now: datetime
) -> Outcome:
    """Give back what an intent binds, at most once however often it is asked.

    Raises:
        QuoteExpiredError: altered, too old, or somebody else's intent.
        PaymentPasswordRequiredError, PaymentPasswordWrongError, PaymentPasswordLockedError.
    """
    intent = _unseal(actor, intent_token, REMEMBERED)
    known = outcome_of(actor=actor, client_key=intent.nonce, endpoint=ENDPOINT)
    if known is not None and known.result != "refused":
        return known
    _unseal(actor, intent_token, LIFETIME)  # what was not returned yet must still be fresh
    person = actor.require_person()
    check_payment_password(person_id=person, pin=payment_password, now=now)
    return _run(intent, intent.nonce, fingerprint_of(intent), "app")


def outcome_of_refund(*, actor: Actor, intent_token: str) -> Outcome | None:
    """Resolve an unknown outcome by its intent; None when nothing was answered.

    Raises:
        QuoteExpiredError: altered, or somebody else's.
    """
    intent = _unseal(actor, intent_token, REMEMBERED)
    return outcome_of(actor=actor, client_key=intent.nonce, endpoint=ENDPOINT)


def refund_transfer(
    *, actor: Actor, record_id: UUID, money: Money, memo: str = "", client_key: str
) -> Outcome:
    """Give back a part or all of a received payment, once for each `client_key`.

    For programs: the token's scope stands for the payment password. All refunds of a payment
    together never pass what arrived; its fee is not returned.

    Raises:
        TransferNotFoundError, NotRefundableError, AssetMismatchError.
    """
    body = (str(record_id), money.asset.number, money.minor, memo)
    known = outcome_of(actor=actor, client_key=client_key, endpoint=ENDPOINT)
    if known is None:
        _checked(actor, record_id, money)
    intent = RefundIntent(
        by=str(actor.require_person()),
        original=str(record_id),
        asset=money.asset.number,
        amount=money.minor,
        memo=clean_memo(memo),
        nonce="",
    )
    return _run(intent, client_key, fingerprint_of(body), "api")


def _checked(actor: Actor, record_id: UUID, money: Money) -> Refundable:
    """What the engine cannot know: that the amount is meant in the payment's own currency."""
    found = refundable(actor.require_person(), record_id)
    if found is None:
        raise TransferNotFoundError
    if found.left.minor <= 0:
        raise NotRefundableError
    if money.asset != found.left.asset:
        raise AssetMismatchError(left=money.asset.code, right=found.left.asset.code)
    return found


def _run(intent: RefundIntent, key: str, fingerprint: str, channel: str) -> Outcome:
    command = Refund(
        endpoint=ENDPOINT,
        client_key=key,
        fingerprint=fingerprint,
        owner=intent.by,
        record=str(new_uuid()),
        original=intent.original,
        amount=intent.amount,
        memo=intent.memo,
        channel=channel,
    )
    return outcome_from(engine().run(command))


def _unseal(actor: Actor, token: str, lifetime: timedelta) -> RefundIntent:
    try:
        text = signing.TimestampSigner(salt=_SALT).unsign_object(token, max_age=lifetime)
        intent = msgspec.convert(text, RefundIntent)
    except (signing.BadSignature, msgspec.ValidationError, ValueError, TypeError) as wrong:
        raise QuoteExpiredError from wrong
    if intent.by != str(actor.require_person()):
        raise QuoteExpiredError
    return intent
