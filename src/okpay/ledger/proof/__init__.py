"""Proof that the book keeps its promises, from live data: each check names the row it breaks at."""

from __future__ import annotations

from okpay.ledger.proof.batches import BATCHES
from okpay.ledger.proof.book import BOOK
from okpay.ledger.proof.check import Check, Glanced, Result, Rows, prove
from okpay.ledger.proof.guards import GUARDS
from okpay.ledger.proof.holds import HOLDS
from okpay.ledger.proof.seals import LOGS

LEDGER: tuple[Check, ...] = (*BOOK, *BATCHES, *LOGS, *HOLDS, *GUARDS)

__all__ = ["LEDGER", "Check", "Glanced", "Result", "Rows", "prove"]
