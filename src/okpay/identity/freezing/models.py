"""Freezes with their history, and attempts to get a stolen account back."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from okpay.identity.freezing.states import Cause, FreezeState
from okpay.identity.models import Person
from okpay.kernel.ids import encode, new_uuid


class Freeze(models.Model):
    """One time that somebody's money was stopped; at most one of a person is not lifted.

    `reason` is what the person reads, `staff_note` what only staff read. `review_on` is the day by
    which staff look at it again; the owner's own freeze has one as well, so that none is forgotten.
    """

    id = models.UUIDField(primary_key=True, default=new_uuid, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="freezes")
    cause = models.CharField(max_length=8, choices=Cause.choices)
    state = models.CharField(
        max_length=12, choices=FreezeState.choices, default=FreezeState.STANDING
    )
    reason = models.CharField(max_length=300, blank=True)
    staff_note = models.CharField(max_length=1000, blank=True)
    rule = models.CharField(max_length=60, blank=True)
    review_on = models.DateField(null=True)
    reminded_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    frozen_at = models.DateTimeField()
    frozen_by = models.UUIDField(null=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person"],
                condition=~Q(state=FreezeState.LIFTED),
                name="freezing_freeze_one",
            ),
            models.CheckConstraint(
                condition=Q(state=FreezeState.LIFTED, lifted_at__isnull=False)
                | (~Q(state=FreezeState.LIFTED) & Q(lifted_at__isnull=True)),
                name="freezing_freeze_lifted",
            ),
            models.CheckConstraint(
                condition=Q(cause__in=Cause.values) & Q(state__in=FreezeState.values),
                name="freezing_freeze_words",
            ),
            # Nobody's money is stopped by staff without a reason and a day to look again.
            models.CheckConstraint(
                condition=~Q(cause=Cause.STAFF) | (~Q(reason="") & Q(review_on__isnull=False)),
                name="freezing_freeze_reasoned",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["review_on"],
                condition=~Q(state=FreezeState.LIFTED),
                name="freezing_freeze_due",
            )
        ]

    def __str__(self) -> str:
        """Name the freeze by its number."""
        return encode("frz", self.id)


class FreezeEvent(models.Model):
    """A step of a freeze; never changed."""

    freeze = models.ForeignKey(Freeze, on_delete=models.PROTECT, related_name="events")
    old = models.CharField(max_length=12, blank=True)
    new = models.CharField(max_length=12)
    actor_kind = models.CharField(max_length=8)
    actor_id = models.UUIDField(null=True)
    note = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        """Name the step."""
        return f"{self.old or '—'} → {self.new}"


class Recovery(models.Model):
    """Somebody says that an account was stolen. `person` is null where the alias is nobody's.

    It belongs to the browser that began it (its id stands in that browser's session, which is
    opaque and hashed at rest). Each channel is proven by itself: one is enough to freeze, all that
    apply to go on.
    """

    id = models.UUIDField(primary_key=True, default=new_uuid, editable=False)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="recoveries"
    )
    alias = models.BinaryField(max_length=32)
    begun_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField()
    mail_proven_at = models.DateTimeField(null=True)
    phone_proven_at = models.DateTimeField(null=True)
    identity_proven_at = models.DateTimeField(null=True)
    froze_at = models.DateTimeField(null=True)
    password_at = models.DateTimeField(null=True)
    pin_at = models.DateTimeField(null=True)
    unknown_records = models.JSONField(default=list)
    marked_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    ticket = models.UUIDField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["alias", "-begun_at"], name="freezing_recovery_alias")
        ]

    def __str__(self) -> str:
        """Name the attempt without saying whose it is."""
        return encode("rcv", self.id)
