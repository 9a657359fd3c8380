"""Pending transfers keep the digest of an address and the address sealed; records its masked form.

In slices that each commit; killed half-way, it goes on.
"""

from __future__ import annotations

from typing import ClassVar, Final
from uuid import UUID

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.utils import CursorWrapper
from django.db.migrations.state import StateApps

from okpay.kernel import crypto
from okpay.kernel.slices import Rows, in_slices
from okpay.payments.aliases import PENDING, alias_digest, masked_alias

SLICE: Final = 2_000
_NEXT: Final = """
SELECT record, alias FROM payments_pending WHERE alias <> '' AND alias !~ '^[@+][0-9a-f]{64}$'
  AND record > %s
ORDER BY record LIMIT %s FOR UPDATE
"""
_PENDING: Final = """
UPDATE payments_pending p SET alias = v.alias, address = v.address
FROM unnest(%s::uuid[], %s::text[], %s::bytea[]) AS v(record, alias, address)
WHERE p.record = v.record
"""
_LABEL: Final = """
UPDATE wallets_record r SET label = v.shown
FROM unnest(%s::uuid[], %s::text[], %s::text[]) AS v(record, alias, shown)
WHERE r.id = v.record AND r.label = v.alias
"""


def _slice(cursor: CursorWrapper, rows: Rows) -> None:
    ids = [row[0] for row in rows]
    aliases = [row[1] for row in rows]
    cursor.execute(_LABEL, [ids, aliases, [masked_alias(one) for one in aliases]])
    sealed = [_sealed(str(record), alias) for record, alias in rows]
    cursor.execute(_PENDING, [ids, [alias_digest(one) for one in aliases], sealed])


def seal(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the addresses out of transfers that wait, or waited."""
    del apps
    in_slices(schema_editor.connection, _NEXT, _slice, since=UUID(int=0), size=SLICE)


def _sealed(record: str, alias: str) -> bytes:
    return crypto.seal_often(
        crypto.HOUSE, table=PENDING, column="address", row=record, plain=alias.encode()
    )


class Migration(migrations.Migration):
    atomic = False
    dependencies: ClassVar = [
        ("payments", "0006_pending_address"),
        ("wallets", "0002_two_phase"),
        ("crypto", "0002_guards"),
    ]
    operations: ClassVar = [migrations.RunPython(seal, migrations.RunPython.noop, elidable=True)]
