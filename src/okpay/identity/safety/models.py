"""Sign-ins that were tried, the word in our mails, security questions, and what was put off."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from okpay.identity.models import Person
from okpay.kernel.ids import encode, new_uuid


class Result(models.TextChoices):
    """What came of a sign-in. The values are kept in rows; they never change."""

    OK = "ok"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 — the name of a result
    WRONG_FACTOR = "wrong_factor"
    LOCKED = "locked"


class SignIn(models.Model):
    """A sign-in that was tried. The same failure from the same place within minutes is one row."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="sign_ins")
    at = models.DateTimeField()
    last_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)
    result = models.CharField(max_length=16, choices=Result.choices)
    user_agent = models.CharField(max_length=200, blank=True)
    device = models.CharField(max_length=64, blank=True)  # as in KnownDevice.digest
    client = models.CharField(max_length=64, blank=True)  # as in Session.device
    address = models.GenericIPAddressField(null=True)
    network = models.CharField(max_length=43, blank=True)  # what is left of an old address
    country = models.CharField(max_length=2, blank=True)
    city = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["person", "-last_at", "-id"], name="safety_sign_in_person"),
            models.Index(
                fields=["last_at"],
                name="safety_sign_in_address",
                condition=models.Q(address__isnull=False),
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(times__gte=1, last_at__gte=models.F("at")),
                name="safety_sign_in_times",
            )
        ]

    def __str__(self) -> str:
        """Name the row without the address."""
        return f"sign-in of {encode('cus', self.person_id)}: {self.result}"


class MailWord(models.Model):
    """The word that stands at the top of every mail to this person, sealed."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, primary_key=True)
    sealed = models.BinaryField()
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        """Name the row without its content."""
        return f"mail word of {encode('cus', self.person_id)}"


class SecurityQuestion(models.Model):
    """One of three questions; of its answer only a hash is kept, of own wording only a sealed text.

    `question` is a code of the catalogue, or "own".
    """

    id = models.UUIDField(primary_key=True, default=new_uuid, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="questions")
    position = models.PositiveSmallIntegerField()
    question = models.CharField(max_length=32)
    sealed = models.BinaryField(null=True)
    answer = models.CharField(max_length=200)
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "position"], name="safety_question_place"),
            models.CheckConstraint(
                condition=models.Q(position__gte=1, position__lte=3), name="safety_question_three"
            ),
        ]

    def __str__(self) -> str:
        """Name the row without its content."""
        return f"question {self.position} of {encode('cus', self.person_id)}"


class PutOff(models.Model):
    """What a person does not want to be reminded of, until when."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, primary_key=True)
    password_until = models.DateTimeField(null=True)
    network_tip_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Name the row by its person."""
        return f"put off by {encode('cus', self.person_id)}"
