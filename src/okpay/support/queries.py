"""Read tickets. Nothing here writes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from okpay.identity.staff import StaffPermission, require
from okpay.kernel import crypto
from okpay.support.errors import TicketNotFoundError
from okpay.support.models import Ticket, TicketMessage
from okpay.support.states import TicketState

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from okpay.kernel.actor import Actor

MOST: Final = 100
MOST_MESSAGES: Final = 500


@dataclass(frozen=True, slots=True)
class Said:
    """One message in words. `by` is "person", "staff" or "system"."""

    by: str
    author: UUID | None
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """A ticket with its words and what was attached; words that were shredded are ""."""

    ticket: Ticket
    messages: list[Said]
    facts: dict[str, object]


def tickets_of(person_id: UUID) -> list[Ticket]:
    """List a person's tickets, the latest touched first."""
    return list(Ticket.objects.filter(person_id=person_id).order_by("-updated_at", "-id")[:MOST])


def open_count(person_id: UUID) -> int:
    """How many tickets of a person are not closed."""
    return Ticket.objects.filter(person_id=person_id).exclude(state=TicketState.CLOSED).count()


def ticket_of(*, actor: Actor, ticket_id: UUID) -> Opened:
    """Open one's own ticket, or any as staff with the right to read tickets.

    Raises:
        TicketNotFoundError: none of theirs. NotPermittedError: staff without the right.
    """
    rows = Ticket.objects.select_related("person").filter(pk=ticket_id)
    if actor.kind == "staff":
        require(actor, StaffPermission.TICKETS_READ)
    else:
        rows = rows.filter(person_id=actor.require_person())
    ticket = rows.first()
    if ticket is None:
        raise TicketNotFoundError
    return Opened(ticket, _messages(ticket), _facts(ticket))


def _messages(ticket: Ticket) -> list[Said]:
    rows = TicketMessage.objects.filter(ticket=ticket).order_by("at", "id")[:MOST_MESSAGES]
    return [
        Said(
            row.author_kind,
            row.author,
            _plain(ticket, "support_ticketmessage", "text", row.id, bytes(row.text)),
            row.at,
        )
        for row in rows
    ]


def _facts(ticket: Ticket) -> dict[str, object]:
    text = _plain(ticket, "support_ticket", "facts", ticket.id, bytes(ticket.facts))
    found: dict[str, object] = json.loads(text) if text else {}
    return found


def _plain(ticket: Ticket, table: str, column: str, row: UUID, sealed: bytes) -> str:
    try:
        plain = crypto.unseal(
            ticket.person_id, table=table, column=column, row=str(row), sealed=sealed
        )
    except crypto.ShreddedError:
        return ""
    return plain.decode()


def queue(*, actor: Actor, limit: int = MOST) -> list[Ticket]:
    """List what waits for staff: the urgent first, then the oldest.

    Raises:
        NotPermittedError: the right is missing.
    """
    require(actor, StaffPermission.TICKETS_READ)
    rows = Ticket.objects.select_related("person").filter(state=TicketState.OPEN)
    return list(rows.order_by("-urgent", "opened_at")[: min(limit, MOST)])
