"""The address of a saved payee is sealed: the plain column goes. There is no way back."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("payments", "0009_payee_sealed")]
    operations: ClassVar = [migrations.RemoveField("savedpayee", "alias_plain")]
