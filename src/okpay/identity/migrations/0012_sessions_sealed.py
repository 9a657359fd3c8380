"""What a session holds is sealed: the plain column goes, and with it who is signed in now.

A session lives twelve hours at most; everybody signs in once more.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from okpay.kernel.crypto.fields import Sealed


class Migration(migrations.Migration):
    dependencies: ClassVar = [("identity", "0011_plain_gone")]
    operations: ClassVar = [
        migrations.RunSQL("DELETE FROM identity_session", migrations.RunSQL.noop, elidable=True),
        migrations.RemoveField("session", "data"),
        migrations.AddField("session", "data", Sealed(db_column="data_sealed")),
    ]
