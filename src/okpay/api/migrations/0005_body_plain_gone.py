"""Kept answers are sealed: the plain column goes. There is no way back."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("api", "0004_body_sealed")]
    operations: ClassVar = [migrations.RemoveField("keptanswer", "body_plain")]
