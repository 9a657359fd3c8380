"""E-mail and phone are sealed: then what is in them, in slices that each commit.

The sign-in library's own table of e-mails keeps digests from now on, and a new e-mail that waits
for its link stands sealed with its person. Killed half-way, it goes on.
"""

from __future__ import annotations

from typing import ClassVar, Final
from uuid import UUID

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.utils import CursorWrapper
from django.db.migrations.state import StateApps

from okpay.identity.addresses import digest_of
from okpay.kernel import clock
from okpay.kernel.crypto import keys
from okpay.kernel.crypto.envelope import seal_by
from okpay.kernel.slices import Rows, in_slices

SLICE: Final = 1_000
_NEXT: Final = """
SELECT id, email_plain, phone_plain FROM identity_person
WHERE id > %s AND ((email_plain <> '' AND email_sealed IS NULL)
                OR (phone_plain <> '' AND phone_sealed IS NULL))
ORDER BY id LIMIT %s FOR UPDATE
"""
_FILL: Final = """
UPDATE identity_person p SET email_sealed = v.email, phone_sealed = v.phone
FROM unnest(%s::uuid[], %s::bytea[], %s::bytea[]) AS v(id, email, phone) WHERE p.id = v.id
"""
_FORGET: Final = """
UPDATE identity_person SET email_plain = '', phone_plain = '', email_index = NULL,
  phone_index = NULL WHERE id = ANY(%s)
"""
_ROWS: Final = """
SELECT a.id, a.email, p.id, a.verified OR p.email_plain = a.email
FROM account_emailaddress a JOIN identity_person p ON p.id = a.user_id
WHERE a.email LIKE '%%@%%' AND a.id > %s ORDER BY a.id LIMIT %s FOR UPDATE OF a, p
"""
_DIGESTS: Final = """
UPDATE account_emailaddress a SET email = v.digest
FROM unnest(%s::int[], %s::text[]) AS v(id, digest) WHERE a.id = v.id
"""
_WANTED: Final = """
UPDATE identity_person p SET wanted_email_sealed = v.sealed
FROM unnest(%s::uuid[], %s::bytea[]) AS v(id, sealed) WHERE p.id = v.id
"""
Versioned = tuple[int, bytes]


def _sealed(by: Versioned, column: str, row: UUID, plain: str) -> bytes | None:
    if not plain:
        return None
    return seal_by(by, table="identity_person", column=column, row=str(row), plain=plain.encode())


def _people(cursor: CursorWrapper, rows: Rows) -> None:
    keyed = keys.sealing_keys([row[0] for row in rows], clock.now())
    known = [row for row in rows if row[0] in keyed]
    emails = [_sealed(keyed[one], "email_sealed", one, email) for one, email, _ in known]
    phones = [_sealed(keyed[one], "phone_sealed", one, phone) for one, _, phone in known]
    cursor.execute(_FILL, [[row[0] for row in known], emails, phones])
    cursor.execute(_FORGET, [[row[0] for row in rows if row[0] not in keyed]])  # were erased


def _addresses(cursor: CursorWrapper, rows: Rows) -> None:
    wanted = {person: email for _, email, person, owned in rows if not owned}
    keyed = keys.sealing_keys(list(wanted), clock.now()) if wanted else {}
    sealed = [_sealed(by, "wanted_email_sealed", one, wanted[one]) for one, by in keyed.items()]
    cursor.execute(_WANTED, [list(keyed), sealed])
    cursor.execute(_DIGESTS, [[row[0] for row in rows], [digest_of(row[1]) for row in rows]])


def fill(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Seal everybody's e-mail and phone."""
    del apps
    in_slices(schema_editor.connection, _NEXT, _people, since=UUID(int=0), size=SLICE)
    in_slices(schema_editor.connection, _ROWS, _addresses, since=0, size=SLICE)


class Migration(migrations.Migration):
    atomic = False
    dependencies: ClassVar = [
        ("identity", "0009_sealed_columns"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("crypto", "0002_guards"),
    ]
    operations: ClassVar = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
