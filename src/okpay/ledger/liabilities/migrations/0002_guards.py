"""Triggers that keep publications append-only."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from okpay.ledger.liabilities.guards import FORWARD


class Migration(migrations.Migration):
    """Install the guards; they are never taken off again."""

    dependencies: ClassVar = [("liabilities", "0001_initial"), ("ledger", "0002_guards")]
    operations: ClassVar = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
