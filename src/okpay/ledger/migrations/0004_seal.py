"""The book's hash chain, and no entry with a moment that has passed (M2, M4)."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

from okpay.ledger.sql.seals import FORWARD


class Migration(migrations.Migration):
    """Make the table of seals and install its guards."""

    dependencies: ClassVar = [("ledger", "0003_batch")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("position", models.BigIntegerField(primary_key=True, serialize=False)),
                ("batch", models.BigIntegerField(unique=True)),
                ("chain", models.BinaryField(max_length=32)),
            ],
        ),
        migrations.RunSQL(FORWARD, migrations.RunSQL.noop),
    ]
