"""Members of staff, and their sessions at the console."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from okpay.identity.models import Person
from okpay.kernel.ids import encode, new_uuid


class StaffMember(models.Model):
    """A person who works here. Removed is `active=False`: the row stays for the trail."""

    person = models.OneToOneField(
        Person, on_delete=models.PROTECT, primary_key=True, related_name="staff_member"
    )
    roles = ArrayField(models.CharField(max_length=20))
    active = models.BooleanField(default=True)
    version = models.IntegerField(default=1)
    added_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(active=False) | Q(roles__len__gt=0), name="staff_member_has_roles"
            )
        ]

    def __str__(self) -> str:
        """Return the public id: names stay out of logs."""
        return f"staff {encode('cus', self.person_id)}"


class StaffSession(models.Model):
    """A browser at the console. Only the SHA-256 of its key is kept, as with customers' sessions.

    `proven_at` is when the second factor was shown; before that the session opens nothing.
    """

    id = models.UUIDField(primary_key=True, default=new_uuid, editable=False)
    digest = models.CharField(max_length=64, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="staff_sessions")
    proven_at = models.DateTimeField(null=True)
    challenge = models.BinaryField(max_length=32, null=True)
    user_agent = models.CharField(max_length=200, blank=True)
    address = models.GenericIPAddressField(null=True)
    created_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["person"], name="staff_session_person"),
            models.Index(fields=["last_seen_at"], name="staff_session_seen"),
        ]

    def __str__(self) -> str:
        """Name the session by its public id."""
        return encode("ses", self.id)
