"""Buckets that several API processes draw from, in a table that costs no WAL."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Make the table; what a crash would lose of it is half a second of politeness."""

    dependencies: ClassVar = [("api", "0001_initial")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="Pace",
            fields=[
                ("key", models.UUIDField(primary_key=True, serialize=False)),
                ("full_at", models.BigIntegerField()),
            ],
        ),
        migrations.RunSQL("ALTER TABLE api_pace SET UNLOGGED", migrations.RunSQL.noop),
    ]
