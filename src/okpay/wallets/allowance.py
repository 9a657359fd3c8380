"""How much of a limit is used: what holds for a person, and what left in one asset."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from okpay.kernel.money import Money
from okpay.ledger.chart import AccountKind
from okpay.ledger.models import Account
from okpay.limits.queries import Standing, standing
from okpay.limits.rules import day_and_month

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from okpay.kernel.money import Asset


@dataclass(frozen=True, slots=True)
class Allowance:
    """The limits of one asset that hold now, and what of them was used today and this month."""

    standing: Standing
    payment: Money
    day: Money
    month: Money
    used_day: Money
    used_month: Money


def allowance(person_id: UUID, asset: Asset, now: datetime) -> Allowance:
    """Return what may leave in an asset and what has left."""
    holds = standing(person_id, now)
    limit = holds.limit(asset.number)
    rows = Account.objects.filter(owner=person_id, asset=asset.number, kind=AccountKind.WALLET)
    row = rows.first()
    day, month = day_and_month(now)
    used_day = int(row.out_day_sum) if row is not None and row.out_day == day else 0
    used_month = int(row.out_month_sum) if row is not None and row.out_month == month else 0
    return Allowance(
        standing=holds,
        payment=Money(asset, limit.payment),
        day=Money(asset, limit.day),
        month=Money(asset, limit.month),
        used_day=Money(asset, used_day),
        used_month=Money(asset, used_month),
    )
