"""What tickets are about, where one stands, and the only ways through it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from datetime import datetime

    from okpay.support.models import Ticket


class Topic(TextChoices):
    """What a person writes about."""

    STOLEN = "stolen", pgettext_lazy("ticket", "Stolen account")
    APPEAL = "appeal", pgettext_lazy("ticket", "A frozen account")
    SUSPICIOUS = "suspicious", pgettext_lazy("ticket", "Something suspicious")
    HOLE = "hole", pgettext_lazy("ticket", "A security hole")
    PAYMENT = "payment", pgettext_lazy("ticket", "A payment")
    OTHER = "other", pgettext_lazy("ticket", "Something else")


# What people may choose themselves; the others come with the facts of a page of their own.
CHOSEN: Final = (Topic.SUSPICIOUS, Topic.HOLE, Topic.PAYMENT, Topic.OTHER)
# What is looked at before anything else.
URGENT: Final = frozenset({Topic.STOLEN, Topic.HOLE, Topic.SUSPICIOUS})


class TicketState(TextChoices):
    """OPEN: staff are to answer. ANSWERED: the person may. CLOSED: over until they write again."""

    OPEN = "open", pgettext_lazy("ticket", "We are looking at it")
    ANSWERED = "answered", pgettext_lazy("ticket", "Answered")
    CLOSED = "closed", pgettext_lazy("ticket", "Closed")


TRANSITIONS: Final[dict[TicketState, frozenset[TicketState]]] = {
    TicketState.OPEN: frozenset({TicketState.ANSWERED, TicketState.CLOSED}),
    TicketState.ANSWERED: frozenset({TicketState.OPEN, TicketState.CLOSED}),
    TicketState.CLOSED: frozenset({TicketState.OPEN}),
}


def move(*, ticket: Ticket, new: TicketState, now: datetime) -> bool:
    """Take a locked ticket on; False, and nothing changed, where no way leads there.

    Its history is its messages and the audit trail.
    """
    if new not in TRANSITIONS[TicketState(ticket.state)]:
        return False
    ticket.state = new
    ticket.updated_at = now
    ticket.closed_at = now if new == TicketState.CLOSED else None
    ticket.save(update_fields=["state", "updated_at", "closed_at"])
    return True
