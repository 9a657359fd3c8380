"""Tickets: whose they are, what staff may, what is kept sealed, and how much is too much."""

from __future__ import annotations

from itertools import product

import pytest

from okpay.identity.staff import NotPermittedError, Role
from okpay.kernel import clock
from okpay.kernel.actor import Actor
from okpay.notices.models import Message
from okpay.support import Topic, open_ticket, operations, queries
from okpay.support.errors import (
    TicketClosedError,
    TicketNotFoundError,
    TicketTextError,
    TooManyTicketsError,
)
from okpay.support.models import Ticket, TicketMessage
from okpay.support.states import TRANSITIONS, TicketState, move
from tests.identity.freezing.kit import staff
from tests.support.people import MakePerson, Somebody


def opened(person: Somebody, topic: Topic = Topic.OTHER, text: str = "a question") -> Ticket:
    return open_ticket(actor=person.actor, topic=topic, text=text, now=clock.now())


def said(actor: Actor, ticket: Ticket) -> list[tuple[str, str]]:
    found = queries.ticket_of(actor=actor, ticket_id=ticket.pk)
    return [(one.by, one.text) for one in found.messages]


def test_words_and_facts_are_sealed_and_cards_masked(make_person: MakePerson) -> None:
    person = make_person()
    ticket = open_ticket(
        actor=person.actor, topic=Topic.SUSPICIOUS, text="my card 4242 4242 4242 4242",
        facts={"record": "trf_1"}, now=clock.now(),
    )  # fmt: skip
    row = TicketMessage.objects.get(ticket=ticket)
    assert b"card" not in bytes(row.text)
    assert b"trf_1" not in bytes(Ticket.objects.get(pk=ticket.pk).facts)
    assert said(person.actor, ticket) == [("person", "my card •••• 4242")]
    found = queries.ticket_of(actor=person.actor, ticket_id=ticket.pk)
    assert (found.facts, found.ticket.urgent) == ({"record": "trf_1"}, True)


def test_d8_somebody_elses_ticket_looks_like_none(make_person: MakePerson) -> None:
    person, stranger = make_person(), make_person()
    ticket = opened(person)
    for refused in (
        lambda: queries.ticket_of(actor=stranger.actor, ticket_id=ticket.pk),
        lambda: operations.add_message(
            actor=stranger.actor, ticket_id=ticket.pk, text="hello", now=clock.now()
        ),
        lambda: operations.close(actor=stranger.actor, ticket_id=ticket.pk, now=clock.now()),
    ):
        with pytest.raises(TicketNotFoundError):
            refused()
    assert said(person.actor, ticket) == [("person", "a question")]
    assert Ticket.objects.get(pk=ticket.pk).state == TicketState.OPEN


def test_staff_answer_by_their_right_and_the_person_is_told(make_person: MakePerson) -> None:
    person = make_person()
    ticket = opened(person)
    support, kyc = staff(make_person, Role.SUPPORT), staff(make_person, Role.KYC)
    risk = staff(make_person, Role.RISK)  # reads, does not write
    with pytest.raises(NotPermittedError):
        queries.ticket_of(actor=kyc, ticket_id=ticket.pk)
    for actor in (kyc, risk):
        with pytest.raises(NotPermittedError):
            operations.reply(actor=actor, ticket_id=ticket.pk, text="x", now=clock.now())
    operations.reply(actor=support, ticket_id=ticket.pk, text="an answer", now=clock.now())
    assert said(risk, ticket) == [("person", "a question"), ("staff", "an answer")]
    assert Ticket.objects.get(pk=ticket.pk).state == TicketState.ANSWERED
    assert Message.objects.filter(person_id=person.id, code="ticket_answered").count() == 1
    operations.add_message(actor=person.actor, ticket_id=ticket.pk, text="more", now=clock.now())
    assert Ticket.objects.get(pk=ticket.pk).state == TicketState.OPEN


def test_a_closed_ticket_opens_by_its_person_and_not_by_staff(make_person: MakePerson) -> None:
    person, support = make_person(), staff(make_person, Role.SUPPORT)
    ticket = opened(person)
    operations.close(actor=support, ticket_id=ticket.pk, now=clock.now())
    operations.close(actor=person.actor, ticket_id=ticket.pk, now=clock.now())  # again: nothing
    with pytest.raises(TicketClosedError):
        operations.reply(actor=support, ticket_id=ticket.pk, text="x", now=clock.now())
    operations.add_message(actor=person.actor, ticket_id=ticket.pk, text="again", now=clock.now())
    row = Ticket.objects.get(pk=ticket.pk)
    assert (row.state, row.closed_at) == (TicketState.OPEN, None)


@pytest.mark.parametrize("text", ["", " \n\t ", "x" * 4001])
def test_nothing_and_too_much_are_refused(make_person: MakePerson, text: str) -> None:
    person = make_person()
    with pytest.raises(TicketTextError):
        opened(person, text=text)
    assert queries.tickets_of(person.id) == []


def test_so_many_tickets_and_no_more(make_person: MakePerson) -> None:
    person = make_person()
    for _ in range(operations.MOST_OPEN):
        opened(person)
    with pytest.raises(TooManyTicketsError):
        opened(person)
    assert len(queries.tickets_of(person.id)) == operations.MOST_OPEN


def test_the_queue_shows_the_urgent_first(
    make_person: MakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    everybodys = 100_000  # however many tickets of others stand before these
    monkeypatch.setattr(queries, "MOST", everybodys)
    person, support = make_person(), staff(make_person, Role.SUPPORT)
    calm, urgent = opened(person), opened(person, Topic.HOLE)
    queue = queries.queue(actor=support, limit=everybodys)
    mine = [one.pk for one in queue if one.person_id == person.id]
    assert mine == [urgent.pk, calm.pk]
    with pytest.raises(NotPermittedError):
        queries.queue(actor=person.actor)


@pytest.mark.parametrize(("old", "new"), list(product(TicketState, TicketState)))
def test_every_pair_of_states(make_person: MakePerson, old: TicketState, new: TicketState) -> None:
    now = clock.now()
    ticket = opened(make_person())
    if old != TicketState.OPEN:
        assert move(ticket=ticket, new=old, now=now)
    allowed = new in TRANSITIONS[old]
    assert move(ticket=ticket, new=new, now=now) is allowed
    ticket.refresh_from_db()
    assert ticket.state == (new if allowed else old)
