"""What is kept of second factors. No secret stands here in clear."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from okpay.identity.models import Person
from okpay.kernel.ids import encode, new_uuid

NAME_LENGTH = 60


class AuthenticatorApp(models.Model):
    """An app that shows a six-digit code. Its secret is sealed; `last_step` is the last one used.

    A row without `confirmed_at` waits for its first code and opens nothing.
    """

    id = models.UUIDField(primary_key=True, default=new_uuid, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="authenticator_apps")
    name = models.CharField(max_length=NAME_LENGTH)
    secret = models.BinaryField()
    last_step = models.BigIntegerField(default=-1)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(confirmed_at__isnull=True),
                name="factors_app_one_waits",
            )
        ]

    def __str__(self) -> str:
        """Name the row without its content."""
        return f"authenticator app of {encode('cus', self.person_id)}"


class Passkey(models.Model):
    """A WebAuthn credential: its public key (COSE, CBOR) and how often it signed."""

    id = models.UUIDField(primary_key=True, default=new_uuid, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="passkeys")
    name = models.CharField(max_length=NAME_LENGTH)
    credential_id = models.BinaryField(max_length=1023, unique=True)
    public_key = models.BinaryField()
    sign_count = models.BigIntegerField()
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Name the row without its content."""
        return f"passkey of {encode('cus', self.person_id)}"


class MessageFactor(models.Model):
    """Codes by SMS or e-mail, to whatever number or address the person has proven now."""

    id = models.UUIDField(primary_key=True, default=new_uuid, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="message_factors")
    channel = models.CharField(max_length=8)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "channel"], name="factors_message_once"),
            models.CheckConstraint(
                condition=Q(channel__in=["sms", "email"]), name="factors_message_channel"
            ),
        ]

    def __str__(self) -> str:
        """Name the channel and its owner."""
        return f"{self.channel} of {encode('cus', self.person_id)}"


class RecoveryCode(models.Model):
    """One of ten codes for the day on which everything else is lost; kept as a keyed digest."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "digest"], name="factors_recovery_once")
        ]

    def __str__(self) -> str:
        """Name the row without its content."""
        return f"recovery code of {encode('cus', self.person_id)}"


class SpentChallenge(models.Model):
    """A challenge that a passkey has answered; the primary key lets nobody answer it twice."""

    digest = models.CharField(max_length=64, primary_key=True)
    spent_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["spent_at"], name="factors_challenge_spent")]

    def __str__(self) -> str:
        """Name the row by when it was spent."""
        return f"challenge of {self.spent_at:%Y-%m-%d}"
