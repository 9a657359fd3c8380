"""Read what waits, who was paid, who asked. Nothing here writes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Exists, Max, OuterRef, Q

from okpay.identity.models import Person
from okpay.identity.queries import opened
from okpay.identity.rules import mask_name
from okpay.kernel.money import BY_NUMBER, Money
from okpay.ledger.chart import HoldState
from okpay.ledger.models import Account, Hold
from okpay.payments.aliases import masked_alias, verified_alias
from okpay.payments.engine.decide_resolve import GIVE_UP
from okpay.payments.engine.decide_shared import DELAYED
from okpay.payments.models import MoneyRequest, Pending, Reminder, SavedPayee
from okpay.payments.states import RequestState
from okpay.wallets.models import Record, RecordKind
from okpay.wallets.states import RecordState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

RECENT: Final = 8
MOST_REQUESTS: Final = 100


@dataclass(frozen=True, slots=True)
class PayeeLine:
    """Somebody to pay: `alias` is the address that their owner typed, "" if chosen by id."""

    saved_id: UUID | None
    person_id: UUID
    nickname: str
    name: str
    alias: str
    alias_masked: str
    name_key: str


@dataclass(frozen=True, slots=True)
class PendingLine:
    """A transfer that waits: why, for whom, until when, and who may act."""

    record_id: UUID
    reason: str
    deadline: datetime
    money: Money
    memo: str
    payer_id: UUID
    payer_masked: str
    payee_id: UUID | None
    payee_masked: str
    state: RecordState
    mine: bool
    reminders: int


@dataclass(frozen=True, slots=True)
class RequestLine:
    """A request for money, seen from one side. `direction` "in": I am asked; "out": I asked."""

    id: UUID
    direction: str
    other_masked: str
    money: Money
    memo: str
    state: RequestState
    record_id: UUID | None
    created_at: datetime
    expires_at: datetime


def overdue(*, now: datetime, limit: int) -> list[UUID]:
    """Holds whose money goes back: open past their deadline, the oldest first.

    What its payer delayed goes back only when it could not arrive for long.
    """
    rows = Hold.objects.filter(state=HoldState.OPEN, deadline__lte=now).order_by("deadline")
    stuck = Q(reason=DELAYED, deadline__gt=now - GIVE_UP)
    return list(rows.exclude(stuck).values_list("id", flat=True)[:limit])


def due_to_arrive(*, now: datetime, limit: int) -> list[UUID]:
    """Holds that their payers let arrive by now, the oldest first; those of the frozen wait on."""
    frozen = Account.objects.filter(
        Q(id=OuterRef("account"), frozen_out=True)
        | Q(id=OuterRef("credit_account"), frozen_in=True)
    )
    rows = Hold.objects.filter(state=HoldState.OPEN, reason=DELAYED, deadline__lte=now)
    rows = rows.filter(~Exists(frozen)).order_by("deadline")
    return list(rows.values_list("id", flat=True)[:limit])


def saved_payees(person_id: UUID, search: str = "") -> list[PayeeLine]:
    """List saved payees by the sound of their names."""
    rows = list(SavedPayee.objects.filter(owner=person_id)[:500])
    people = Person.objects.in_bulk([row.payee for row in rows])
    opened(people.values())
    found = [_payee(row, people[row.payee]) for row in rows if row.payee in people]
    text = search.strip().lower()
    if text:
        found = [
            line for line in found if text in f"{line.nickname} {line.name} {line.alias}".lower()
        ]
    return sorted(found, key=lambda line: (line.name_key, line.alias))


def _payee(row: SavedPayee, person: Person) -> PayeeLine:
    return PayeeLine(
        saved_id=row.id,
        person_id=row.payee,
        nickname=row.nickname,
        name=mask_name(person.name),
        alias=row.alias,
        alias_masked=masked_alias(row.alias or verified_alias(person)),
        name_key=person.name_key,
    )


def recent_payees(person_id: UUID, limit: int = RECENT) -> list[PayeeLine]:
    """List whom a person paid last; their address is shown masked."""
    newest = (
        Record.objects.filter(payer=person_id, kind=RecordKind.TRANSFER, payee__isnull=False)
        .values("payee")
        .annotate(last=Max("created_at"))
        .order_by("-last")[:limit]
    )
    ids = [row["payee"] for row in newest]
    people = Person.objects.in_bulk(ids)
    opened(people.values())
    return [_recent(people[one]) for one in ids if one in people]


def _recent(person: Person) -> PayeeLine:
    return PayeeLine(
        saved_id=None,
        person_id=person.id,
        nickname="",
        name=mask_name(person.name),
        alias="",
        alias_masked=masked_alias(verified_alias(person)),
        name_key=person.name_key,
    )


def pending_transfer(person_id: UUID, record_id: UUID) -> PendingLine | None:
    """Read a pending (or just ended) transfer; None when it does not concern this person.

    It concerns its payer, its payee, and whoever owns the invited e-mail or phone.
    """
    record = Record.objects.filter(id=record_id, kind=RecordKind.TRANSFER).first()
    pending = Pending.objects.filter(record=record_id).first()
    if record is None or pending is None or record.payer is None:
        return None
    viewer = Person.objects.filter(id=person_id).first()
    if viewer is None or not _concerns(viewer, record, pending):
        return None
    return _pending_lines(person_id, [(record, pending)])[0]


def _concerns(viewer: Person, record: Record, pending: Pending) -> bool:
    if viewer.id in {record.payer, record.payee}:
        return True
    return bool(pending.alias) and pending.alias in _verified(viewer)


def _verified(person: Person) -> set[str]:
    """The digests of a person's proven addresses, as pending transfers keep them."""
    found = set()
    if person.email_verified_at is not None and person.email_index:
        found.add("@" + bytes(person.email_index).hex())
    if person.phone_verified_at is not None and person.phone_index:
        found.add("+" + bytes(person.phone_index).hex())
    return found


