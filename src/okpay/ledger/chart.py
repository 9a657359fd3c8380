"""The chart of accounts and the ledger's small vocabularies.

Balances carry the wallet's sign: what the house owes a customer is positive. The outside world
(card acquirer, banks) therefore stands below zero by exactly what all customers hold.
"""

from __future__ import annotations

from typing import Final

from django.db.models import IntegerChoices

HOUSE: Final = "00000000-0000-0000-0000-000000000000"  # owns every account that is no customer's


class AccountKind(IntegerChoices):
    """What an account is for; the first digit groups them."""

    WALLET = 1, "customer wallet"
    ACQUIRER = 10, "card acquirer clearing"
    BANK = 11, "bank clearing"
    FEES = 20, "fee income"
    CLAIMS = 30, "transfers waiting for a payee"
    ADJUSTMENTS = 40, "manual adjustments"
    EXCHANGE = 50, "currency position of the house"


HOUSE_KINDS: Final = frozenset(AccountKind) - {AccountKind.WALLET}


class TransferKind(IntegerChoices):
    """How a transfer touches balances (after TigerBeetle's two-phase transfers)."""

    POSTED = 1, "posted"
    PENDING = 2, "pending"
    POST = 3, "post of a pending transfer"
    VOID = 4, "void of a pending transfer"
    EXPIRE = 5, "expiry of a pending transfer"


class TransferCode(IntegerChoices):
    """Why money moved."""

    P2P = 1, "person to person"
    TOP_UP = 2, "top-up"
    FEE = 3, "fee"
    PURCHASE = 4, "purchase"
    REFUND = 5, "refund"
    EXCHANGE = 6, "exchange"
    ADJUSTMENT = 7, "manual adjustment"


class HoldState(IntegerChoices):
    """Where a hold stands."""

    OPEN = 1, "open"
    POSTED = 2, "posted"
    VOIDED = 3, "voided"
    EXPIRED = 4, "expired"


FLOORS: Final[dict[AccountKind, int | None]] = {
    AccountKind.WALLET: 0,
    AccountKind.ACQUIRER: None,
    AccountKind.BANK: None,
    AccountKind.FEES: 0,
    AccountKind.CLAIMS: 0,
    AccountKind.ADJUSTMENTS: None,
    AccountKind.EXCHANGE: None,
}
