"""Pay another person: quote, send, and end what waits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal
from uuid import UUID

from django.db import connection

from okpay.fees.rules import TABLE, transfer_fee
from okpay.identity.models import Person
from okpay.identity.rules import mask_name
from okpay.kernel.ids import new_uuid
from okpay.kernel.money import BY_NUMBER, Money
from okpay.payments.aliases import (
    addressed,
    alias_digest,
    masked_alias,
    person_named,
    verified_alias,
)
from okpay.payments.durable import reached_standby
from okpay.payments.engine.access import engine
from okpay.payments.engine.commands import (
    ENDPOINT_TRANSFER,
    UNKNOWN,
    Resolve,
    Send,
    Way,
    answer_key,
)
from okpay.payments.errors import PayeeIsSelfError, QuoteExpiredError
from okpay.payments.intents import LIFETIME, Intent, seal, unseal
from okpay.payments.memos import clean_memo
from okpay.payments.models import Answer
from okpay.payments.operations.confirming import ARRIVALS, asked_of, confirm, paid_before
from okpay.payments.operations.letting_go import send_to_new
from okpay.payments.outcomes import Outcome, kept_outcome, outcome_from
from okpay.payments.prints import fingerprint_of

if TYPE_CHECKING:
    from okpay.kernel.actor import Actor
    from okpay.payments.operations.second_proof import Asked, Proof


REMEMBERED: Final = timedelta(days=30)  # how long a paid intent answers as paid


@dataclass(frozen=True)
class TransferQuote:
    """What is shown before the button, and the signed token that pays exactly that."""

    intent_token: str
    check_code: str
    payee_id: UUID | None
    payee_masked: str
    payee_alias_masked: str
    payee_alias: str
    first_time: bool
    verified: bool
    money: Money
    fee: Money
    fee_table: str
    total: Money
    memo: str
    arrival: Literal["instant", "claim"]
    will_pend: str
    expires_at: datetime
    intent: Intent
    at: datetime
    token_made_at: datetime | None = None

    @cached_property
    def asked(self) -> Asked:
        """What confirming it asks for: looked up once, and only where it is shown."""
        return asked_of(intent=self.intent, token_made_at=self.token_made_at, now=self.at)


def quote_transfer(
    *,
    actor: Actor,
    payee: str,
    money: Money,
    memo: str = "",
    request_id: UUID | None = None,
    now: datetime,
) -> TransferQuote:
    """Look the payee up and bind payer, payee, shown name, amount and fee together.

    `payee` is an e-mail, a phone or a `cus_…` id; who is named by id keeps their address to
    themselves, also in the signed text. Nothing is written and nothing is promised about funds;
    the engine decides at the end.

    Raises:
        PayeeNotFoundError: not an e-mail or phone number, or no such person.
        PayeeIsSelfError: the payer's own address.
    """
    payer = actor.require_person()
    person, alias = person_named(payee)
    if person is not None and person.id == payer:
        raise PayeeIsSelfError
    intent = _intent(payer, person, alias, money, clean_memo(memo), request_id)
    return replace(_quote(intent, person, money, now), token_made_at=actor.token_made_at)


def _intent(  # noqa: PLR0917 — the parts of an intent
    payer: UUID,
    person: Person | None,
    alias: str,
    money: Money,
    memo: str,
    request_id: UUID | None,
) -> Intent:
    return Intent(
        payer=str(payer),
        payee=str(person.id) if person else "",
        alias=alias,
        shown=mask_name(person.name) if person else "",
        version=person.holder_version if person else 0,
        asset=money.asset.number,
        amount=money.minor,
        fee=transfer_fee(money.minor),
        memo=memo,
        nonce=str(new_uuid()),
        request=str(request_id) if request_id else "",
    )


def _quote(intent: Intent, person: Person | None, money: Money, now: datetime) -> TransferQuote:
    fee = Money(money.asset, intent.fee)
    frozen = person is not None and person.frozen_at is not None
    return TransferQuote(
        intent_token=seal(intent),
        check_code=intent.check_code(),
        payee_id=person.id if person else None,
        payee_masked=intent.shown,
        payee_alias_masked=masked_alias(intent.alias or verified_alias(person)),
        payee_alias=intent.alias,
        first_time=not paid_before(intent=intent, at=now),
        verified=person is not None and person.level > 0,
        money=money,
        fee=fee,
        fee_table=TABLE,
        total=money + fee,
        memo=intent.memo,
        arrival="instant" if person else "claim",
        will_pend="payee_unregistered" if person is None else "payee_frozen" if frozen else "",
        expires_at=now + LIFETIME,
        intent=intent,
        at=now,
    )


def open_quote(*, actor: Actor, intent_token: str, now: datetime) -> TransferQuote:
    """Show an intent again exactly as it was bound, for the confirm page and its way back.

    Raises:
        QuoteExpiredError: altered, too old, or made for somebody else.
    """
    intent = unseal(intent_token, str(actor.require_person()))
    person = Person.objects.filter(id=intent.payee).first() if intent.payee else None
    quote = _quote(intent, person, Money(BY_NUMBER[intent.asset], intent.amount), now)
    return replace(quote, intent_token=intent_token)


def send_transfer(
    *,
    actor: Actor,
    intent_token: str,
    payment_password: str,
    now: datetime,
    client_key: str = "",
    proof: Proof | None = None,
    delay: int = 0,
) -> Outcome:
    """Pay what an intent binds, at most once however often it is asked.

    An intent that was paid already answers from memory, before any password is looked at.
    `client_key` names the payment instead of the intent where several intents mean one payment;
    then a refusal is not kept, so that paying can be tried again. `proof` is what was given beside
    (or, a passkey, in place of) the payment password; `delay` is one of `ARRIVALS`, in seconds.

    Raises:
        QuoteExpiredError: altered, too old, or somebody else's intent.
        DomainError: the confirmation, see `second_proof.accept`.
        StepUpRequiredError: also when others to the same new payee went at the same moment.
        ValueError: another delay.
    """
    if delay not in ARRIVALS:
        raise ValueError(delay)
    payer = actor.require_person()
    intent = unseal(intent_token, str(payer), lifetime=REMEMBERED)
    if intent.request and not client_key:
        raise QuoteExpiredError  # a request is paid, and closed, by `pay_request` alone
    key = client_key or intent.nonce
    known = outcome_of(actor=actor, client_key=key)
    if known is not None and known.result != "refused":
        return known
    unseal(intent_token, str(payer))  # what was not paid yet must still be fresh
    asked = asked_of(intent=intent, now=now)
    proven = confirm(
        intent=intent, asked=asked, payment_password=payment_password, proof=proof, delay=delay,
        now=now,
    )  # fmt: skip
    command = _command(intent, key, proven=proven, delay=delay)
    if asked.new:
        who = intent.payee or alias_digest(intent.alias)
        return outcome_from(send_to_new(command=command, who=who, now=now))
    return outcome_from(engine().run(command))


def _command(intent: Intent, key: str, *, proven: bool, delay: int) -> Send:
    record, invite = str(new_uuid()), not intent.payee
    shared = key != intent.nonce
    body: object = (key, intent.asset, intent.amount) if shared else intent
    return Send(
        endpoint=ENDPOINT_TRANSFER,
        client_key=key,
        fingerprint=fingerprint_of(body),
        owner=intent.payer,
        record=record,
        asset=intent.asset,
        amount=intent.amount,
        fee=intent.fee,
        payee=intent.payee,
        **addressed(intent.alias, record=record, invite=invite),
        expect_version=intent.version,
        invite=invite,
        memo=intent.memo,
        keep_refusal=not shared,
        bound=True,
        must_arrive=bool(intent.request),
        proven=proven,
        delay=delay,
    )


def intent_key(*, actor: Actor, intent_token: str) -> str:
    """Return the key an intent is paid under, to ask `outcome_of` when an answer was lost.

    Raises:
        QuoteExpiredError: altered or somebody else's (its age does not matter here).
    """
    intent = unseal(intent_token, str(actor.require_person()), lifetime=REMEMBERED)
    return intent.key()


def key_means_another(*, actor: Actor, client_key: str, fingerprint: str) -> bool:
    """Whether a transfer's key was used before, for something with another fingerprint."""
    key = answer_key(str(actor.require_person()), ENDPOINT_TRANSFER, client_key)
    rows = Answer.objects.filter(key=key).values_list("fingerprint", flat=True)
    return any(str(kept) != fingerprint for kept in rows)


