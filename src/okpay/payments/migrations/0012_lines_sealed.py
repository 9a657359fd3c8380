"""The addresses of payouts' lines are sealed, in slices that each commit; what stays is a digest."""

from __future__ import annotations

from typing import ClassVar, Final
from uuid import UUID

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.utils import CursorWrapper
from django.db.migrations.state import StateApps

from okpay.kernel import crypto
from okpay.kernel.slices import Rows, in_slices
from okpay.payments.aliases import alias_digest

SLICE: Final = 5_000
_NEXT: Final = """
SELECT record, alias FROM payments_payoutline WHERE alias <> '' AND address IS NULL AND record > %s
ORDER BY record LIMIT %s FOR UPDATE
"""
_FILL: Final = """
UPDATE payments_payoutline l SET alias = v.alias, address = v.address
FROM unnest(%s::uuid[], %s::text[], %s::bytea[]) AS v(record, alias, address)
WHERE l.record = v.record
"""


def _slice(cursor: CursorWrapper, rows: Rows) -> None:
    sealed = [
        crypto.seal_often(
            crypto.HOUSE, table="payments_payoutline", column="address",
            row=str(record), plain=alias.encode(),
        )
        for record, alias in rows
    ]  # fmt: skip
    digests = [alias_digest(alias) for _, alias in rows]
    cursor.execute(_FILL, [[row[0] for row in rows], digests, sealed])


def fill(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Seal the address of every line."""
    del apps
    in_slices(schema_editor.connection, _NEXT, _slice, since=UUID(int=0), size=SLICE)


class Migration(migrations.Migration):
    atomic = False
    dependencies: ClassVar = [("payments", "0011_line_address")]
    operations: ClassVar = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
