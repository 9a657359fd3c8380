"""E-mail and phone get their blind indexes: then what is in them, in slices that each commit.

The key does not travel in statements, so the indexes are made here. Killed half-way, it goes on.
"""

from __future__ import annotations

from typing import ClassVar, Final
from uuid import UUID

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.utils import CursorWrapper
from django.db.migrations.state import StateApps

from okpay.kernel.crypto import blind
from okpay.kernel.slices import Rows, in_slices

SLICE: Final = 5_000
_NEXT: Final = """
SELECT id, email, phone FROM identity_person
WHERE id > %s AND ((email_index IS NULL AND email <> '') OR (phone_index IS NULL AND phone <> ''))
ORDER BY id LIMIT %s FOR UPDATE
"""
_FILL: Final = """
UPDATE identity_person p SET email_index = v.email, phone_index = v.phone
FROM unnest(%s::uuid[], %s::bytea[], %s::bytea[]) AS v(id, email, phone) WHERE p.id = v.id
"""


def _slice(cursor: CursorWrapper, rows: Rows) -> None:
    ids = [row[0] for row in rows]
    emails = [blind("email", row[1]) if row[1] else None for row in rows]
    phones = [blind("phone", row[2]) if row[2] else None for row in rows]
    cursor.execute(_FILL, [ids, emails, phones])


def fill(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Fill the indexes of everybody who has none."""
    del apps
    in_slices(schema_editor.connection, _NEXT, _slice, since=UUID(int=0), size=SLICE)


class Migration(migrations.Migration):
    atomic = False
    dependencies: ClassVar = [("identity", "0006_address_indexes")]
    operations: ClassVar = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
