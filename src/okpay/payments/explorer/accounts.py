"""Accounts: as they stand, as they stood, and what moved them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from okpay.kernel.money import BY_NUMBER, Money
from okpay.ledger import as_of
from okpay.ledger.chart import HOUSE_KINDS, HoldState
from okpay.ledger.models import Account, Hold, Transfer
from okpay.payments.explorer.holds import holds_of
from okpay.payments.explorer.reading import NOBODY, facts_of, line_of, transfers_of
from okpay.payments.explorer.schemas import Then

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from okpay.payments.explorer.schemas import AccountFacts, HoldFacts, Line

PAGE: Final = 50
MOST_HOLDS: Final = 100


def account(account_id: int) -> AccountFacts | None:
    """Return one account as it stands, or None."""
    return next(iter(facts_of(Account.objects.filter(id=account_id))), None)


def accounts_of(owner: UUID) -> list[AccountFacts]:
    """List the accounts of a person, by asset."""
    return facts_of(Account.objects.filter(owner=owner).order_by("kind", "asset"))


def house_accounts() -> list[AccountFacts]:
    """List the accounts of the house, by kind and asset."""
    rows = Account.objects.filter(owner=NOBODY, kind__in=HOUSE_KINDS)
    return facts_of(rows.order_by("kind", "asset"))


def stood(account_id: int, at: datetime, now: datetime) -> Then | None:
    """Return an account as of an instant, or None when there is no such account.

    Raises:
        MomentInFutureError: `at` is later than `now`.
    """
    past = as_of.of_account(account_id, at, now)
    if past is None:
        return None
    asset = BY_NUMBER[past.asset]
    return Then(at, past.seq, Money(asset, past.posted), Money(asset, past.held))


def lines(account_id: int, *, before: int | None = None, limit: int = PAGE) -> list[Line]:
    """List what moved an account, the latest first: by its sequence, from `before` downwards.

    At most `limit` (and never more than `PAGE` + 1). Each side is read by its own index.
    """
    most = min(limit, PAGE + 1)
    found: list[tuple[int, Transfer]] = []
    for side in ("debit", "credit"):
        rows = Transfer.objects.filter(
            **{f"{side}_account": account_id, f"{side}_seq__isnull": False}
        )
        if before is not None:
            rows = rows.filter(**{f"{side}_seq__lt": before})
        found += [
            (getattr(row, f"{side}_seq"), row) for row in rows.order_by(f"-{side}_seq")[:most]
        ]
    latest = sorted(found, key=lambda one: one[0], reverse=True)[:most]
    shown = transfers_of(row for _, row in latest)
    return [line_of(transfer, account_id) for transfer in shown]


def open_holds(account_id: int, now: datetime) -> list[HoldFacts]:
    """List what is set aside on an account, the first deadline first."""
    rows = Hold.objects.filter(account=account_id, state=HoldState.OPEN).order_by("deadline", "id")
    return holds_of(rows[:MOST_HOLDS], now)
