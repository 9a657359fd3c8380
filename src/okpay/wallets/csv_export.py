"""Statement as CSV, version 1: columns that never change, for spreadsheets and bookkeeping.

UTF-8 with BOM, CRLF, RFC 4180 quoting. Amounts are signed decimals in the major unit, never with
separators; times are RFC 3339 in UTC. The sum of `amount` less `fee` over the completed rows of an
outgoing kind, plus that of the incoming ones, is the change of the balance.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from okpay.identity.rules import mask_name
from okpay.kernel.errors import DomainError
from okpay.kernel.ids import encode
from okpay.kernel.money import BY_NUMBER, Money
from okpay.ledger.chart import TransferKind
from okpay.wallets.models import PREFIXES, RecordKind
from okpay.wallets.states import RecordState

COLUMNS: Final = (
    ("id", _("Record no.")),
    ("created_at", _("Created (UTC)")),
    ("completed_at", _("Completed (UTC)")),
    ("type", _("Type")),
    ("direction", _("Direction")),
    ("amount", pgettext_lazy("column", "Amount")),
    ("currency", _("Currency")),
    ("fee", _("Fee")),
    ("balance_after", _("Balance after")),
    ("counterparty", _("Counterparty")),
    ("merchant_order_no", _("Merchant order no.")),
    ("status", _("Status")),
    ("related_id", _("Related record")),
    ("memo", _("Note")),
)
TYPES: Final = {kind.value: kind.name.lower() for kind in RecordKind}
CHUNK: Final = 500
LONGEST: Final = timedelta(days=366)
BOM: Final = "\ufeff".encode()
# A spreadsheet would calculate such a cell; East Asian editions also the full-width forms.
RISKY: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")

# The record, and the one ledger row that moved this person's balance for it, if any has.
ROWS: Final = """
SELECT r.id, r.kind, r.state, r.asset, COALESCE(r.captured, r.amount), r.fee, r.payer, r.payee,
       r.label, r.memo, r.created_at, r.completed_at, payer.name, payee.name,
       CASE WHEN r.payer = %(me)s THEN COALESCE(now.debit_posted, late.debit_posted)
            ELSE COALESCE(now.credit_posted, late.credit_posted) END,
       original.kind, original.id
FROM wallets_record r
LEFT JOIN ledger_transfer now ON now.id = r.id AND now.kind = %(posted)s
LEFT JOIN ledger_transfer late ON late.pending = r.id AND late.kind = %(post)s
LEFT JOIN wallets_refund back ON back.record = r.id
LEFT JOIN wallets_record original ON original.id = back.original
LEFT JOIN identity_person payer ON payer.id = r.payer
LEFT JOIN identity_person payee ON payee.id = r.payee
WHERE (r.payer = %(me)s OR r.payee = %(me)s) AND r.id > %(after)s
  AND r.created_at >= %(since)s AND r.created_at < %(until)s
ORDER BY r.id LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One record from one person's side; `signed` carries the sign, `fee` never does."""

    public_id: str
    created_at: datetime
    completed_at: datetime | None
    type: str
    outgoing: bool
    signed: Money
    fee: Money
    balance_after: Money | None
    counterparty: str
    status: str
    memo: str
    related_id: str = ""


class RangeRefusedError(DomainError):
    """The range of a statement is longer than a year, or ends before it begins."""

    code = "range_not_possible"
    status = 422
    title = _("This range cannot be exported")
    message = _("One file holds one year at most, and its last day is not before its first.")
    cause = _("Longer files are hard to open and to check.")
    remedy = _("Choose a shorter range, or export year by year.")
    remedy_url_name = "records_export"


def export(
    *, person_id: UUID, since: datetime, until: datetime, machine_header: bool = False
) -> Iterator[bytes]:
    """Return the statement in pieces: records created in [since, until), oldest first.

    The header is in the language of this moment, however late the pieces are asked for.

    Raises:
        RangeRefusedError: more than `LONGEST`, or the end is not after the beginning.
    """
    if not since < until <= since + LONGEST:
        raise RangeRefusedError
    header = [name if machine_header else str(words) for name, words in COLUMNS]
    return write(header, lines(person_id=person_id, since=since, until=until))


def write(header: list[str], rows: Iterable[Line]) -> Iterator[bytes]:
    """Yield the file piece by piece: byte order mark and header, then one line a record."""
    yield BOM + _encoded(header)
    for row in rows:
        yield _encoded(_cells(row))


def lines(*, person_id: UUID, since: datetime, until: datetime) -> Iterator[Line]:
    """Yield a person's records in pages of `CHUNK`, so that memory stays small."""
    after = UUID(int=0)
    facts: dict[str, Any] = {"posted": TransferKind.POSTED, "post": TransferKind.POST}
    facts |= {"me": person_id, "since": since, "until": until, "limit": CHUNK}
    while True:
        with connection.cursor() as cursor:
            cursor.execute(ROWS, {**facts, "after": after})
            page = cursor.fetchall()
        yield from (_line(row, person_id) for row in page)
        if len(page) < CHUNK:
            return
        after = page[-1][0]


def guarded(text: str) -> str:
    """Keep a cell from being calculated: risky first characters get an apostrophe before them."""
    flat = " ".join(text.split())
    return f"'{flat}" if flat.startswith(RISKY) or text.startswith(RISKY) else flat


def _line(row: tuple[Any, ...], person_id: UUID) -> Line:
    asset = BY_NUMBER[row[3]]
    outgoing = row[6] == person_id
    amount, fee = int(row[4]), int(row[5])
    pays_fee = outgoing or row[1] == RecordKind.TOP_UP
    if row[1] == RecordKind.PURCHASE:  # its payee bears the fee
        pays_fee = not outgoing
    pays_fee &= row[2] in {RecordState.COMPLETED, RecordState.PENDING}  # what came back was free
    return Line(
        public_id=encode(PREFIXES[row[1]], row[0]),
        created_at=row[10],
        completed_at=row[11],
        type=TYPES[row[1]],
        outgoing=outgoing,
        signed=Money(asset, -amount if outgoing else amount),
        fee=Money(asset, fee if pays_fee else 0),
        balance_after=None if row[14] is None else Money(asset, int(row[14]) - fee * pays_fee),
        counterparty=_counterparty(row[13] if outgoing else row[12], row[8]),
        status=RecordState(row[2]).name.lower(),
        memo=row[9],
        related_id=encode(PREFIXES[row[15]], row[16]) if row[16] is not None else "",
    )


def _counterparty(name: str | None, label: str) -> str:
    return mask_name(name) if name else label


def _cells(row: Line) -> list[str]:
    return [
        row.public_id,
        _moment(row.created_at),
        _moment(row.completed_at),
        row.type,
        "out" if row.outgoing else "in",
        row.signed.decimal_string(),
        row.signed.asset.code,
        row.fee.decimal_string(),
        row.balance_after.decimal_string() if row.balance_after is not None else "",
        guarded(row.counterparty),
        "",
        row.status,
        row.related_id,
        guarded(row.memo),
    ]


def _moment(moment: datetime | None) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else ""


def _encoded(cells: list[str]) -> bytes:
    page = io.StringIO()
    csv.writer(page, lineterminator="\r\n").writerow(cells)
    return page.getvalue().encode()


def file_name(since: date, until: date) -> str:
    """Return the name of the file: ASCII, with the range of days."""
    return f"okpay-v1-{since:%Y%m%d}-{until:%Y%m%d}.csv"
