"""The addresses of payouts' lines are sealed: first the column, and the index by which it goes on."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

from okpay.kernel.crypto.fields import Sealed


class Migration(migrations.Migration):
    dependencies: ClassVar = [("payments", "0010_payee_plain_gone")]
    operations: ClassVar = [
        migrations.AddField("payoutline", "address", Sealed()),
        migrations.AddConstraint(
            "payoutline",
            models.UniqueConstraint(fields=["record"], name="payments_line_record"),
        ),
    ]
