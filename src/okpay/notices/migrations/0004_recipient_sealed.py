"""Whom a message goes to is sealed: then what is there, in slices that each commit."""

from __future__ import annotations

from typing import ClassVar, Final
from uuid import UUID

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.utils import CursorWrapper
from django.db.migrations.state import StateApps

from okpay.kernel import crypto
from okpay.kernel.slices import Rows, in_slices
from okpay.notices.caps import range_of

SLICE: Final = 2_000
_NEXT: Final = """
SELECT id, channel, recipient_plain FROM notices_outgoing
WHERE recipient_plain <> '' AND recipient_sealed IS NULL AND id > %s
ORDER BY id LIMIT %s FOR UPDATE
"""
_FILL: Final = """
UPDATE notices_outgoing o
SET recipient_sealed = v.sealed, recipient_index = v.index, recipient_range = v.range
FROM unnest(%s::uuid[], %s::bytea[], %s::bytea[], %s::bytea[]) AS v(id, sealed, index, range)
WHERE o.id = v.id
"""


def _slice(cursor: CursorWrapper, rows: Rows) -> None:
    ids = [row[0] for row in rows]
    sealed = [
        crypto.seal_often(
            crypto.HOUSE, table="notices_outgoing", column="recipient_sealed",
            row=str(row[0]), plain=row[2].encode(),
        )
        for row in rows
    ]  # fmt: skip
    indexes = [crypto.blind("recipient", row[2]) for row in rows]
    ranges = [
        crypto.blind("recipient range", range_of(row[2])) if row[1] == "sms" else None
        for row in rows
    ]
    cursor.execute(_FILL, [ids, sealed, indexes, ranges])


def fill(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Seal every recipient that is kept."""
    del apps
    in_slices(schema_editor.connection, _NEXT, _slice, since=UUID(int=0), size=SLICE)


class Migration(migrations.Migration):
    atomic = False
    dependencies: ClassVar = [("notices", "0003_recipient_columns"), ("crypto", "0002_guards")]
    operations: ClassVar = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
