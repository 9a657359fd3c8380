"""The address of a saved payee is sealed: first the column."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from okpay.kernel.crypto.fields import Sealed


class Migration(migrations.Migration):
    dependencies: ClassVar = [("payments", "0007_pending_sealed")]
    operations: ClassVar = [
        migrations.RenameField("savedpayee", "alias", "alias_plain"),
        migrations.AddField("savedpayee", "alias", Sealed(db_column="alias_sealed")),
    ]
