"""Everything a face or a job may ask of payments."""

from __future__ import annotations

from okpay.payments.operations.accounts import (
    freeze_person,
    open_wallet,
    unfreeze_person,
)
from okpay.payments.operations.confirming import passkey_options, send_payment_code
from okpay.payments.operations.letting_go import send_by_token
from okpay.payments.operations.payees import delete_payee, rename_payee, save_payee
from okpay.payments.operations.refunds import (
    RefundQuote,
    confirm_refund,
    open_refund_quote,
    outcome_of_refund,
    quote_refund,
    refund_transfer,
)
from okpay.payments.operations.reminders import remind_payee
from okpay.payments.operations.requests import (
    cancel_request,
    decline_request,
    expire_requests,
    pay_request,
    quote_request,
    request_money,
)
from okpay.payments.operations.second_proof import Asked, Proof
from okpay.payments.operations.top_ups import book_top_up
from okpay.payments.operations.transfers import (
    TransferQuote,
    cancel_transfer,
    claim_transfer,
    decline_transfer,
    expire_transfer,
    intent_key,
    open_quote,
    outcome_of,
    quote_transfer,
    release_transfer,
    send_transfer,
)
from okpay.payments.outcomes import Outcome

__all__ = [
    "Asked",
    "Outcome",
    "Proof",
    "RefundQuote",
    "TransferQuote",
    "book_top_up",
    "cancel_request",
    "cancel_transfer",
    "claim_transfer",
    "confirm_refund",
    "decline_request",
    "decline_transfer",
    "delete_payee",
    "expire_requests",
    "expire_transfer",
    "freeze_person",
    "intent_key",
    "open_quote",
    "open_refund_quote",
    "open_wallet",
    "outcome_of",
    "outcome_of_refund",
    "passkey_options",
    "pay_request",
    "quote_refund",
    "quote_request",
    "quote_transfer",
    "refund_transfer",
    "release_transfer",
    "remind_payee",
    "rename_payee",
    "request_money",
    "save_payee",
    "send_by_token",
    "send_payment_code",
    "send_transfer",
    "unfreeze_person",
]
