"""What a customer sees of a movement of money: one record, read from either side."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from okpay.ledger.models import Minor, OptionalMinor
from okpay.wallets.states import RecordState


class RecordKind(models.IntegerChoices):
    """What moved the money; each kind has its own public prefix."""

    TRANSFER = 1, "transfer"
    TOP_UP = 2, "top-up"
    PURCHASE = 3, "purchase"
    REFUND = 4, "refund"
    EXCHANGE = 5, "exchange"
    ADJUSTMENT = 6, "manual adjustment"


PREFIXES: dict[int, str] = {
    RecordKind.TRANSFER: "trf",
    RecordKind.TOP_UP: "tup",
    RecordKind.PURCHASE: "pay",
    RecordKind.REFUND: "rfd",
    RecordKind.EXCHANGE: "cnv",
    RecordKind.ADJUSTMENT: "adj",
}


class Record(models.Model):
    """One movement of money between a payer and a payee; either may be the outside world.

    `label` names the outside: a card by its last digits, an address of nobody by its masked form.
    `captured` is what arrived of a hold when that is less than `amount`; else there is none.
    """

    id = models.UUIDField(primary_key=True)
    created_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)
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
    captured = OptionalMinor()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["payer", "created_at"], name="wallets_record_payer"),
            models.Index(fields=["payee", "created_at"], name="wallets_record_payee"),
        ]

    def __str__(self) -> str:
        """Name the record by its id."""
        return f"record {self.id}"


class Refund(models.Model):
    """Which record a refund gives back; only refunds have such a row."""

    record = models.UUIDField(primary_key=True)
    original = models.UUIDField(db_index=True)

    def __str__(self) -> str:
        """Name both records."""
        return f"refund {self.record} of {self.original}"


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
