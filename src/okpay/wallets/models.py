"""What a customer sees of a movement of money: one record, read from either side."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from okpay.ledger.models import Minor
from okpay.wallets.states import RecordState


class RecordKind(models.IntegerChoices):
    """What moved the money; each kind has its own public prefix."""

    TRANSFER = 1, "transfer"
    TOP_UP = 2, "top-up"


PREFIXES: dict[int, str] = {RecordKind.TRANSFER: "trf", RecordKind.TOP_UP: "tup"}


class Record(models.Model):
    """One movement of money between a payer and a payee; either may be the outside world."""

    id = models.UUIDField(primary_key=True)
    kind = models.SmallIntegerField(choices=RecordKind.choices)
    state = models.SmallIntegerField(choices=RecordState.choices)
    asset = models.SmallIntegerField()
    amount = Minor()
    fee = Minor(default=0)
    payer = models.UUIDField(null=True)
    payee = models.UUIDField(null=True)
    label = models.CharField(max_length=254, blank=True)
    memo = models.CharField(max_length=140, blank=True)
    channel = models.CharField(max_length=4)
    created_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["payer", "created_at", "id"], name="wallets_record_payer"),
            models.Index(fields=["payee", "created_at", "id"], name="wallets_record_payee"),
        ]

    def __str__(self) -> str:
        """Name the record by its id."""
        return f"record {self.id}"


class RecordEvent(models.Model):
    """History of a record that did not complete at once; written by the engine only."""

    id = models.BigAutoField(primary_key=True)
    record = models.UUIDField()
    state = models.SmallIntegerField(choices=RecordState.choices)
    reason = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["record", "id"], name="wallets_event_record")]

    def __str__(self) -> str:
        """Name the event."""
        return f"{self.record} → {self.state}"
