"""Sums over a customer's records and balances: by month and by day. Nothing here writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import connection
from django.db.models import Q, Sum
from django.db.models.functions import Coalesce, TruncMonth

from okpay.kernel.money import ASSETS, Money
from okpay.ledger.chart import AccountKind
from okpay.ledger.models import Account, Minor
from okpay.limits.rules import ZONE
from okpay.wallets.models import RecordKind
from okpay.wallets.queries import EVERYTHING, narrowed
from okpay.wallets.states import RecordState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from uuid import UUID

    from okpay.kernel.money import Asset
    from okpay.wallets.queries import Choice


@dataclass(frozen=True, slots=True)
class MonthTotal:
    """What came in and went out in one local month of one asset (completed records only)."""

    month: datetime
    asset: Asset
    income: Money
    expense: Money


def month_totals(
    person_id: UUID, months: Sequence[datetime], choice: Choice = EVERYTHING
) -> list[MonthTotal]:
    """Sum what came in and went out, of all that a choice leaves, in some local months.

    One total for each of the months that `months` fall in and each asset that moved in it, newest
    month first, in the order of the assets.
    """
    if not months:
        return []
    firsts = {_first_of(month) for month in months}
    rows = narrowed(person_id, choice).filter(
        state=RecordState.COMPLETED,
        created_at__gte=min(firsts),
        created_at__lt=_next(max(firsts)),
    )
    moved = Coalesce("captured", "amount", output_field=Minor())
    sums = (
        rows.order_by()
        .annotate(month=TruncMonth("created_at", tzinfo=ZONE))
        .values("month", "asset")
        .annotate(
            income=Sum(moved, filter=Q(payee=person_id)),
            expense=Sum(moved, filter=Q(payer=person_id)),
            fees=Sum("fee", filter=_bears_the_fee(person_id)),
        )
    )
    found = {(row["month"].astimezone(ZONE), row["asset"]): row for row in sums}
    return [
        _total(month, asset, found[month, asset.number])
        for month in sorted(firsts, reverse=True)
        for asset in ASSETS.values()
        if (month, asset.number) in found
    ]


def _bears_the_fee(person_id: UUID) -> Q:
    """Whoever puts money in or pays a person; of a purchase, who is paid (as in the statement)."""
    bought = Q(kind=RecordKind.PURCHASE)
    put_in = Q(kind=RecordKind.TOP_UP)
    return (Q(payer=person_id) & ~bought) | (Q(payee=person_id) & (bought | put_in))


def _total(month: datetime, asset: Asset, row: Mapping[str, object]) -> MonthTotal:
    def part(name: str) -> int:
        return int(str(row[name] or 0))

    return MonthTotal(
        month=month,
        asset=asset,
        income=Money(asset, part("income")),
        expense=Money(asset, part("expense") + part("fees")),
    )


def _first_of(moment: datetime) -> datetime:
    local = moment.astimezone(ZONE)
    return local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _next(month: datetime) -> datetime:
    return _first_of(month + timedelta(days=32))


# Posted after the last leg of each local day; days without a leg keep the one before.
_DAILY: Final = """
SELECT DISTINCT ON (day) day, posted FROM (
  SELECT (at AT TIME ZONE 'Asia/Shanghai')::date AS day, debit_seq AS seq, debit_posted AS posted
  FROM ledger_transfer WHERE debit_account = %(account)s
  UNION ALL
  SELECT (at AT TIME ZONE 'Asia/Shanghai')::date, credit_seq, credit_posted
  FROM ledger_transfer WHERE credit_account = %(account)s AND credit_seq IS NOT NULL
) AS legs WHERE day >= %(since)s ORDER BY day, seq DESC
"""
_BEFORE: Final = """
SELECT posted FROM (
  SELECT debit_seq AS seq, debit_posted AS posted FROM ledger_transfer
  WHERE debit_account = %(account)s AND (at AT TIME ZONE 'Asia/Shanghai')::date < %(since)s
  UNION ALL
  SELECT credit_seq, credit_posted FROM ledger_transfer WHERE credit_account = %(account)s
  AND credit_seq IS NOT NULL AND (at AT TIME ZONE 'Asia/Shanghai')::date < %(since)s
) AS legs ORDER BY seq DESC LIMIT 1
"""


def daily_balances(
    person_id: UUID, asset: Asset, now: datetime, days: int = 30
) -> list[tuple[datetime, Money]]:
    """Return the balance at the end of each of the last `days` local days, oldest first."""
    today = now.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    start = today - timedelta(days=days - 1)
    account = Account.objects.filter(
        owner=person_id, asset=asset.number, kind=AccountKind.WALLET
    ).first()
    if account is None:
        return []
    with connection.cursor() as cursor:
        facts: dict[str, int | date] = {"account": account.id, "since": start.date()}
        cursor.execute(_DAILY, facts)
        by_day = {day: int(value) for day, value in cursor.fetchall()}
        cursor.execute(_BEFORE, facts)
        before = cursor.fetchone()
    value = int(before[0]) if before else 0
    found = []
    for number in range(days):
        day = start + timedelta(days=number)
        value = by_day.get(day.date(), value)
        found.append((day, Money(asset, value)))
    return found
