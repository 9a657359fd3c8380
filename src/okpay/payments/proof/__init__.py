"""Proof that records, answers, news and flags agree with the book."""

from __future__ import annotations

from okpay.ledger.proof import LEDGER, Check
from okpay.payments.proof.answers import ANSWERS
from okpay.payments.proof.people import PEOPLE
from okpay.payments.proof.records import RECORDS

ALL: tuple[Check, ...] = (*LEDGER, *RECORDS, *ANSWERS, *PEOPLE)

__all__ = ["ALL"]
