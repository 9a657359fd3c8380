"""Which master keys there are (never the keys themselves), and the wrapped keys of subjects."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.db.models import Q

ACTIVE: Final = "active"  # wraps new data keys
RETIRING: Final = "retiring"  # being re-wrapped away from
RETIRED: Final = "retired"  # wraps nothing any more


class MasterKey(models.Model):
    """A version of the key-encryption key, known by a fingerprint; its bytes stand elsewhere."""

    version = models.IntegerField(primary_key=True)
    phase = models.CharField(max_length=8)
    fingerprint = models.BinaryField(max_length=16)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["phase"], condition=Q(phase=ACTIVE), name="crypto_one_active_master"
            ),
            models.CheckConstraint(
                condition=Q(phase__in=[ACTIVE, RETIRING, RETIRED]), name="crypto_master_phase"
            ),
        ]

    def __str__(self) -> str:
        """Name the key by its version."""
        return f"master key {self.version}"


class DataKey(models.Model):
    """A data key of one subject, wrapped; the newest version seals, every version opens."""

    pk = models.CompositePrimaryKey("subject", "version")
    subject = models.UUIDField()
    version = models.IntegerField()
    master = models.ForeignKey(MasterKey, on_delete=models.PROTECT, related_name="data_keys")
    wrapped = models.BinaryField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        """Name the key by its version; whose it is stays out of logs."""
        return f"data key {self.version}"


class Shredding(models.Model):
    """Subjects whose keys were destroyed: they never get new ones."""

    subject = models.UUIDField(primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        """Name the row without its subject."""
        return f"shredding of {self.at:%Y-%m-%d}"


class Rotation(models.Model):
    """One run of `okpay keys rotate --data`; what is unfinished is gone on with."""

    id = models.BigAutoField(primary_key=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                models.Value(1),
                condition=Q(finished_at__isnull=True),
                name="crypto_one_rotation",
            )
        ]

    def __str__(self) -> str:
        """Name the run by its number."""
        return f"rotation {self.id}"
