"""One-time codes keep the phone as a blind index.

The column `phone` stays, empty, for processes of the version before; nothing reads it any more.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from okpay.kernel.crypto.fields import Blinded

_EMPTY = "ALTER TABLE identity_onetimecode ALTER COLUMN phone SET DEFAULT ''"


def blind_phones(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the phones out of the codes that are there."""
    codes = apps.get_model("identity", "OneTimeCode")
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT id, phone FROM identity_onetimecode")
        for pk, phone in cursor.fetchall():
            codes.objects.filter(pk=pk).update(phone=phone, number_range=phone[:8])
        cursor.execute("UPDATE identity_onetimecode SET phone = ''")


class Migration(migrations.Migration):
    dependencies: ClassVar = [("identity", "0003_outside")]
    operations: ClassVar = [
        migrations.RemoveIndex("onetimecode", "identity_code_latest"),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(_EMPTY, migrations.RunSQL.noop)],
            state_operations=[migrations.RemoveField("onetimecode", "phone")],
        ),
        migrations.AddField(
            "onetimecode",
            "phone",
            Blinded(kind="code phone", db_column="phone_index", null=True),
        ),
        migrations.AddField("onetimecode", "number_range", Blinded(kind="code range", null=True)),
        migrations.RunPython(blind_phones, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            "onetimecode",
            models.Index(fields=["purpose", "phone", "-created_at"], name="identity_code_newest"),
        ),
    ]
