"""Kept answers are sealed: first the column."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from okpay.kernel.crypto.fields import Sealed


class Migration(migrations.Migration):
    dependencies: ClassVar = [("api", "0002_pace")]
    operations: ClassVar = [
        migrations.RenameField("keptanswer", "body", "body_plain"),
        migrations.AddField("keptanswer", "body", Sealed(db_column="body_sealed")),
    ]
