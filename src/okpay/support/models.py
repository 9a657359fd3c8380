"""Tickets and what was written in them. Words and facts are sealed under their person's key."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from okpay.identity.models import Person
from okpay.kernel.ids import encode, new_uuid
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
