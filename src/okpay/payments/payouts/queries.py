"""Read payouts and their lines. Nothing here writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import msgspec
from django.db import connection

from okpay.identity.rules import mask_name
from okpay.kernel.errors import CATALOGUE, DomainError
from okpay.kernel.money import BY_NUMBER, Money
from okpay.ledger.chart import AccountKind
from okpay.ledger.models import Account
from okpay.payments.payouts.models import Payout, PayoutSum
from okpay.payments.payouts.states import LineOutcome, PayoutState
from okpay.payments.payouts.store import opened_address
from okpay.wallets.queries import balances
from okpay.wallets.states import RecordState

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

MOST: Final = 100  # payouts read at once
MOST_LINES_READ: Final = 1_000
ALIKE_FOR: Final = timedelta(days=31)
_LINES: Final = """
SELECT l.number, l.reference, l.payee, l.address, l.asset, l.amount, l.fee, l.memo, l.record,
       l.outcome, l.code, l.params, r.state, r.payee, p.name, shown.name,
       COALESCE(shown.frozen_at IS NOT NULL, false)
FROM payments_payoutline l
LEFT JOIN wallets_record r ON r.id = l.record
LEFT JOIN identity_person p ON p.id = r.payee
LEFT JOIN identity_person shown ON shown.id = l.payee AND %(named)s
WHERE l.payout = %(payout)s AND l.number > %(after)s
  AND (%(outcome)s::int IS NULL OR l.outcome = %(outcome)s)
  AND (%(owner)s::uuid IS NULL OR l.payee IS NULL OR l.payee = %(owner)s
       OR shown.frozen_at IS NOT NULL)
ORDER BY l.number LIMIT %(limit)s
"""
_REMARKS: Final = """
SELECT count(*) FILTER (WHERE l.payee IS NULL), count(*) FILTER (WHERE l.payee = %s),
       count(*) FILTER (WHERE p.frozen_at IS NOT NULL AND l.payee <> %s)
FROM payments_payoutline l LEFT JOIN identity_person p ON p.id = l.payee WHERE l.payout = %s
"""


@dataclass(frozen=True, slots=True)
class Remarks:
    """Lines that will not simply arrive: addresses of nobody, one's own, payees on hold."""

    strangers: int
    own: int
    frozen: int

    @property
    def total(self) -> int:
        """All lines that somebody should look at."""
        return self.strangers + self.own + self.frozen


@dataclass(frozen=True, slots=True)
class SumLine:
    """What a payout asks for in one asset, and what of it was paid or is on hold."""

    lines: int
    money: Money
    fee: Money
    done_lines: int
    done: Money
    done_fee: Money

    @property
    def total(self) -> Money:
        """Amount and fee together."""
        return self.money + self.fee

    @property
    def refused_lines(self) -> int:
        """Lines that were not paid; counts only once the payout has finished."""
        return self.lines - self.done_lines


@dataclass(frozen=True, slots=True)
class PayoutHead:
    """A payout without its lines."""

    id: UUID
    owner: UUID
    title: str
    invite: bool
    state: PayoutState
    count: int
    settled: int
    done: int
    sums: list[SumLine]
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def refused(self) -> int:
        """Lines that were not paid, once the payout has finished."""
        return self.count - self.done if self.state == PayoutState.DONE else 0


@dataclass(frozen=True, slots=True)
class LineShown:
    """A line and what became of it. `state` is that of its record, None while there is none.

    `name` is the masked name of whom the record paid, else of whom a confirmation showed.
    """

    number: int
    reference: str
    payee_id: UUID | None
    alias: str
    name: str
    money: Money
    fee: Money
    memo: str
    record_id: UUID
    outcome: LineOutcome
    state: RecordState | None
    code: str
    params: dict[str, str | int]
    frozen: bool

    def error(self) -> DomainError:
        """The refusal as the error of the catalogue."""
        return CATALOGUE[self.code](**self.params)


def payout(owner: UUID, payout_id: UUID) -> PayoutHead | None:
    """Read one payout; None when it is another's, or does not exist."""
    found = payouts(owner, only=payout_id, drafts=True)
    return found[0] if found else None


def payouts(
    owner: UUID,
    *,
    only: UUID | None = None,
    before: UUID | None = None,
    after: UUID | None = None,
    drafts: bool = False,
    limit: int = MOST,
) -> list[PayoutHead]:
    """List a person's payouts, newest first; `before` and `after` are ids to go on from."""
    rows = Payout.objects.filter(owner=owner)
    if only is not None:
        rows = rows.filter(id=only)
    if not drafts:
        rows = rows.exclude(state=PayoutState.RECEIVED)
    if before is not None:
        rows = rows.filter(id__lt=before)
    if after is not None:
        rows = rows.filter(id__gt=after)
    ordered = rows.order_by("id" if after is not None else "-id")[: min(limit, MOST)]
    found = sorted(ordered, key=lambda row: row.id, reverse=True)
    sums: dict[UUID, list[SumLine]] = {}
    for one in PayoutSum.objects.filter(payout__in=[row.id for row in found]).order_by("id"):
        sums.setdefault(one.payout, []).append(_sum(one))
    return [_head(row, sums.get(row.id, [])) for row in found]


