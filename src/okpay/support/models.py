"""Tickets and what was written in them. Words and facts are sealed under their person's key."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from okpay.identity.models import Person
from okpay.kernel.ids import encode, new_uuid
from okpay.support.regain.states import GOING_ON, RegainState
from okpay.support.states import TicketState, Topic


class Ticket(models.Model):
    """Something a person asks of staff. `facts` is sealed JSON: what was attached at the start."""

    id = models.UUIDField(primary_key=True, default=new_uuid, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="tickets")
    topic = models.CharField(max_length=12, choices=Topic.choices)
    state = models.CharField(max_length=12, choices=TicketState.choices, default=TicketState.OPEN)
    urgent = models.BooleanField(default=False)
    facts = models.BinaryField()
    opened_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    taken_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(topic__in=Topic.values) & Q(state__in=TicketState.values),
                name="support_ticket_words",
            ),
            models.CheckConstraint(
                condition=Q(state=TicketState.CLOSED, closed_at__isnull=False)
                | (~Q(state=TicketState.CLOSED) & Q(closed_at__isnull=True)),
                name="support_ticket_closed",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "-updated_at"], name="support_ticket_person"),
            models.Index(
                fields=["-urgent", "opened_at"],
                condition=Q(state=TicketState.OPEN),
                name="support_ticket_queue",
            ),
        ]

    def __str__(self) -> str:
        """Name the ticket by its number."""
        return encode("tkt", self.id)


class TicketMessage(models.Model):
    """What one side wrote; sealed, never changed. `author` is None where the system wrote.

    `person` is the ticket's: under their key it is sealed, also where staff wrote.
    """

    id = models.UUIDField(primary_key=True, default=new_uuid, editable=False)
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="messages")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    author_kind = models.CharField(max_length=8)
    author = models.UUIDField(null=True)
    text = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["ticket", "at"], name="support_message_ticket")]

    def __str__(self) -> str:
        """Name the message without its words."""
        return encode("msg", self.id)


class Regain(models.Model):
    """Somebody asks for an account that they cannot get into; what they showed fitted it.

    `contact` (a proven e-mail) and `story` are sealed. `link` is the SHA-256 of a secret that went
    to the contact, and stands only while the link works.
    """

    id = models.UUIDField(primary_key=True, default=new_uuid, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="regains")
    state = models.CharField(max_length=8, choices=RegainState.choices, default=RegainState.ASKED)
    contact = models.BinaryField()
    story = models.BinaryField()
    asked_at = models.DateTimeField()
    opens_at = models.DateTimeField(null=True)
    link = models.BinaryField(max_length=32, null=True, unique=True)
    link_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(ended_at__isnull=True), name="support_regain_one"
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(GOING_ON), ended_at__isnull=True)
                | (Q(state__in=sorted(set(RegainState) - GOING_ON)) & Q(ended_at__isnull=False)),
                name="support_regain_words",
            ),
            # Nothing opens before its day of waiting began, and only what is open has a link.
            models.CheckConstraint(
                condition=Q(opens_at__isnull=False)
                | ~Q(state__in=[RegainState.WAITING, RegainState.OPEN, RegainState.DONE]),
                name="support_regain_waited",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=RegainState.OPEN, link__isnull=False, link_until__gte=F("opens_at")
                )
                | (~Q(state=RegainState.OPEN) & Q(link__isnull=True)),
                name="support_regain_link",
            ),
        ]

    def __str__(self) -> str:
        """Name the claim by its number."""
        return encode("rgn", self.id)


class RegainPicture(models.Model):
    """A picture that came with a claim, drawn anew and sealed; gone 30 days after its end."""

    id = models.UUIDField(primary_key=True, default=new_uuid, editable=False)
    regain = models.ForeignKey(Regain, on_delete=models.PROTECT, related_name="pictures")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    slot = models.CharField(max_length=8)
    sealed = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["regain", "slot"], name="support_regain_picture_slot")
        ]

    def __str__(self) -> str:
        """Name the picture without its bytes."""
        return f"{self.slot} of {encode('rgn', self.regain_id)}"
