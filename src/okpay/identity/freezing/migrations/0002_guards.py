"""A trigger that keeps the history of freezes append-only."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

# `okpay_refuse_change` came with the book's own guards.
FORWARD = """
CREATE TRIGGER freezing_freezeevent_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
  ON freezing_freezeevent FOR EACH STATEMENT EXECUTE FUNCTION okpay_refuse_change();
"""


class Migration(migrations.Migration):
    """Install the guard; it is never taken off again."""

    dependencies: ClassVar = [("freezing", "0001_initial"), ("ledger", "0002_guards")]
    operations: ClassVar = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
