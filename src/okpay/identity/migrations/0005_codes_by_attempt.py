"""Which attempt a code was asked for by somebody who is not signed in."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column with a default, so that what still runs the older code goes on writing."""

    dependencies: ClassVar = [("identity", "0004_codes_blinded")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="onetimecode",
            name="attempt",
            field=models.CharField(db_default="", default="", max_length=64),
        ),
    ]
