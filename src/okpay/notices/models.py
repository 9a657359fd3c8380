"""Tables of the message centre and of what is on its way out."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from okpay.kernel.crypto.fields import Blinded, Sealed
from okpay.kernel.ids import new_uuid
from okpay.notices.schemas import Category, Channel
from okpay.notices.states import Sending


class Message(models.Model):
    """One thing a person was told. Code and parameters are stored; words are made at viewing."""

    id = models.UUIDField(primary_key=True, default=new_uuid, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=60)
    params = models.JSONField(default=dict)
    category = models.CharField(max_length=20, choices=[(c.value, c.value) for c in Category])
    link = models.CharField(max_length=300, blank=True, default="")
    dedupe = models.CharField(max_length=160, null=True, unique=True)  # noqa: DJ001 — null is "no key"
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Newest first; unread are counted on every page, so they have their own index."""

        ordering = ("-created_at", "-id")
        indexes = (
            models.Index(fields=("person", "-created_at", "-id"), name="message_by_person"),
            models.Index(
                fields=("person",), name="message_unread", condition=Q(read_at__isnull=True)
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(category__in=[c.value for c in Category]), name="message_category"
            ),
            models.CheckConstraint(
                condition=Q(read_at__isnull=True) | Q(read_at__gte=F("created_at")),
                name="message_read_after_created",
            ),
        )

    def __str__(self) -> str:
        """Name the message for developers."""
        return f"{self.code} {self.id}"


class Preference(models.Model):
    """A person's choices. No row means the defaults of `rules.DEFAULTS`."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", primary_key=True
    )
    transactions_mail = models.BooleanField(default=True)
    service_app = models.BooleanField(default=True)
    service_mail = models.BooleanField(default=True)
    promotions_app = models.BooleanField(default=False)
    promotions_mail = models.BooleanField(default=False)

    def __str__(self) -> str:
        """Name the row for developers."""
        return f"preferences of {self.pk}"


class Outgoing(models.Model):
    """A mail or SMS on its way. Its id is the stable message id over all retries.

    Whom it goes to stands sealed under the house's key: it may be nobody we know.
    """

    id = models.UUIDField(primary_key=True, default=new_uuid, editable=False)
    channel = models.CharField(max_length=8, choices=[(c.value, c.value) for c in Channel])
    purpose = models.CharField(max_length=60, blank=True, default="")
    sender = models.CharField(max_length=200, blank=True, default="")
    recipient = Sealed(db_column="recipient_sealed")
    recipient_index = Blinded(kind="recipient", of="recipient", null=True)
    recipient_range = Blinded(kind="recipient range", null=True)  # of an SMS: its first digits
    subject = models.CharField(max_length=400, blank=True, default="")
    text = models.TextField(blank=True, default="")
    html = models.TextField(blank=True, default="")
    dedupe = models.CharField(max_length=160, null=True, unique=True)  # noqa: DJ001 — null is "no key"
    causer = models.UUIDField(null=True)  # who made us write to somebody who is no customer
    state = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in Sending], default=Sending.QUEUED
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True, default="")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """What is dead is looked for often and is rare."""

        indexes = (
            models.Index(
                fields=("-created_at",), name="outgoing_dead", condition=Q(state=Sending.DEAD)
            ),
            models.Index(
                fields=("-created_at",), name="outgoing_caused", condition=Q(causer__isnull=False)
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in Sending]), name="outgoing_state"
            ),
            models.CheckConstraint(
                condition=Q(channel__in=[c.value for c in Channel]), name="outgoing_channel"
            ),
            # a delivered text may hold a code or a link that opens an account: it does not stay
            models.CheckConstraint(
                condition=~Q(state=Sending.SENT) | Q(text="", html=""), name="outgoing_sent_blank"
            ),
        )

    def __str__(self) -> str:
        """Name the row for developers, without the recipient."""
        return f"{self.channel} {self.id} {self.state}"
