"""Read a customer's balances and records. Nothing here writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from django.db.models import Q

from okpay.identity.models import Person
from okpay.identity.rules import mask_email, mask_name, mask_phone
from okpay.kernel.ids import encode
from okpay.kernel.money import ASSETS, BY_NUMBER, Money
from okpay.ledger.chart import AccountKind, TransferKind
from okpay.ledger.models import Account, Transfer
from okpay.limits.queries import Standing, standing
from okpay.limits.rules import day_and_month, remaining_today
from okpay.wallets.models import PREFIXES, Record, RecordEvent, RecordKind
from okpay.wallets.search import matches
from okpay.wallets.states import RecordState

if TYPE_CHECKING:
    from collections.abc import Iterable
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which records somebody wants to see. `since` is included, `until` is not.

    `search` looks at what the person sees: memo, label, the counterparty's masked name, the
    amount, and the whole record number.
    """

    kind: RecordKind | None = None
    direction: str = ""
    state: RecordState | None = None
    asset: Asset | None = None
    since: datetime | None = None
    until: datetime | None = None
    search: str = ""


EVERYTHING: Final = Choice()


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


def balances(person_id: UUID, now: datetime | None = None) -> list[Balance]:
    """List what a person has, in the order of the assets; assets never used are left out."""
    now = now or datetime.now(UTC)
    day, month = day_and_month(now)
    holds = standing(person_id, now)
    rows = {
        row.asset: row for row in Account.objects.filter(owner=person_id, kind=AccountKind.WALLET)
    }
    return [
        _balance(asset, rows[asset.number], day, month, holds)
        for asset in ASSETS.values()
        if asset.number in rows
    ]


def _balance(asset: Asset, row: Account, day: int, month: int, holds: Standing) -> Balance:
    posted, held = int(row.posted), int(row.held)
    spent_day = int(row.out_day_sum) if row.out_day == day else 0
    spent_month = int(row.out_month_sum) if row.out_month == month else 0
    left = remaining_today(
        limit=holds.limit(asset.number), spent_day=spent_day, spent_month=spent_month
    )
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


def narrowed(person_id: UUID, choice: Choice) -> QuerySet[Record]:
    """Return the records of a person that a choice leaves, newest first."""
    return visible_records(person_id).filter(_asked(person_id, choice))


def _asked(person_id: UUID, choice: Choice) -> Q:
    """What a choice asks of a record, whosever it is."""
    side = {"in": {"payee": person_id}, "out": {"payer": person_id}}.get(choice.direction or "", {})
    number = choice.asset.number if choice.asset else None
    asked: dict[str, int | datetime | None] = {
        "kind": choice.kind,
        "state": choice.state,
        "asset": number,
        "created_at__gte": choice.since,
        "created_at__lt": choice.until,
    }
    rest = Q(**side, **{name: value for name, value in asked.items() if value is not None})
    return rest & matches(choice.search, person_id) if choice.search else rest


def records(
    person_id: UUID,
    choice: Choice = EVERYTHING,
    *,
    before: UUID | None = None,
    after: UUID | None = None,
    limit: int = 20,
) -> list[RecordLine]:
    """List records, newest first (`after` turns the order: the ones just newer, oldest first).

    At most `MAX_PAGE` rows.
    """
    asked, order = _asked(person_id, choice), ("-created_at", "-id")
    if before is not None:
        asked &= _beside(before, "lt")
    if after is not None:
        asked, order = asked & _beside(after, "gt"), ("created_at", "id")
    return lines(person_id, _page(person_id, asked, order, min(limit, MAX_PAGE)))


def _page(person_id: UUID, asked: Q, order: tuple[str, str], limit: int) -> QuerySet[Record]:
    """Take the first rows of either side by its own index, then the first of both.

    Asked for both at once, even beside a condition on one side, PostgreSQL may read every record
    that a busy merchant ever had.
    """
    paid, received = (
        Record.objects.filter(asked, **{side: person_id}).order_by(*order).values("id")[:limit]
        for side in ("payer", "payee")
    )
    return Record.objects.filter(id__in=paid.union(received)).order_by(*order)[:limit]


def _beside(record_id: UUID, way: str) -> Q:
    """Rows before or after one record in the order of booking; nothing when there is no such."""
    at = Record.objects.filter(id=record_id).values_list("created_at", flat=True).first()
    if at is None:
        return Q(pk__in=[])
    edge = Q(**{f"created_at__{way}": at}) | Q(created_at=at, **{f"id__{way}": record_id})
    return Q(**{f"created_at__{way}e": at}) & edge  # the index goes by the moment alone


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
    return RecordLine(
        id=row.id,
        public_id=encode(PREFIXES[row.kind], row.id),
        kind=RecordKind(row.kind).name.lower(),
        direction="out" if row.payer == person_id else "in",
        state=RecordState(row.state),
        money=Money(asset, int(row.amount if row.captured is None else row.captured)),
        fee=Money(asset, _fee(person_id, row)),
        counterparty=mask_name(names[other]) if other in names else row.label,
        counterparty_id=other,
        memo=row.memo,
        label=row.label,
        created_at=row.created_at,
        completed_at=row.completed_at,
    )


def _fee(person_id: UUID, row: Record) -> int:
    """The fee that this side bears; what came back whole cost nobody anything."""
    if row.state not in {RecordState.COMPLETED, RecordState.PENDING}:
        return 0
    borne_by_payee = row.kind in {RecordKind.TOP_UP, RecordKind.PURCHASE}
    return int(row.fee) if (row.payee if borne_by_payee else row.payer) == person_id else 0


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
        return row.label
    other = Person.objects.get(id=line.counterparty_id)
    if other.phone_verified_at is not None:
        return mask_phone(other.phone)
    return mask_email(other.email) if other.email_verified_at is not None else ""


def _in_the_book(person_id: UUID, row: Record) -> tuple[int | None, Money | None]:
    """Sequence of the leg that moved the money on this side, and the balance after its fee too."""
    legs = Transfer.objects.filter(Q(pending=row.id) | Q(id=row.id)).order_by("-at", "-kind")
    leg = legs.first()
    account = Account.objects.filter(
        owner=person_id, asset=row.asset, kind=AccountKind.WALLET
    ).first()
    if leg is None or account is None:
        return None, None
    asset = BY_NUMBER[row.asset]
    moved = leg.kind in {TransferKind.POSTED, TransferKind.POST}
    fee = _fee(person_id, row) if moved else 0  # while it waits it is held, and so off already
    if leg.debit_account == account.id:
        return leg.debit_seq, Money(asset, int(leg.debit_posted) - int(leg.debit_held) - fee)
    if leg.credit_account == account.id and leg.credit_posted is not None:
        return leg.credit_seq, Money(asset, int(leg.credit_posted) - fee)
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
