"""Closings and exports."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from okpay.identity.leaving.states import ClosingState, ExportState
from okpay.identity.models import Person
from okpay.kernel.ids import encode, new_uuid


class Closing(models.Model):
    """Somebody wants to leave. At most one of a person is asked for."""

    id = models.UUIDField(primary_key=True, default=new_uuid, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="closings")
    state = models.CharField(
        max_length=10, choices=ClosingState.choices, default=ClosingState.ASKED
    )
    asked_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state=ClosingState.ASKED),
                name="leaving_closing_one",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["state", "ends_at"], name="leaving_closing_due")]

    def __str__(self) -> str:
        """Name the closing by its number."""
        return encode("cls", self.id)


class Export(models.Model):
    """A copy of one's own data: sealed under the person's key, taken once, gone after a week."""

    id = models.UUIDField(primary_key=True, default=new_uuid, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="exports")
    state = models.CharField(max_length=10, choices=ExportState.choices, default=ExportState.ASKED)
    sealed = models.BinaryField(null=True)
    size = models.IntegerField(default=0)
    asked_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state__in=[ExportState.ASKED, ExportState.READY]),
                name="leaving_export_one",
            ),
            models.CheckConstraint(
                condition=Q(state=ExportState.READY, sealed__isnull=False)
                | (~Q(state=ExportState.READY) & Q(sealed__isnull=True)),
                name="leaving_export_kept_while_ready",
            ),
        ]

    def __str__(self) -> str:
        """Name the export by its number."""
        return encode("exp", self.id)
