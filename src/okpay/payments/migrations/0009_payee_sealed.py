"""The address of a saved payee is sealed under its owner's key, in slices that each commit."""

from __future__ import annotations

from typing import ClassVar, Final
from uuid import UUID

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.utils import CursorWrapper
from django.db.migrations.state import StateApps

from okpay.kernel import clock
from okpay.kernel.crypto import keys
from okpay.kernel.crypto.envelope import seal_by
from okpay.kernel.slices import Rows, in_slices

SLICE: Final = 1_000
_NEXT: Final = """
SELECT id, owner, alias_plain FROM payments_savedpayee
WHERE alias_plain <> '' AND alias_sealed IS NULL AND id > %s ORDER BY id LIMIT %s FOR UPDATE
"""
_FILL: Final = """
UPDATE payments_savedpayee s SET alias_sealed = v.sealed
FROM unnest(%s::uuid[], %s::bytea[]) AS v(id, sealed) WHERE s.id = v.id
"""
_FORGET: Final = "UPDATE payments_savedpayee SET alias_plain = '' WHERE id = ANY(%s)"


def _slice(cursor: CursorWrapper, rows: Rows) -> None:
    keyed = keys.sealing_keys({row[1] for row in rows}, clock.now())
    place = {"table": "payments_savedpayee", "column": "alias_sealed"}
    sealed = {
        one: seal_by(keyed[owner], **place, row=str(one), plain=alias.encode())
        for one, owner, alias in rows
        if owner in keyed
    }
    cursor.execute(_FILL, [list(sealed), list(sealed.values())])
    cursor.execute(_FORGET, [[row[0] for row in rows if row[0] not in sealed]])


def fill(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Seal the address of every saved payee; that of an owner who was erased goes."""
    del apps
    in_slices(schema_editor.connection, _NEXT, _slice, since=UUID(int=0), size=SLICE)


class Migration(migrations.Migration):
    atomic = False
    dependencies: ClassVar = [("payments", "0008_payee_columns"), ("crypto", "0002_guards")]
    operations: ClassVar = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
