"""Proposals that wait for a second person, and what became of them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from okpay.kernel.approvals.states import ApprovalState
from okpay.kernel.ids import encode, new_uuid


class Approval(models.Model):
    """One proposal. All but its state never changes: a trigger sees to that.

    `about` is the person it concerns, who may never check it; `version` says how what it names
    stood when it was proposed; `digest` is SHA-256 over all of it, as it is shown. `maker` is
    None only where a rule proposed it.
    """

    id = models.UUIDField(primary_key=True, default=new_uuid, editable=False)
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=80)
    about = models.UUIDField(null=True)
    payload = models.JSONField()
    version = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=500)
    digest = models.CharField(max_length=64)
    maker = models.UUIDField(null=True)
    state = models.SmallIntegerField(choices=ApprovalState.choices, default=ApprovalState.WAITING)
    checker = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(checker__isnull=True) | Q(maker__isnull=True) | ~Q(checker=F("maker")),
                name="approvals_two_people",
            ),
            models.CheckConstraint(
                condition=Q(checker__isnull=True) | Q(about__isnull=True) | ~Q(checker=F("about")),
                name="approvals_not_about_oneself",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[ApprovalState.DONE, ApprovalState.DECLINED], checker__isnull=False
                )
                | Q(
                    ~Q(state__in=[ApprovalState.DONE, ApprovalState.DECLINED]),
                    checker__isnull=True,
                ),
                name="approvals_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state=ApprovalState.WAITING, closed_at__isnull=True)
                | Q(~Q(state=ApprovalState.WAITING), closed_at__isnull=False),
                name="approvals_closed_when_over",
            ),
            models.UniqueConstraint(
                fields=["kind", "subject"],
                condition=Q(state=ApprovalState.WAITING),
                name="approvals_one_waiting",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["id"],
                condition=Q(state=ApprovalState.WAITING),
                name="approvals_waiting",
            ),
            models.Index(fields=["subject", "id"], name="approvals_subject"),
        ]

    def __str__(self) -> str:
        """Return the public id."""
        return encode("apr", self.id)


class ApprovalEvent(models.Model):
    """One step of a proposal; never changed, never deleted."""

    approval = models.ForeignKey(Approval, on_delete=models.PROTECT, related_name="events")
    old = models.SmallIntegerField(choices=ApprovalState.choices)
    new = models.SmallIntegerField(choices=ApprovalState.choices)
    by = models.UUIDField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        """Name the step by its proposal."""
        return f"{self.approval_id}: {self.old} → {self.new}"
