"""Tables of the real-name check. What is personal is sealed; what is searched is a blind index."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from okpay.kernel.ids import encode, new_uuid
from okpay.kyc.states import OPEN, QUEUED, CaseState


class Case(models.Model):
    """One person's wish to be known by their real name, by one document.

    `version` counts what the person changed; a decision names the version that was looked at.
    `lock_*` is the member of staff who has it and until when.
    """

    id = models.UUIDField(primary_key=True, default=new_uuid, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    region = models.CharField(max_length=2)
    document = models.CharField(max_length=20)
    target = models.SmallIntegerField()
    state = models.CharField(max_length=16, default=CaseState.DRAFT)
    came_from = models.CharField(max_length=16, blank=True, default="")
    version = models.IntegerField(default=1)
    rounds = models.IntegerField(default=0)
    appealed = models.BooleanField(default=False)
    appeal_to_other_than = models.UUIDField(null=True)
    high_risk = models.BooleanField(default=False)
    valid_until = models.DateField(null=True)
    warned_at = models.DateTimeField(null=True)
    lock_staff = models.UUIDField(null=True)
    lock_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    queued_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(state__in=sorted(OPEN)), name="kyc_case_one_open"
            ),
            models.CheckConstraint(condition=Q(state__in=sorted(CaseState)), name="kyc_case_state"),
            models.CheckConstraint(condition=Q(target__in=[1, 2]), name="kyc_case_target"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "-id"], name="kyc_case_person"),
            models.Index(
                fields=["queued_at"], name="kyc_case_queue", condition=Q(state__in=sorted(QUEUED))
            ),
            models.Index(
                fields=["valid_until"],
                name="kyc_case_valid_until",
                condition=Q(state=CaseState.APPROVED.value),
            ),
        ]

    def __str__(self) -> str:
        """Name the case by its public id."""
        return encode("kyc", self.id)


class CaseEvent(models.Model):
    """One step of a case's history; written together with the step."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    old = models.CharField(max_length=16)
    new = models.CharField(max_length=16)
    actor_kind = models.CharField(max_length=8)
    actor_id = models.UUIDField(null=True)
    version = models.IntegerField()
    reason = models.CharField(max_length=200, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["case", "id"], name="kyc_event_case")]

    def __str__(self) -> str:
        """Name the step."""
        return f"{self.old} → {self.new}"


class Picture(models.Model):
    """A picture of a document: decoded, drawn anew without its metadata, encrypted.

    Its id is the only name it has. `marks` are blind indexes of how it looks; `look` is the sealed
    print they are made of. `replaced_at` is when a newer one took its place: the old one is kept.
    """

    id = models.UUIDField(primary_key=True, default=new_uuid, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="pictures")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    slot = models.CharField(max_length=16)
    version = models.IntegerField()
    mime = models.CharField(max_length=20)
    width = models.IntegerField()
    height = models.IntegerField()
    size = models.IntegerField()
    sealed = models.BinaryField()
    look = models.BinaryField()
    marks = ArrayField(models.CharField(max_length=32))
    created_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "slot"],
                condition=Q(replaced_at__isnull=True),
                name="kyc_picture_current",
            )
        ]
        indexes: ClassVar = [GinIndex(fields=["marks"], name="kyc_picture_marks")]

    def __str__(self) -> str:
        """Name the picture by its public id."""
        return encode("kyf", self.id)


class Answer(models.Model):
    """What the person typed into one field, sealed. An older one is kept for the comparison."""

    id = models.UUIDField(primary_key=True, default=new_uuid, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="answers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    field = models.CharField(max_length=16)
    version = models.IntegerField()
    sealed = models.BinaryField()
    mark = models.CharField(max_length=64, blank=True, default="")
    created_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "field"],
                condition=Q(replaced_at__isnull=True),
                name="kyc_answer_current",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["mark"], name="kyc_answer_mark", condition=~Q(mark=""))
        ]

    def __str__(self) -> str:
        """Name the answer without its content."""
        return f"{self.field} of {encode('kyc', self.case_id)}"


class Remark(models.Model):
    """What is wrong with one field or picture, by a code that has words; open until sent again."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="remarks")
    field = models.CharField(max_length=16)
    kind = models.CharField(max_length=10)
    code = models.CharField(max_length=30)
    version = models.IntegerField()
    at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["case"], name="kyc_remark_open", condition=Q(resolved_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        """Name the remark by its field and code."""
        return f"{self.field}: {self.code}"


class Finding(models.Model):
    """What a check found out at one version of a case. Facts name no person by name or number."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="findings")
    version = models.IntegerField()
    code = models.CharField(max_length=30)
    outcome = models.CharField(max_length=8)
    field = models.CharField(max_length=16, blank=True, default="")
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "version", "code", "field"], name="kyc_finding_once"
            )
        ]

    def __str__(self) -> str:
        """Name the finding by its code."""
        return f"{self.code}: {self.outcome}"
