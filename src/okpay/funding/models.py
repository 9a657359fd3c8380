"""Tables of top-ups: the order, its history, what came in about it, and what did not fit."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from okpay.funding.states import FINAL, TopUpState
from okpay.kernel.ids import encode, new_uuid
from okpay.ledger.models import Minor


class TopUp(models.Model):
    """Money that a person brings in by card. Its id is also the id of the record it becomes."""

    id = models.UUIDField(primary_key=True, default=new_uuid, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    client_key = models.CharField(max_length=300)
    asset = models.SmallIntegerField()
    amount = Minor()
    fee = Minor()
    state = models.CharField(max_length=12, default=TopUpState.CREATED)
    provider = models.CharField(max_length=30)
    provider_id = models.CharField(max_length=100, blank=True, default="")
    hosted_url = models.CharField(max_length=500, blank=True, default="")
    decline_code = models.CharField(max_length=40, blank=True, default="")
    card_brand = models.CharField(max_length=20, blank=True, default="")
    card_last4 = models.CharField(max_length=4, blank=True, default="")
    card_expiry = models.CharField(max_length=5, blank=True, default="")
    checks = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["person", "-id"], name="funding_topup_person"),
            models.Index(
                fields=["card_last4"], name="funding_topup_tail", condition=~Q(card_last4="")
            ),
            models.Index(
                fields=["created_at"],
                name="funding_topup_unfinished",
                condition=~Q(state__in=sorted(FINAL)),
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "client_key"], name="funding_topup_once"),
            models.UniqueConstraint(
                fields=["provider", "provider_id"],
                condition=~Q(provider_id=""),
                name="funding_topup_provider_id",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="funding_topup_amount"),
            models.CheckConstraint(condition=Q(fee__gte=0), name="funding_topup_fee"),
            models.CheckConstraint(
                condition=Q(state__in=sorted(TopUpState)), name="funding_topup_state"
            ),
        ]

    def __str__(self) -> str:
        """Name the top-up by its public id."""
        return encode("tup", self.id)


class TopUpEvent(models.Model):
    """One step of a top-up's history; written together with the step."""

    top_up = models.ForeignKey(TopUp, on_delete=models.PROTECT, related_name="events")
    old = models.CharField(max_length=12, blank=True)
    new = models.CharField(max_length=12)
    source = models.CharField(max_length=12)
    reason = models.CharField(max_length=60, blank=True, default="")
    at = models.DateTimeField()

    def __str__(self) -> str:
        """Name the step."""
        return f"{self.old} → {self.new}"


class WebhookReceipt(models.Model):
    """A webhook that was taken in; its id makes the second arrival harmless."""

    provider = models.CharField(max_length=30)
    webhook_id = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    received_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["provider", "webhook_id"], name="funding_webhook_once")
        ]

    def __str__(self) -> str:
        """Name the webhook by its id."""
        return self.webhook_id


class Anomaly(models.Model):
    """Something an acquirer said that does not fit; no money moved by it; a person must look."""

    id = models.UUIDField(primary_key=True, default=new_uuid, editable=False)
    kind = models.CharField(max_length=40)
    provider = models.CharField(max_length=30)
    top_up = models.ForeignKey(TopUp, on_delete=models.PROTECT, null=True, related_name="+")
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["-at"], name="funding_anomaly_open", condition=Q(resolved_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        """Name the anomaly by its kind."""
        return f"{self.kind} {self.id}"
