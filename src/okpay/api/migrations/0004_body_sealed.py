"""Kept answers are sealed: then what is there, in slices that each commit."""

from __future__ import annotations

from typing import ClassVar, Final
from uuid import UUID

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.utils import CursorWrapper
from django.db.migrations.state import StateApps

from okpay.kernel import crypto
from okpay.kernel.slices import Rows, in_slices

SLICE: Final = 2_000
_NEXT: Final = """
SELECT key, body_plain FROM api_keptanswer
WHERE body_plain <> '' AND body_sealed IS NULL AND key > %s ORDER BY key LIMIT %s FOR UPDATE
"""
_FILL: Final = """
UPDATE api_keptanswer k SET body_sealed = v.sealed
FROM unnest(%s::uuid[], %s::bytea[]) AS v(key, sealed) WHERE k.key = v.key
"""


def _slice(cursor: CursorWrapper, rows: Rows) -> None:
    place = {"table": "api_keptanswer", "column": "body_sealed"}
    sealed = [
        crypto.seal_often(crypto.HOUSE, **place, row=str(key), plain=body.encode())
        for key, body in rows
    ]
    cursor.execute(_FILL, [[row[0] for row in rows], sealed])


def fill(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Seal every answer that is kept."""
    del apps
    in_slices(schema_editor.connection, _NEXT, _slice, since=UUID(int=0), size=SLICE)


class Migration(migrations.Migration):
    atomic = False
    dependencies: ClassVar = [("api", "0003_body_column"), ("crypto", "0002_guards")]
    operations: ClassVar = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
