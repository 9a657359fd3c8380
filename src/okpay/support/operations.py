"""Open tickets, write in them, answer and close them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction

from okpay.identity.staff import StaffPermission, require
from okpay.kernel import audit, crypto
from okpay.kernel.ids import encode, new_uuid
from okpay.kernel.pan import mask_card_numbers
from okpay.notices.operations import notify
from okpay.support.errors import (
    TicketClosedError,
    TicketNotFoundError,
    TicketTextError,
    TooManyTicketsError,
)
from okpay.support.models import Ticket, TicketMessage
from okpay.support.states import URGENT, TicketState, Topic, move

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from okpay.kernel.actor import Actor

LONGEST: Final = 4000  # characters of one message
MOST_OPEN: Final = 20
MOST_A_DAY: Final = 50  # messages of one person
FACTS_LONGEST: Final = 65_536  # bytes


def open_ticket(
    *,
    actor: Actor,
    topic: Topic,
    text: str,
    facts: dict[str, object] | None = None,
    now: datetime,
) -> Ticket:
    """Open a ticket; its words and facts are sealed under the person's key.

    Card numbers in the words are masked first. May stand in the caller's transaction.

    Args:
        actor: the person whose ticket it is.
        topic: what it is about.
        text: their words, 1 to 4000 characters.
        facts: plain JSON that staff see beside the words: ids, moments, devices.
        now: the moment.

    Raises:
        TicketTextError: no words, or too many.
        TooManyTicketsError: 20 are open, or 50 messages were written within a day.
    """
    person_id = actor.require_person()
    words = _words(text)
    attached = json.dumps(facts or {}, ensure_ascii=False).encode()
    if len(attached) > FACTS_LONGEST:
        message = "too many facts for one ticket"
        raise ValueError(message)
    with transaction.atomic():
        _refuse_too_many(person_id, now, opening=True)
        number = new_uuid()
        ticket = Ticket.objects.create(
            id=number,
            person_id=person_id,
            topic=topic,
            urgent=topic in URGENT,
            facts=_sealed(person_id, "support_ticket", "facts", number, attached),
            opened_at=now,
            updated_at=now,
        )
        _write(ticket, actor, words, now)
        _record(actor, ticket, "opened", now, topic=str(topic))
    return ticket


def _words(text: str) -> str:
    shown = "".join(c for c in text.replace("\r\n", "\n") if c.isprintable() or c == "\n")
    words = mask_card_numbers(shown.strip())
    if not 0 < len(words) <= LONGEST:
        raise TicketTextError(most=LONGEST)
    return words


def _refuse_too_many(person_id: UUID, now: datetime, *, opening: bool) -> None:
    mine = Ticket.objects.filter(person_id=person_id)
    if opening and mine.exclude(state=TicketState.CLOSED).count() >= MOST_OPEN:
        raise TooManyTicketsError
    written = TicketMessage.objects.filter(
        ticket__person_id=person_id, author_kind="person", at__gt=now - timedelta(days=1)
    )
    if written.count() >= MOST_A_DAY:
        raise TooManyTicketsError


def _sealed(person_id: UUID, table: str, column: str, row: UUID, plain: bytes) -> bytes:
    return crypto.seal(person_id, table=table, column=column, row=str(row), plain=plain)


def _write(ticket: Ticket, actor: Actor, words: str, now: datetime) -> None:
    number = new_uuid()
    TicketMessage.objects.create(
        id=number,
        ticket=ticket,
        person_id=ticket.person_id,
        author_kind=actor.kind,
        author=actor.person_id,
        text=_sealed(ticket.person_id, "support_ticketmessage", "text", number, words.encode()),
        at=now,
    )


def _record(actor: Actor, ticket: Ticket, verb: str, now: datetime, **data: object) -> None:
    audit.record(
        actor=actor,
        action=f"support.ticket.{verb}",
        subject=encode("cus", ticket.person_id),
        data={"ticket": str(ticket), **data},
        now=now,
    )


def _locked(ticket_id: UUID) -> Ticket:
    ticket = Ticket.objects.select_for_update().filter(pk=ticket_id).first()
    if ticket is None:
        raise TicketNotFoundError
    return ticket


def add_message(*, actor: Actor, ticket_id: UUID, text: str, now: datetime) -> None:
    """Write in one's own ticket; one that was answered or closed is looked at again.

    Raises:
        TicketNotFoundError: none of theirs (somebody else's looks the same).
        TicketTextError, TooManyTicketsError: as in `open_ticket`.
    """
    words = _words(text)
    with transaction.atomic(durable=True):
        ticket = _locked(ticket_id)
        if ticket.person_id != actor.require_person():
            raise TicketNotFoundError
        _refuse_too_many(ticket.person_id, now, opening=False)
        _write(ticket, actor, words, now)
        if not move(ticket=ticket, new=TicketState.OPEN, now=now):
            Ticket.objects.filter(pk=ticket.pk).update(updated_at=now)


def take(*, actor: Actor, ticket_id: UUID, now: datetime) -> None:
    """Note which member of staff looks at a ticket, so that two do not do the same work.

    Raises:
        NotPermittedError: the right is missing. TicketNotFoundError: no such ticket.
    """
    require(actor, StaffPermission.TICKETS_WRITE)
    with transaction.atomic():
        ticket = _locked(ticket_id)
        Ticket.objects.filter(pk=ticket.pk).update(taken_by=actor.person_id)
        _record(actor, ticket, "taken", now)


def reply(*, actor: Actor, ticket_id: UUID, text: str, now: datetime) -> None:
    """Answer as staff; the person is told that there is an answer, not what it says.

    Raises:
        NotPermittedError: the right is missing. TicketNotFoundError: no such ticket.
        TicketClosedError: it was closed meanwhile. TicketTextError: no words, or too many.
    """
    require(actor, StaffPermission.TICKETS_WRITE)
    words = _words(text)
    with transaction.atomic():
        ticket = _locked(ticket_id)
        if ticket.state == TicketState.CLOSED:
            raise TicketClosedError
        _write(ticket, actor, words, now)
        move(ticket=ticket, new=TicketState.ANSWERED, now=now)
        _record(actor, ticket, "answered", now)
        _tell(ticket, "ticket_answered", now)


def close(*, actor: Actor, ticket_id: UUID, now: datetime) -> None:
    """Close a ticket: its person, or staff. Closing what is closed changes nothing.

    Raises:
        TicketNotFoundError: none of theirs. NotPermittedError: staff without the right.
    """
    if actor.kind == "staff":
        require(actor, StaffPermission.TICKETS_WRITE)
    with transaction.atomic():
        ticket = _locked(ticket_id)
        if actor.kind == "person" and ticket.person_id != actor.require_person():
            raise TicketNotFoundError
        if move(ticket=ticket, new=TicketState.CLOSED, now=now):
            _record(actor, ticket, "closed", now)
            if actor.kind == "staff":
                _tell(ticket, "ticket_closed", now)


def _tell(ticket: Ticket, code: str, now: datetime) -> None:
    notify(
        person_id=ticket.person_id,
        code=code,
        params={"ticket": str(ticket)},
        link=f"/support/{ticket.pk}",
        mail=True,
        now=now,
    )
