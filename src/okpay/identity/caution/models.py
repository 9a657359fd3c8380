"""What was begun and until when, and one row a person that the payment engine reads."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from okpay.identity.caution.causes import Cause
from okpay.identity.models import Person
from okpay.kernel.ids import encode


class Caution(models.Model):
    """Care that was begun for one cause. Rows are never changed; each ends by itself."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cautions")
    cause = models.CharField(max_length=32, choices=Cause.choices)
    begun_at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["person", "-until"], name="caution_person_until")]

    def __str__(self) -> str:
        """Name the row by its person and cause."""
        return f"caution of {encode('cus', self.person_id)}: {self.cause}"


class Careful(models.Model):
    """Until when the person's payments are taken with care: the latest end of their cautions.

    `since` is when this care began, however often it was prolonged; `changed_until` the latest end
    of those that began with a changed credential. None where that is not known, or never was.
    """

    person = models.OneToOneField(Person, on_delete=models.PROTECT, primary_key=True)
    until = models.DateTimeField()
    since = models.DateTimeField(null=True)
    changed_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Name the row by its person."""
        return f"careful with {encode('cus', self.person_id)} until {self.until:%F %R}"
