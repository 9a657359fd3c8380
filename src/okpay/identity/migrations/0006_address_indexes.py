"""E-mail and phone get their blind indexes: first the columns."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from okpay.kernel.crypto.fields import Blinded


class Migration(migrations.Migration):
    dependencies: ClassVar = [("identity", "0005_codes_by_attempt")]
    operations: ClassVar = [
        migrations.AddField("person", "email_index", Blinded(kind="email", null=True)),
        migrations.AddField("person", "phone_index", Blinded(kind="phone", null=True)),
    ]