def outcome_of(
    *, actor: Actor, client_key: str, endpoint: str = ENDPOINT_TRANSFER
) -> Outcome | None:
    """Resolve an unknown outcome by its key: what was answered, or None when nothing was.

    It stays unknown while the answer has not reached the standbys that must have it.
    """
    key = answer_key(str(actor.require_person()), endpoint, client_key)
    row = Answer.objects.filter(key=key).first()
    if row is None:
        return None
    certain = reached_standby(connection.connection)
    return outcome_from(kept_outcome(row) if certain else UNKNOWN)


def _resolve(actor: Actor, record_id: UUID, way: Way, client_key: str) -> Outcome:
    command = Resolve(
        endpoint=f"transfers.{way}",
        client_key=client_key or str(new_uuid()),
        fingerprint=fingerprint_of((str(record_id), way)),
        owner=str(actor.require_person()) if actor.kind != "system" else "",
        record=str(record_id),
        way=way,
    )
    return outcome_from(engine().run(command)).done_or_raise()


def cancel_transfer(*, actor: Actor, record_id: UUID, client_key: str = "") -> Outcome:
    """Take back a pending transfer; all of it returns to the sender at once.

    Raises:
        TransferNotFoundError, TransferNotPendingError, OutcomeUnknownError.
    """
    return _resolve(actor, record_id, "cancel", client_key)


def claim_transfer(*, actor: Actor, record_id: UUID, client_key: str = "") -> Outcome:
    """Accept money that was sent to one's own verified e-mail or phone.

    Raises:
        TransferNotFoundError, TransferNotPendingError, AccountFrozenError,
        OutcomeUnknownError.
    """
    return _resolve(actor, record_id, "claim", client_key)


def decline_transfer(*, actor: Actor, record_id: UUID, client_key: str = "") -> Outcome:
    """Refuse money that waits; all of it returns to the sender.

    Raises:
        TransferNotFoundError, TransferNotPendingError, OutcomeUnknownError.
    """
    return _resolve(actor, record_id, "decline", client_key)


def release_transfer(*, actor: Actor, record_id: UUID) -> Outcome:
    """Let a transfer arrive whose payee may receive again; the system's own act."""
    return _resolve(actor, record_id, "release", "")


def expire_transfer(*, actor: Actor, record_id: UUID) -> Outcome:
    """Return a transfer whose deadline has passed; the system's own act."""
    return _resolve(actor, record_id, "expire", "")
