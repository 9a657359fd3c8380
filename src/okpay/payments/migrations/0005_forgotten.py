"""A place for what forgotten jobs had told."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

START = "INSERT INTO payments_forgottennews (id, records, hashes) VALUES (1, 0, 0);"


class Migration(migrations.Migration):
    """Additive."""

    dependencies: ClassVar = [("payments", "0004_lines")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="ForgottenNews",
            fields=[
                ("id", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("records", models.BigIntegerField()),
                ("hashes", models.DecimalField(max_digits=38, decimal_places=0)),
            ],
        ),
        migrations.RunSQL(START, migrations.RunSQL.noop),
    ]
