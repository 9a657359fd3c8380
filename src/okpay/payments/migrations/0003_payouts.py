"""Payouts: heads, sums and lines. Pages of lines keep room for the outcomes written later."""

from __future__ import annotations

from django.db import migrations, models

import okpay.kernel.ids
import okpay.ledger.models


class Migration(migrations.Migration):
    """Additive."""

    dependencies = [
        ("payments", "0002_groups"),
    ]

    operations = [
        migrations.CreateModel(
            name="PayoutLine",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "payout",
                        "number",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("payout", models.UUIDField()),
                ("number", models.IntegerField()),
                ("reference", models.CharField(max_length=64)),
                ("payee", models.UUIDField(null=True)),
                ("alias", models.CharField(max_length=254)),
                ("version", models.IntegerField()),
                ("asset", models.SmallIntegerField()),
                ("amount", okpay.ledger.models.Minor(decimal_places=0, max_digits=38)),
                ("fee", okpay.ledger.models.Minor(decimal_places=0, max_digits=38)),
                ("memo", models.CharField(max_length=40)),
                ("record", models.UUIDField()),
                (
                    "outcome",
                    models.SmallIntegerField(
                        choices=[(0, "Waiting"), (1, "Paid"), (2, "Not paid")], db_default=0
                    ),
                ),
                ("code", models.CharField(db_default="", max_length=40)),
                ("params", models.TextField(db_default="")),
            ],
        ),
        migrations.CreateModel(
            name="Payout",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=okpay.kernel.ids.new_uuid, primary_key=True, serialize=False
                    ),
                ),
                ("owner", models.UUIDField()),
                ("key", models.UUIDField(unique=True)),
                ("fingerprint", models.UUIDField()),
                ("content", models.UUIDField()),
                ("title", models.CharField(blank=True, max_length=60)),
                ("invite", models.BooleanField()),
                ("bound", models.BooleanField()),
                ("via", models.CharField(max_length=4)),
                (
                    "state",
                    models.SmallIntegerField(
                        choices=[(1, "Not confirmed"), (2, "Being paid"), (3, "Finished")]
                    ),
                ),
                ("count", models.IntegerField()),
                ("settled", models.IntegerField(default=0)),
                ("strangers", models.IntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(null=True)),
                ("touched_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["owner", "id"], name="payments_payout_owner"),
                    models.Index(
                        condition=models.Q(("state", 3), _negated=True),
                        fields=["touched_at"],
                        name="payments_payout_open",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PayoutSum",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("payout", models.UUIDField()),
                ("asset", models.SmallIntegerField()),
                ("lines", models.IntegerField()),
                ("amount", okpay.ledger.models.Minor(decimal_places=0, max_digits=38)),
                ("fee", okpay.ledger.models.Minor(decimal_places=0, max_digits=38)),
                ("done_lines", models.IntegerField(default=0)),
                (
                    "done_amount",
                    okpay.ledger.models.Minor(decimal_places=0, default=0, max_digits=38),
                ),
                ("done_fee", okpay.ledger.models.Minor(decimal_places=0, default=0, max_digits=38)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("payout", "asset"), name="payments_payoutsum_once"
                    )
                ],
            },
        ),
        migrations.RunSQL(
            "ALTER TABLE payments_payoutline SET (fillfactor = 70)", migrations.RunSQL.noop
        ),
    ]
