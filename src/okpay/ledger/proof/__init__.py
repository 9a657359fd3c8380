"""Proof that the book keeps its promises, from live data: each check names the row it breaks at."""

from __future__ import annotations

from okpay.ledger.proof.book import BOOK
from okpay.ledger.proof.check import Check, Result, Rows, prove
from okpay.ledger.proof.guards import GUARDS
from okpay.ledger.proof.holds import HOLDS

LEDGER: tuple[Check, ...] = (*BOOK, *HOLDS, *GUARDS)

__all__ = ["LEDGER", "Check", "Result", "Rows", "prove"]
