"""Whom a message goes to is sealed: the plain column goes. There is no way back."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("notices", "0004_recipient_sealed")]
    operations: ClassVar = [migrations.RemoveField("outgoing", "recipient_plain")]
