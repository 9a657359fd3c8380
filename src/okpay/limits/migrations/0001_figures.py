"""The figures of the limits, one row a version; rows are only added."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

KEPT = """
CREATE TRIGGER limits_figures_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
  ON limits_figures FOR EACH STATEMENT EXECUTE FUNCTION okpay_refuse_change();
"""


class Migration(migrations.Migration):
    """Make the table."""

    initial = True
    dependencies: ClassVar = [("ledger", "0002_guards")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="Figures",
            fields=[
                ("version", models.IntegerField(primary_key=True, serialize=False)),
                ("levels", models.JSONField()),
                ("approval", models.CharField(max_length=40)),
                ("decided_at", models.DateTimeField()),
            ],
        ),
        migrations.RunSQL(KEPT, "DROP TRIGGER limits_figures_append_only ON limits_figures"),
    ]
