"""The figures of the limits that staff decided, one row a version."""

from __future__ import annotations

from django.db import models


class Figures(models.Model):
    """All levels as of one decision (form: `figures.to_json`). Never changed, never deleted."""

    version = models.IntegerField(primary_key=True)
    levels = models.JSONField()
    approval = models.CharField(max_length=40)
    decided_at = models.DateTimeField()

    def __str__(self) -> str:
        """Name the version."""
        return f"limits {self.version}"
