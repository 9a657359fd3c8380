"""Whom a message goes to is sealed: first the columns."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from okpay.kernel.crypto.fields import Blinded, Sealed


class Migration(migrations.Migration):
    dependencies: ClassVar = [("notices", "0002_causer")]
    operations: ClassVar = [
        migrations.RenameField("outgoing", "recipient", "recipient_plain"),
        migrations.AddField("outgoing", "recipient", Sealed(db_column="recipient_sealed")),
        migrations.AddField("outgoing", "recipient_index", Blinded(kind="recipient", null=True)),
        migrations.AddField(
            "outgoing", "recipient_range", Blinded(kind="recipient range", null=True)
        ),
    ]
