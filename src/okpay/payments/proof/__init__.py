"""Proof that records, answers, news and flags agree with the book."""

from __future__ import annotations

from okpay.ledger.liabilities.proof import PUBLISHED
from okpay.ledger.proof import LEDGER, Check
from okpay.payments.proof.adjustments import ADJUSTMENTS
from okpay.payments.proof.answers import ANSWERS
from okpay.payments.proof.payouts import PAYOUTS
from okpay.payments.proof.people import PEOPLE
from okpay.payments.proof.records import RECORDS
from okpay.payments.proof.two_phase import TWO_PHASE

ALL: tuple[Check, ...] = (
    *LEDGER,
    *RECORDS,
    *ANSWERS,
    *PEOPLE,
    *TWO_PHASE,
    *PAYOUTS,
    *ADJUSTMENTS,
    *PUBLISHED,
)

__all__ = ["ALL"]
