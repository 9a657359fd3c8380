"""Seals of the audit trail, and signed checkpoints of every trail (M2)."""

from __future__ import annotations

from django.db import migrations, models

from okpay.kernel.sealed_sql import ORDERED, SEALED


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0002_append_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditSeal",
            fields=[
                ("position", models.BigIntegerField(primary_key=True, serialize=False)),
                ("audit", models.BigIntegerField(unique=True)),
                ("chain", models.BinaryField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "log", "size", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("log", models.CharField(max_length=8)),
                ("size", models.BigIntegerField()),
                ("origin", models.CharField(max_length=200)),
                ("root", models.BinaryField(max_length=32)),
                ("chain", models.BinaryField(max_length=32)),
                ("at", models.DateTimeField()),
                ("frontier", models.BinaryField()),
                ("public_key", models.BinaryField(max_length=32)),
                ("signature", models.BinaryField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="Log",
            fields=[
                ("name", models.CharField(max_length=8, primary_key=True, serialize=False)),
                ("genesis", models.BinaryField(max_length=32)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.RunSQL(ORDERED + SEALED, migrations.RunSQL.noop),
    ]
