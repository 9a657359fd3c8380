"""What is sealed: tables that are only added to, and the text of a row that its seal stands for.

A seal's `chain` is SHA-256 over the chain before it and the row's text; the first one follows the
log's random beginning. Rows are sealed behind, in an order that nothing can be put into later:
only transactions older than every one still running, by transaction and then by id.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, LiteralString

from psycopg import sql

if TYPE_CHECKING:
    from psycopg import Connection

UTC: Final = '\'YYYY-MM-DD"T"HH24:MI:SS.US"Z"\''


@dataclass(frozen=True, slots=True)
class Trail:
    """One append-only table and the table of its seals.

    `source` has the columns `id` and `xid`; `entry` is the text of its row `r`, in SQL, and may
    not change any more once rows are sealed. `column` of `seals` names the row.
    """

    name: str
    source: LiteralString
    seals: LiteralString
    column: LiteralString
    entry: LiteralString

    def query(self, text: LiteralString) -> sql.Composed:
        """Fill the places of a statement: {source}, {seals}, {column}, {entry}."""
        return sql.SQL(text).format(
            source=sql.Identifier(self.source),
            seals=sql.Identifier(self.seals),
            column=sql.Identifier(self.column),
            entry=sql.SQL(self.entry),
        )


AUDIT: Final = Trail(
    name="audit",
    source="kernel_audit",
    seals="kernel_auditseal",
    column="audit",
    entry=(
        "json_build_array(r.id, r.xid, to_char(r.at AT TIME ZONE 'UTC', " + UTC + "),"
        " r.actor_kind, r.actor_id, r.via, r.action, r.subject, r.data)::text"
    ),
)


def link(before: bytes, entry: str) -> bytes:
    """Return the chain after one more row."""
    return hashlib.sha256(before + entry.encode()).digest()


# What no running transaction can still add to or come before. A transaction number of the future
# is one of another server: its rows came here with a restored dump, and are settled.
_WAITING: Final = """
WITH edge AS (
  SELECT r.xid FROM {seals} s JOIN {source} r ON r.id = s.{column} ORDER BY s.position DESC LIMIT 1
), now AS (
  SELECT pg_snapshot_xmin(pg_current_snapshot()) AS low,
         pg_snapshot_xmax(pg_current_snapshot()) AS high
)
SELECT r.id, {entry} FROM {source} r, now
WHERE r.xid >= COALESCE((SELECT CASE WHEN edge.xid < now.high THEN edge.xid END FROM edge, now),
                        '0'::xid8)
  AND (r.xid < now.low OR r.xid >= now.high)
  AND NOT EXISTS (SELECT 1 FROM {seals} s WHERE s.{column} = r.id)
ORDER BY r.xid >= now.high DESC, r.xid, r.id LIMIT %s
"""


def waiting(connection: Connection[Any], trail: Trail, most: int) -> list[tuple[int, str]]:
    """Return id and text of the next rows to seal, in their order."""
    rows: list[tuple[int, str]] = connection.execute(trail.query(_WAITING), [most]).fetchall()
    return rows
