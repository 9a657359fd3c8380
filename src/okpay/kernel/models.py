"""The audit trail, its seals, and the signed checkpoints of every trail."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class AuditRow(models.Model):
    """What was done, by whom, to what. The application's role can only insert and read."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=8)
    actor_id = models.UUIDField(null=True)
    via = models.CharField(max_length=8)
    action = models.CharField(max_length=80)
    subject = models.CharField(max_length=80)
    data = models.JSONField(default=dict)

    class Meta:
        db_table = "kernel_audit"
        indexes: ClassVar = [models.Index(fields=["subject", "id"], name="kernel_audit_subject")]

    def __str__(self) -> str:
        """Name the row for people."""
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.subject}"


class AuditSeal(models.Model):
    """A link of the audit trail's hash chain; never changed, never deleted."""

    position = models.BigIntegerField(primary_key=True)
    audit = models.BigIntegerField(unique=True)
    chain = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        """Name the seal by its place."""
        return f"audit seal {self.position}"


class Log(models.Model):
    """Where the chain of a trail begins: random bytes, so that no two logs can be confused."""

    name = models.CharField(primary_key=True, max_length=8)
    genesis = models.BinaryField(max_length=32)
    at = models.DateTimeField()

    def __str__(self) -> str:
        """Name the log by its trail."""
        return f"log of {self.name}"


class Checkpoint(models.Model):
    """A signed root over the first `size` seals of a log; never changed, never deleted.

    `frontier` is the tree's right edge, from which the next checkpoint goes on.
    """

    pk = models.CompositePrimaryKey("log", "size")
    log = models.CharField(max_length=8)
    size = models.BigIntegerField()
    origin = models.CharField(max_length=200)
    root = models.BinaryField(max_length=32)
    chain = models.BinaryField(max_length=32)
    at = models.DateTimeField()
    frontier = models.BinaryField()
    public_key = models.BinaryField(max_length=32)
    signature = models.BinaryField(max_length=64)

    def __str__(self) -> str:
        """Name the checkpoint by its log and size."""
        return f"checkpoint of {self.log} at {self.size}"
