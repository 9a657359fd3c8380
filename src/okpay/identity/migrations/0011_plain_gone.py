"""E-mail and phone are sealed: the plain columns go. There is no way back."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("identity", "0010_sealed_filled")]
    operations: ClassVar = [
        migrations.RemoveField("person", "email_plain"),
        migrations.RemoveField("person", "phone_plain"),
    ]
