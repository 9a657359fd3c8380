"""Read a customer's balances and records. Nothing here writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import connection
from django.db.models import Q, Sum
from django.db.models.functions import TruncMonth

from okpay.identity.models import Person
from okpay.identity.rules import mask_email, mask_name, mask_phone
from okpay.kernel.ids import encode
from okpay.kernel.money import ASSETS, BY_NUMBER, Money
from okpay.ledger.chart import AccountKind
from okpay.ledger.models import Account, Transfer
from okpay.limits.rules import ZONE, day_and_month, remaining_today
from okpay.wallets.models import PREFIXES, Record, RecordEvent, RecordKind
from okpay.wallets.search import matches
from okpay.wallets.states import RecordState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from django.db.models import QuerySet

    from okpay.kernel.money import Asset

MAX_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class Balance:
    """What a person has in one asset: posted, held, and what may leave."""

    asset: Asset
    posted: Money
    held: Money
    available: Money
    frozen_out: bool
    frozen_in: bool
    remaining_today: Money


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One movement of money, from one person's side. `direction` is "in" or "out"."""

    id: UUID
    public_id: str
    kind: str
    direction: str
    state: RecordState
    money: Money
    fee: Money
    counterparty: str
    counterparty_id: UUID | None
    memo: str
    label: str
    created_at: datetime
    completed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a record's history; `code` names the words for it."""

    code: str
    at: datetime | None
    state: str  # done, wait, bad, todo


@dataclass(frozen=True, slots=True)
class RecordDetail:
    """Everything a person may know about one of their records."""

    line: RecordLine
    counterparty_address: str
    sequence: int | None
    balance_after: Money | None
    channel: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class MonthTotal:
    """What came in and went out in one local month of one asset (completed records only)."""

    month: datetime
    asset: Asset
    income: Money
    expense: Money


def balances(person_id: UUID, now: datetime | None = None) -> list[Balance]:
    """List what a person has, in the order of the assets; assets never used are left out."""
    day, month = day_and_month(now or datetime.now(UTC))
    rows = {
        row.asset: row for row in Account.objects.filter(owner=person_id, kind=AccountKind.WALLET)
    }
    return [
        _balance(asset, rows[asset.number], day, month)
        for asset in ASSETS.values()
        if asset.number in rows
    ]


def _balance(asset: Asset, row: Account, day: int, month: int) -> Balance:
    posted, held = int(row.posted), int(row.held)
    spent_day = int(row.out_day_sum) if row.out_day == day else 0
    spent_month = int(row.out_month_sum) if row.out_month == month else 0
    left = remaining_today(asset=asset.number, spent_day=spent_day, spent_month=spent_month)
    return Balance(
        asset=asset,
        posted=Money(asset, posted),
        held=Money(asset, held),
        available=Money(asset, posted - held),
        frozen_out=row.frozen_out,
        frozen_in=row.frozen_in,
        remaining_today=Money(asset, left),
    )


def visible_records(person_id: UUID) -> QuerySet[Record]:
    """Return all records that a person may see, newest first."""
    mine = Q(payer=person_id) | Q(payee=person_id)
    return Record.objects.filter(mine).order_by("-created_at", "-id")


def records(
    person_id: UUID,
    *,
    kind: RecordKind | None = None,
    direction: str = "",
    state: RecordState | None = None,
    asset: Asset | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    search: str = "",
    before: UUID | None = None,
    after: UUID | None = None,
    limit: int = 20,
) -> list[RecordLine]:
    """List records, newest first (`after` turns the order: the ones just newer, oldest first).

    `since` is included, `until` is not. `search` looks at what the person sees: memo, label, the
    counterparty's masked name, and the whole record number. At most `MAX_PAGE` rows.
    """
    rows = visible_records(person_id)
    if direction:
        rows = rows.filter(**{"payee" if direction == "in" else "payer": person_id})
    exact = {"kind": kind, "state": state, "asset": asset.number if asset else None}
    rows = rows.filter(**{name: value for name, value in exact.items() if value is not None})
    if since is not None:
        rows = rows.filter(created_at__gte=since)
    if until is not None:
        rows = rows.filter(created_at__lt=until)
    if before is not None:
        rows = rows.filter(_beside(before, "lt"))
    if after is not None:
        rows = rows.filter(_beside(after, "gt")).order_by("created_at", "id")
    if search:
        rows = rows.filter(matches(search, person_id))
    return lines(person_id, rows[: min(limit, MAX_PAGE)])


def _beside(record_id: UUID, way: str) -> Q:
    """Rows before or after one record in the order of booking; nothing when there is no such."""
    at = Record.objects.filter(id=record_id).values_list("created_at", flat=True).first()
    if at is None:
        return Q(pk__in=[])
    return Q(**{f"created_at__{way}": at}) | Q(created_at=at, **{f"id__{way}": record_id})


def lines(person_id: UUID, rows: Iterable[Record]) -> list[RecordLine]:
    """Turn records into lines seen from one side, with all names in one query."""
    found = list(rows)
    others = [other for row in found if (other := _other(person_id, row)) is not None]
    names = dict(Person.objects.filter(id__in=others).values_list("id", "name"))
    return [_line(person_id, row, names) for row in found]


