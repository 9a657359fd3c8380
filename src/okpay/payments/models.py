"""What payments keep beside the ledger: answers, pending transfers, payees, requests."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from okpay.kernel.ids import new_uuid
from okpay.ledger.models import Minor
from okpay.payments.states import RequestState


class Answer(models.Model):
    """What a command was answered: the memory that makes a retry safe, kept for ever.

    `key` is a digest of owner, endpoint and the client's key; `fingerprint` of the body.
    """

    key = models.UUIDField(primary_key=True)
    fingerprint = models.UUIDField()
    body = models.TextField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        """Name the row by its key."""
        return f"answer {self.key}"


class Pending(models.Model):
    """Why a transfer waits, who must act, until when, and what happens then."""

    record = models.UUIDField(primary_key=True)
    reason = models.CharField(max_length=40)
    alias = models.CharField(max_length=254, blank=True)
    deadline = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["alias"], condition=~Q(alias=""), name="payments_pending_alias")
        ]

    def __str__(self) -> str:
        """Name the row by its record."""
        return f"pending {self.record}: {self.reason}"


class Reminder(models.Model):
    """A payee was reminded of money that waits."""

    id = models.UUIDField(primary_key=True, default=new_uuid)
    record = models.UUIDField(db_index=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        """Name the row by its record."""
        return f"reminder of {self.record}"


class SavedPayee(models.Model):
    """Somebody a person pays again."""

    id = models.UUIDField(primary_key=True, default=new_uuid)
    owner = models.UUIDField()
    payee = models.UUIDField()
    nickname = models.CharField(max_length=60, blank=True)
    alias = models.CharField(max_length=254)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "payee"], name="payments_payee_once")
        ]

    def __str__(self) -> str:
        """Name the row by its id."""
        return f"payee {self.id}"


class MoneyRequest(models.Model):
    """One person asks another for money."""

    id = models.UUIDField(primary_key=True, default=new_uuid)
    requester = models.UUIDField()
    payer = models.UUIDField()
    asset = models.SmallIntegerField()
    amount = Minor()
    memo = models.CharField(max_length=140, blank=True)
    state = models.SmallIntegerField(choices=RequestState.choices)
    record = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["requester", "id"], name="payments_request_requester"),
            models.Index(fields=["payer", "id"], name="payments_request_payer"),
        ]

    def __str__(self) -> str:
        """Name the row by its id."""
        return f"money request {self.id}"