def _pending_lines(person_id: UUID, pairs: Sequence[tuple[Record, Pending]]) -> list[PendingLine]:
    """Turn pending records into lines, with all names and all reminders in one query each."""
    sides = {side for record, _ in pairs for side in (record.payer, record.payee)} - {None}
    people = Person.objects.in_bulk([side for side in sides if side is not None])
    reminded = Reminder.objects.filter(record__in=[record.id for record, _ in pairs])
    counts = Counter(reminded.values_list("record", flat=True))
    return [
        _pending_line(person_id, record, pending, people, counts[record.id])
        for record, pending in pairs
    ]


def _pending_line(
    person_id: UUID,
    record: Record,
    pending: Pending,
    people: dict[UUID, Person],
    reminders: int,
) -> PendingLine:
    assert record.payer is not None  # noqa: S101 — pending transfers always have a payer
    payee = mask_name(people[record.payee].name) if record.payee in people else ""
    return PendingLine(
        record_id=record.id,
        reason=pending.reason,
        deadline=pending.deadline,
        money=Money(BY_NUMBER[record.asset], int(record.amount)),
        memo=record.memo,
        payer_id=record.payer,
        payer_masked=mask_name(people[record.payer].name),
        payee_id=record.payee,
        payee_masked=payee or record.label,
        state=RecordState(record.state),
        mine=record.payer == person_id,
        reminders=reminders,
    )


def pending_transfers(person_id: UUID) -> list[PendingLine]:
    """List what waits on either side of a person, the next deadline first."""
    viewer = Person.objects.get(id=person_id)
    waiting = Record.objects.filter(state=RecordState.PENDING, kind=RecordKind.TRANSFER)
    invited = Pending.objects.filter(alias__in=_verified(viewer)).values_list("record", flat=True)
    # Two queries: one with OR over a subquery would read every record there is.
    records = {row.id: row for row in waiting.filter(Q(payer=person_id) | Q(payee=person_id))[:100]}
    records |= waiting.in_bulk(list(invited[:100]))
    pendings = Pending.objects.in_bulk(list(records))
    pairs = [(records[one], pending) for one, pending in pendings.items()]
    return sorted(_pending_lines(person_id, pairs), key=lambda line: line.deadline)


def money_requests(
    person_id: UUID,
    *,
    open_only: bool = False,
    direction: str = "",
    before: UUID | None = None,
    after: UUID | None = None,
    limit: int = MOST_REQUESTS,
) -> list[RequestLine]:
    """List requests on either side of a person, newest first, at most `MOST_REQUESTS`.

    `before` goes on to those older than an id; `after` gives the ones just newer than an id.
    """
    sides = {"in": Q(payer=person_id), "out": Q(requester=person_id)}
    rows = MoneyRequest.objects.filter(sides.get(direction, sides["in"] | sides["out"]))
    if open_only:
        rows = rows.filter(state=RequestState.OPEN)
    if before is not None:
        rows = rows.filter(id__lt=before)
    if after is not None:
        rows = rows.filter(id__gt=after)
    ordered = rows.order_by("id" if after is not None else "-id")
    found = sorted(
        ordered[: min(limit, MOST_REQUESTS)], key=lambda request: request.id, reverse=True
    )
    others = {row.payer if row.requester == person_id else row.requester for row in found}
    names = dict(Person.objects.filter(id__in=others).values_list("id", "name"))
    return [_request_line(person_id, row, names) for row in found]


def money_request(person_id: UUID, request_id: UUID) -> RequestLine | None:
    """Read one request; None when it does not concern this person."""
    lines = MoneyRequest.objects.filter(id=request_id)
    row = (lines.filter(requester=person_id) | lines.filter(payer=person_id)).first()
    if row is None:
        return None
    other = row.payer if row.requester == person_id else row.requester
    names = dict(Person.objects.filter(id=other).values_list("id", "name"))
    return _request_line(person_id, row, names)


def _request_line(person_id: UUID, row: MoneyRequest, names: dict[UUID, str]) -> RequestLine:
    asked = row.requester == person_id
    return RequestLine(
        id=row.id,
        direction="out" if asked else "in",
        other_masked=mask_name(names.get(row.payer if asked else row.requester, "")),
        money=Money(BY_NUMBER[row.asset], int(row.amount)),
        memo=row.memo,
        state=RequestState(row.state),
        record_id=row.record,
        created_at=row.created_at,
        expires_at=row.expires_at,
    )
