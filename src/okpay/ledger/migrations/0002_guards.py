"""Triggers that keep the book append-only and balanced."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from okpay.ledger.sql.guards import FORWARD


class Migration(migrations.Migration):
    """Install the guards; they are never taken off again."""

    dependencies: ClassVar = [("ledger", "0001_initial")]
    operations: ClassVar = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
