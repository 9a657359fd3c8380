"""People, their access tokens and their payment passwords."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from okpay.kernel.crypto.fields import Blinded, Sealed
from okpay.kernel.ids import encode, new_uuid

INDEXES: Final = {"email": "email_index", "phone": "phone_index"}


class People(BaseUserManager["Person"]):
    """Finds people; the framework asks for this class by its interface."""

    def get_by_natural_key(self, username: str | None) -> Person:
        """Find by verified or unverified e-mail, as the framework's sign-in needs it."""
        return self.get(email_index=(username or "").lower())


class Person(AbstractBaseUser):
    """A human being with a wallet.

    E-mail and phone stand sealed under the person's key; who has one is asked by its index.
    `wanted_email` is the one that is to replace the e-mail once its link is opened.
    """

    id = models.UUIDField(primary_key=True, default=new_uuid, editable=False)
    name = models.CharField(max_length=60)
    name_key = models.CharField(max_length=240, blank=True)
    email = Sealed(subject="id", db_column="email_sealed")
    email_verified_at = models.DateTimeField(null=True)
    email_index = Blinded(kind="email", of="email", null=True)
    wanted_email = Sealed(subject="id", db_column="wanted_email_sealed")
    phone = Sealed(subject="id", db_column="phone_sealed")
    phone_index = Blinded(kind="phone", of="phone", null=True)
    phone_verified_at = models.DateTimeField(null=True)
    phone_changed_at = models.DateTimeField(null=True)
    language = models.CharField(max_length=8, default="zh-hans")
    region = models.CharField(max_length=2, default="CN")
    level = models.SmallIntegerField(default=0)
    frozen_at = models.DateTimeField(null=True)
    frozen_reason = models.CharField(max_length=40, blank=True)
    holder_version = models.IntegerField(default=1)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[People] = People()

    USERNAME_FIELD = "id"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["email_index"],
                condition=Q(email_verified_at__isnull=False),
                name="identity_person_email_verified",
            ),
            models.UniqueConstraint(
                fields=["phone_index"],
                condition=Q(phone_verified_at__isnull=False),
                name="identity_person_phone_verified",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["email_index"], name="identity_person_email"),
            models.Index(fields=["phone_index"], name="identity_person_phone"),
        ]

    def __str__(self) -> str:
        """Return the public id: names stay out of logs."""
        return encode("cus", self.id)

    def save(self, *args: Any, **options: Any) -> None:  # noqa: OKP080 — no rule, only which columns
        """Write e-mail and phone together with their indexes, also where only some are named."""
        named = options.get("update_fields")
        if named is not None:
            options["update_fields"] = {*named, *(INDEXES[one] for one in named if one in INDEXES)}
        super().save(*args, **options)


class AccessToken(models.Model):
    """A personal access token; only the SHA-256 of the secret is kept."""

    id = models.UUIDField(primary_key=True, default=new_uuid, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="access_tokens")
    name = models.CharField(max_length=60)
    digest = models.BinaryField(max_length=32, unique=True)
    tail = models.CharField(max_length=4)
    scopes = ArrayField(models.CharField(max_length=40))
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Name the token as its owner sees it."""
        return f"{self.name} …{self.tail}"


class PaymentPassword(models.Model):
    """Six digits that confirm a payment: argon2id over HMAC(pepper, person‖digits)."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, primary_key=True)
    digest = models.CharField(max_length=200)
    must_reset = models.BooleanField(default=False)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        """Name the row without its content."""
        return f"payment password of {encode('cus', self.person_id)}"


class PastPassword(models.Model):
    """A sign-in password that was in use; the last five may not come back."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="past_passwords")
    encoded = models.CharField(max_length=128)
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["person", "-created_at"], name="identity_past_password")
        ]

    def __str__(self) -> str:
        """Name the row without its content."""
        return f"past password of {encode('cus', self.person_id)}"


class TryBudget(models.Model):
    """How many guesses were spent on one secret; written before each guess is checked."""

    key = models.CharField(max_length=64, primary_key=True)
    scope = models.CharField(max_length=32)
    failures = models.IntegerField(default=0)
    last_try_at = models.DateTimeField()
    locked_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Name the budget by its scope; the key says nothing to people."""
        return f"{self.scope}: {self.failures}"


class OneTimeCode(models.Model):
    """A six-digit code that was sent: bound to purpose, person and phone; kept as a digest.

    The phone is kept as a blind index, and so are its first digits, by which the caps count.
    `attempt` names what a code was asked for when nobody was signed in, so that whoever asks for
    another account's code touches only their own attempt; else it is "".
    """

    id = models.UUIDField(primary_key=True, default=new_uuid, editable=False)
    purpose = models.CharField(max_length=32)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="codes")
    phone = Blinded(kind="code phone", db_column="phone_index", null=True)
    number_range = Blinded(kind="code range", null=True)
    unproven = models.BooleanField(default=False)
    attempt = models.CharField(max_length=64, default="", db_default="")
    address = models.GenericIPAddressField(null=True)
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["purpose", "phone", "-created_at"], name="identity_code_newest"),
            models.Index(fields=["address", "-created_at"], name="identity_code_address"),
            models.Index(fields=["-created_at"], name="identity_code_recent"),
        ]

    def __str__(self) -> str:
        """Name the code by its purpose."""
        return f"{self.purpose} {encode('otc', self.id)}"


class Session(models.Model):
    """A browser's session. Only the SHA-256 of its key is kept, so a dump opens no session."""

    id = models.UUIDField(primary_key=True, default=new_uuid, editable=False)
    digest = models.CharField(max_length=64, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="sessions")
    data = Sealed(row="digest", db_column="data_sealed")  # e-mails and phones as typed, drafts
    device = models.CharField(max_length=64, blank=True)
    user_agent = models.CharField(max_length=200, blank=True)
    address = models.GenericIPAddressField(null=True)
    created_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["person", "-last_seen_at"], name="identity_session_person"),
            models.Index(fields=["last_seen_at"], name="identity_session_seen"),
        ]

    def __str__(self) -> str:
        """Name the session by its public id."""
        return encode("ses", self.id)


class KnownDevice(models.Model):
    """A browser this person has signed in from; another one is worth a notice."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="devices")
    digest = models.CharField(max_length=64)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "digest"], name="identity_known_device")
        ]

    def __str__(self) -> str:
        """Name the device by its owner."""
        return f"device of {encode('cus', self.person_id)}"
