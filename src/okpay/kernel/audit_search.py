"""Read the audit trail: search it, and say of each row how well it is proven. Writes nothing."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Final

from django.db.models import OuterRef, Subquery

from okpay.kernel.ids import BadIdError, decode, encode
from okpay.kernel.models import AuditRow, AuditSeal, Checkpoint
from okpay.kernel.trails import AUDIT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

PAGE: Final = 50
MOST_EXPORTED: Final = 50_000
CHUNK: Final = 1000
COLUMNS: Final = (
    "id",
    "at",
    "actor_kind",
    "actor",
    "via",
    "action",
    "subject",
    "data",
    "sealed_at_position",
    "checkpoint",
)
# A spreadsheet would calculate a cell that begins so.
RISKY: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; empty means any. `action` is a beginning, times are half open."""

    actor: UUID | None = None
    action: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A row with its proof: where its seal stands, and the size of the first checkpoint over it.

    `position` None: not yet sealed. `checkpoint` None: sealed, and not yet under a signature.
    """

    row: AuditRow
    position: int | None
    checkpoint: int | None

    @property
    def actor(self) -> str:
        """The public id of who acted, or ""."""
        return encode("cus", self.row.actor_id) if self.row.actor_id else ""

    @property
    def facts(self) -> str:
        """The row's data as one line of JSON; "" for none."""
        if not self.row.data:
            return ""
        return json.dumps(self.row.data, ensure_ascii=False, sort_keys=True)


def read_actor(text: str) -> UUID | None:
    """Read the public id of a person; None for anything else."""
    try:
        return decode(text.strip(), "cus")
    except BadIdError:
        return None


def _rows(wanted: Wanted) -> QuerySet[AuditRow]:
    rows = AuditRow.objects.order_by("-id")
    if wanted.actor:
        rows = rows.filter(actor_id=wanted.actor)
    if wanted.action:
        rows = rows.filter(action__startswith=wanted.action)
    if wanted.subject:
        rows = rows.filter(subject=wanted.subject)
    if wanted.since:
        rows = rows.filter(at__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(at__lt=wanted.until)
    return rows.filter(id__lt=wanted.before) if wanted.before else rows


def search(wanted: Wanted, *, limit: int = PAGE) -> tuple[list[Entry], int | None]:
    """Return a page, newest first, and the number before which the next one begins, or None."""
    rows = list(_rows(wanted)[: limit + 1])
    more = rows[limit - 1].id if len(rows) > limit else None
    return _proven(rows[:limit]), more


def _proven(rows: list[AuditRow]) -> list[Entry]:
    """Look up the seals of some rows, and the checkpoints over them, in one query."""
    over = Checkpoint.objects.filter(log=AUDIT.name, size__gte=OuterRef("position"))
    first = Subquery(over.order_by("size").values("size")[:1])
    seals = AuditSeal.objects.filter(audit__in=[row.id for row in rows]).annotate(under=first)
    known = {
        audit: (position, under)
        for audit, position, under in seals.values_list("audit", "position", "under")
    }
    return [Entry(row, *known.get(row.id, (None, None))) for row in rows]


def csv_rows(wanted: Wanted) -> Iterator[str]:
    """Yield the trail as CSV (RFC 4180, CRLF), newest first, at most 50,000 rows."""
    yield _line(COLUMNS)
    left, before = MOST_EXPORTED, wanted.before
    while left > 0:
        part = Wanted(
            wanted.actor, wanted.action, wanted.subject, wanted.since, wanted.until, before
        )
        entries, before = search(part, limit=min(CHUNK, left))
        yield from map(_written, entries)
        left -= len(entries)
        if before is None:
            return


def _written(entry: Entry) -> str:
    row = entry.row
    at = row.at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    proof = (str(entry.position or ""), str(entry.checkpoint or ""))
    cells = (str(row.id), at, row.actor_kind, entry.actor, row.via, row.action, row.subject)
    return _line((*cells, entry.facts, *proof))


def _line(cells: tuple[str, ...]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([f"'{cell}" if cell.startswith(RISKY) else cell for cell in cells])
    return out.getvalue()
