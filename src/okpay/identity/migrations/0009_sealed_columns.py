"""E-mail and phone are sealed: first the columns, beside the plain ones under another name."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from okpay.kernel.crypto.fields import Sealed


class Migration(migrations.Migration):
    dependencies: ClassVar = [("identity", "0008_addresses_by_index")]
    operations: ClassVar = [
        migrations.RenameField("person", "email", "email_plain"),
        migrations.RenameField("person", "phone", "phone_plain"),
        migrations.AddField("person", "email", Sealed(db_column="email_sealed")),
        migrations.AddField("person", "phone", Sealed(db_column="phone_sealed")),
        migrations.AddField("person", "wanted_email", Sealed(db_column="wanted_email_sealed")),
    ]