def _sum(row: PayoutSum) -> SumLine:
    asset = BY_NUMBER[row.asset]
    return SumLine(
        row.lines,
        Money(asset, int(row.amount)),
        Money(asset, int(row.fee)),
        row.done_lines,
        Money(asset, int(row.done_amount)),
        Money(asset, int(row.done_fee)),
    )


def _head(row: Payout, sums: list[SumLine]) -> PayoutHead:
    return PayoutHead(
        id=row.id,
        owner=row.owner,
        title=row.title,
        invite=row.invite,
        state=PayoutState(row.state),
        count=row.count,
        settled=row.settled,
        done=sum(one.done_lines for one in sums),
        sums=sums,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )


def lines(
    payout_id: UUID,
    *,
    outcome: LineOutcome | None = None,
    after: int = 0,
    limit: int = MOST,
    named: bool = False,
    remarked_for: UUID | None = None,
) -> list[LineShown]:
    """Read lines in the order of the file, those behind number `after`.

    `named`: tell the masked name of a payee who was shown before anything was paid.
    `remarked_for`: only the lines that this owner should look at before paying.
    """
    facts: dict[str, Any] = {"payout": payout_id, "after": after, "outcome": outcome}
    facts["owner"] = remarked_for
    facts |= {"limit": min(limit, MOST_LINES_READ), "named": named}
    with connection.cursor() as cursor:
        cursor.execute(_LINES, facts)
        return [_line(row) for row in cursor.fetchall()]


def all_lines(payout_id: UUID) -> Iterator[LineShown]:
    """Read every line, a page at a time."""
    after = 0
    while True:
        page = lines(payout_id, after=after, limit=MOST_LINES_READ, named=True)
        yield from page
        if len(page) < MOST_LINES_READ:
            return
        after = page[-1].number


def _line(row: Sequence[Any]) -> LineShown:
    asset = BY_NUMBER[row[4]]
    name = row[14] or row[15]
    return LineShown(
        number=row[0],
        reference=row[1],
        payee_id=row[13] or row[2],
        alias=opened_address(row[3], row[8]),
        name=mask_name(name) if name else "",
        money=Money(asset, int(row[5])),
        fee=Money(asset, int(row[6])),
        memo=row[7],
        record_id=row[8],
        outcome=LineOutcome(row[9]),
        state=None if row[12] is None else RecordState(row[12]),
        code=row[10],
        params=msgspec.json.decode(row[11]) if row[11] else {},
        frozen=row[16],
    )


def remarks(owner: UUID, payout_id: UUID) -> Remarks:
    """Count the lines that will not simply arrive, as things stand now."""
    with connection.cursor() as cursor:
        cursor.execute(_REMARKS, [owner, owner, payout_id])
        return Remarks(*cursor.fetchone())


def short(owner: UUID, sums: Sequence[SumLine]) -> list[Money]:
    """What is missing now, by asset, to pay everything; empty when the balance covers it."""
    found = []
    rows = Account.objects.filter(owner=owner, kind=AccountKind.WALLET)
    free = {row.asset: int(row.posted) - int(row.held) for row in rows}
    for one in sums:
        missing = one.total.minor - free.get(one.money.asset.number, 0)
        if missing > 0:
            found.append(Money(one.money.asset, missing))
    return found


def limits_passed(owner: UUID, sums: Sequence[SumLine], now: datetime) -> list[Money]:
    """What may still leave today of each asset of which more is asked for."""
    left = {one.asset: one.remaining_today for one in balances(owner, now)}
    found = [(one.money, left.get(one.money.asset)) for one in sums]
    return [most for wanted, most in found if most is not None and most < wanted]


def paid_alike(owner: UUID, payout_id: UUID, now: datetime) -> PayoutHead | None:
    """The newest payout of the same amounts to the same people within a month, or None."""
    this = Payout.objects.filter(id=payout_id, owner=owner).first()
    if this is None:
        return None
    alike = Payout.objects.filter(
        owner=owner, content=this.content, created_at__gte=now - ALIKE_FOR
    ).exclude(id=payout_id)
    row = alike.exclude(state=PayoutState.RECEIVED).order_by("-id").first()
    return None if row is None else payout(owner, row.id)
