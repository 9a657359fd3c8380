"""Pending transfers get a column for the sealed address of whoever they wait for."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from okpay.kernel.crypto.fields import Sealed


class Migration(migrations.Migration):
    dependencies: ClassVar = [("payments", "0006_second_proofs")]
    operations: ClassVar = [migrations.AddField("pending", "address", Sealed())]
