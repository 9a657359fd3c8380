"""The types in which the engine writes rows, and how far its outbox was read."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

from okpay.ledger.models import TransactionNumber
from okpay.payments.engine.lines import TYPES

START = "INSERT INTO payments_outboxmark (id, since, xid, batch) VALUES (1, 0, '0', 0);"


class Migration(migrations.Migration):
    """Additive."""

    dependencies: ClassVar = [("payments", "0003_payouts")]
    operations: ClassVar = [
        migrations.RunSQL(TYPES, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="OutboxMark",
            fields=[
                ("id", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("since", models.BigIntegerField()),
                ("xid", TransactionNumber()),
                ("batch", models.BigIntegerField()),
            ],
        ),
        migrations.RunSQL(START, migrations.RunSQL.noop),
    ]
