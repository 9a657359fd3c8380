"""E-mail and phone get their blind indexes: people are found, and kept apart, by these."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models
from django.db.models import Q


def _unique(name: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(
        fields=[f"{name}_index"],
        condition=Q(**{f"{name}_verified_at__isnull": False}),
        name=f"identity_person_{name}_verified",
    )


class Migration(migrations.Migration):
    dependencies: ClassVar = [("identity", "0007_address_indexes_filled")]
    operations: ClassVar = [
        migrations.RemoveConstraint("person", "identity_person_email_verified"),
        migrations.RemoveConstraint("person", "identity_person_phone_verified"),
        migrations.RemoveIndex("person", "identity_person_email"),
        migrations.RemoveIndex("person", "identity_person_phone"),
        migrations.AddConstraint("person", _unique("email")),
        migrations.AddConstraint("person", _unique("phone")),
        migrations.AddIndex(
            "person", models.Index(fields=["email_index"], name="identity_person_email")
        ),
        migrations.AddIndex(
            "person", models.Index(fields=["phone_index"], name="identity_person_phone")
        ),
    ]
