"""Pay a quote: exactly what it bound, at most once, whatever keys are used."""

from __future__ import annotations

from okpay.api.calls import Call
from okpay.api.idempotency import Reply, answer_id, fingerprint, kept
from okpay.api.problem import problem_bytes
from okpay.api.schemas.common import money_of
from okpay.api.schemas.transfers import NewTransfer
from okpay.api.sending import answer_of, command_of, payee_of
from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from okpay.payments.engine.access import engine
from okpay.payments.errors import ConfirmationVoidError, QuoteExpiredError
from okpay.payments.intents import Intent, unseal
from okpay.payments.memos import clean_memo
from okpay.payments.prints import fingerprint_of


def send_quoted(call: Call, wish: NewTransfer, quote: str) -> Reply:
    """Pay what a quote bound.

    The quote's own number is the engine's key, so two keys, or the app and the API, pay it once.
    The client's key keeps the answer.

    Raises:
        QuoteExpiredError, ConfirmationVoidError, IdempotencyKeyReusedError.
    """
    person_id = call.caller.person_id

    def work() -> Reply:
        try:
            return _pay(call, wish, unseal(quote, str(person_id)))
        except DomainError as error:
            return Reply.of(*problem_bytes(error, call.request_id, call.language))

    key = answer_id(person_id, "POST /v1/transfers", call.key)
    return kept(key, fingerprint(wish), clock.now(), work)


def _pay(call: Call, wish: NewTransfer, intent: Intent) -> Reply:
    if intent.request:  # a request for money is paid, and closed, in the app
        raise QuoteExpiredError
    _check(wish, intent)
    command = command_of(call, wish, owner=intent.payer)
    command.client_key = intent.nonce
    command.fingerprint = fingerprint_of(intent)
    command.payee, command.alias = intent.payee, intent.alias
    command.memo, command.fee = intent.memo, intent.fee
    command.expect_version = intent.version
    return Reply.of(*answer_of(call, engine().run(command)))


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
