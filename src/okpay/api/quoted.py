"""Pay a quote: exactly what it bound, at most once, whatever keys are used."""

from __future__ import annotations

from okpay.api.calls import Call
from okpay.api.idempotency import Reply
from okpay.api.schemas.common import money_of
from okpay.api.schemas.transfers import NewTransfer
from okpay.api.sending import answer_of, command_of, payee_of
from okpay.kernel import clock
from okpay.payments.aliases import addressed
from okpay.payments.errors import (
    ConfirmationVoidError,
    IdempotencyKeyReusedError,
    QuoteExpiredError,
)
from okpay.payments.intents import Intent, unseal
from okpay.payments.memos import clean_memo
from okpay.payments.operations.letting_go import send_by_token
from okpay.payments.operations.transfers import REMEMBERED, key_means_another, outcome_of
from okpay.payments.prints import fingerprint_of


def send_quoted(call: Call, wish: NewTransfer, quote: str) -> Reply:
    """Pay what a quote bound.

    The payment has two names: the quote's own number, so that the app and the API, or two keys,
    pay it once; and the client's key, so that the key means this payment for ever. A quote that
    was paid answers as paid however old it is.

    Raises:
        QuoteExpiredError, ConfirmationVoidError, IdempotencyKeyReusedError.
    """
    person_id = str(call.caller.person_id)
    intent = unseal(quote, person_id, lifetime=REMEMBERED)
    if intent.request:  # a request for money is paid, and closed, in the app
        raise QuoteExpiredError
    paid = outcome_of(actor=call.actor(), client_key=intent.nonce)
    if paid is None or paid.result == "refused":
        unseal(quote, person_id)
    command = command_of(call, wish, owner=intent.payer)
    if key_means_another(
        actor=call.actor(), client_key=command.client_key, fingerprint=command.fingerprint
    ):
        raise IdempotencyKeyReusedError
    _check(wish, intent)
    command.twin_key, command.twin_fingerprint = command.client_key, command.fingerprint
    command.client_key, command.fingerprint = intent.nonce, fingerprint_of(intent)
    command.payee = intent.payee
    given = addressed(intent.alias, record=command.record, invite=command.invite)
    command.alias, command.alias_shown = given["alias"], given["alias_shown"]
    command.alias_sealed = given["alias_sealed"]
    command.memo, command.fee = intent.memo, intent.fee
    command.expect_version, command.bound = intent.version, True
    outcome = send_by_token(actor=call.actor(), command=command, now=clock.now())
    return Reply.of(*answer_of(call, outcome))


def _check(wish: NewTransfer, intent: Intent) -> None:
    """What is sent beside the quote must say the same.

    Raises:
        ConfirmationVoidError: another payee, amount, currency or memo.
    """
    money = money_of(wish.amount, wish.currency)
    same = (money.asset.number, money.minor) == (intent.asset, intent.amount)
    same_memo = not wish.memo or clean_memo(wish.memo) == intent.memo
    payee, alias = payee_of(wish.payee)
    if not (same and same_memo and (payee == intent.payee if payee else alias == intent.alias)):
        raise ConfirmationVoidError
