"""The one way by which the faces may delete keys."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from okpay.kernel.crypto.guards import FORWARD


class Migration(migrations.Migration):
    """Install the guards; they are never taken off again."""

    dependencies: ClassVar = [("crypto", "0001_initial")]
    operations: ClassVar = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
