"""The audit trail's row."""

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