def _other(person_id: UUID, row: Record) -> UUID | None:
    return row.payee if row.payer == person_id else row.payer


def _line(person_id: UUID, row: Record, names: dict[UUID, str]) -> RecordLine:
    asset = BY_NUMBER[row.asset]
    other = _other(person_id, row)
    label = _masked(row.label) if row.kind == RecordKind.TRANSFER else row.label
    return RecordLine(
        id=row.id,
        public_id=encode(PREFIXES[row.kind], row.id),
        kind=RecordKind(row.kind).name.lower(),
        direction="out" if row.payer == person_id else "in",
        state=RecordState(row.state),
        money=Money(asset, int(row.amount)),
        fee=Money(asset, int(row.fee)),
        counterparty=mask_name(names[other]) if other in names else label,
        counterparty_id=other,
        memo=row.memo,
        label=row.label,
        created_at=row.created_at,
        completed_at=row.completed_at,
    )


def _masked(alias: str) -> str:
    if not alias:
        return ""
    return mask_email(alias) if "@" in alias else mask_phone(alias)


def record_detail(person_id: UUID, record_id: UUID) -> RecordDetail | None:
    """Read one record from a person's side; None when it is not theirs."""
    row = visible_records(person_id).filter(id=record_id).first()
    if row is None:
        return None
    line = lines(person_id, [row])[0]
    sequence, balance_after = _in_the_book(person_id, row)
    return RecordDetail(
        line=line,
        counterparty_address=_address(line, row),
        sequence=sequence,
        balance_after=balance_after,
        channel=row.channel,
        steps=_steps(row),
    )


def _address(line: RecordLine, row: Record) -> str:
    if line.counterparty_id is None:
        return _masked(row.label) if row.kind == RecordKind.TRANSFER else row.label
    other = Person.objects.get(id=line.counterparty_id)
    if other.phone_verified_at is not None:
        return mask_phone(other.phone)
    return mask_email(other.email) if other.email_verified_at is not None else ""


def _in_the_book(person_id: UUID, row: Record) -> tuple[int | None, Money | None]:
    """Sequence and balance after, on this person's side, of the leg that moved the money."""
    legs = Transfer.objects.filter(Q(pending=row.id) | Q(id=row.id)).order_by("-at", "-kind")
    leg = legs.first()
    account = Account.objects.filter(
        owner=person_id, asset=row.asset, kind=AccountKind.WALLET
    ).first()
    if leg is None or account is None:
        return None, None
    asset = BY_NUMBER[row.asset]
    if leg.debit_account == account.id:
        return leg.debit_seq, Money(asset, int(leg.debit_posted) - int(leg.debit_held))
    if leg.credit_account == account.id and leg.credit_posted is not None:
        return leg.credit_seq, Money(asset, int(leg.credit_posted))
    return None, None


def _steps(row: Record) -> tuple[Step, ...]:
    """The record's history as steps: what is done, what waits, what ended it."""
    steps = [Step("confirmed", row.created_at, "done")]
    events = list(RecordEvent.objects.filter(record=row.id).order_by("id"))
    if row.kind == RecordKind.TOP_UP or not events:
        steps.append(Step("booked", row.completed_at or row.created_at, "done"))
        steps.append(Step("arrived", row.completed_at or row.created_at, "done"))
        return tuple(steps)
    steps.append(Step("held", row.created_at, "done"))
    closed = [event for event in events if event.state != RecordState.PENDING]
    if not closed:
        steps.append(Step(events[0].reason, None, "wait"))
        return tuple(steps)
    last = closed[-1]
    good = last.state == RecordState.COMPLETED
    code = "arrived" if good else RecordState(last.state).name.lower()
    steps.append(Step(code, last.at, "done" if good else "bad"))
    if not good:
        steps.append(Step("returned", last.at, "done"))
    return tuple(steps)


def month_totals(person_id: UUID, months: Sequence[datetime], asset: Asset) -> list[MonthTotal]:
    """Sum what came in and went out in the local months that `months` fall in."""
    if not months:
        return []
    firsts = {_first_of(month) for month in months}
    rows = visible_records(person_id).filter(
        asset=asset.number,
        state=RecordState.COMPLETED,
        created_at__gte=min(firsts),
        created_at__lt=_next(max(firsts)),
    )
    sums = (
        rows.order_by()
        .annotate(month=TruncMonth("created_at", tzinfo=ZONE))
        .values("month")
        .annotate(
            income=Sum("amount", filter=Q(payee=person_id)),
            expense=Sum("amount", filter=Q(payer=person_id)),
            fees=Sum("fee", filter=Q(payer=person_id)),
        )
    )
    found = {row["month"].astimezone(ZONE): row for row in sums}
    return [_total(month, asset, found.get(month)) for month in sorted(firsts, reverse=True)]


def _total(month: datetime, asset: Asset, row: Mapping[str, object] | None) -> MonthTotal:
    def part(name: str) -> int:
        return int(str((row or {}).get(name) or 0))

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
