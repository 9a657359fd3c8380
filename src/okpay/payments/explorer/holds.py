"""Holds: money set aside, and the transfers that belong to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from okpay.kernel.money import BY_NUMBER, Money
from okpay.ledger.chart import HoldState
from okpay.ledger.models import Hold
from okpay.payments.explorer.reading import accounts_by_id
from okpay.payments.explorer.schemas import HoldFacts

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID


def hold(hold_id: UUID, now: datetime) -> HoldFacts | None:
    """Return one hold, or None."""
    return next(iter(holds_of(Hold.objects.filter(id=hold_id), now)), None)


def holds_of(rows: Iterable[Hold], now: datetime) -> list[HoldFacts]:
    """Show holds, in the order given."""
    found = list(rows)
    sides = [number for row in found for number in (row.account, row.credit_account)]
    accounts = accounts_by_id(sides) if found else {}
    return [
        HoldFacts(
            id=row.id,
            account=accounts[row.account],
            towards=accounts[row.credit_account],
            money=Money(BY_NUMBER[row.asset], int(row.amount)),
            reason=row.reason,
            resolver=row.resolver,
            deadline=row.deadline,
            state=HoldState(row.state),
            resolved_at=row.resolved_at,
            overdue=row.state == HoldState.OPEN and row.deadline <= now,
        )
        for row in found
    ]
