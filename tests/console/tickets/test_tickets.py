"""Tickets at the console: read, taken, answered, closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from okpay.kernel import clock
from okpay.kernel.ids import encode, new_uuid
from okpay.support import queries
from okpay.support.models import Ticket
from okpay.support.operations import open_ticket
from okpay.support.states import TicketState, Topic
from tests.console.kit import Worker, hire, staff_client
from tests.console.roles import statuses, text_of
from tests.support.people import MakePerson, Somebody

if TYPE_CHECKING:
    from django.test import Client


def written(somebody: Somebody, topic: Topic = Topic.OTHER, text: str = "Where is it?") -> Ticket:
    return open_ticket(
        actor=somebody.actor, topic=topic, text=text, facts={"record": "trf_1"}, now=clock.now()
    )


def test_who_may_read_tickets(make_person: MakePerson) -> None:
    expected = {"support": 200, "kyc": 403, "risk": 200, "finance": 200, "auditor": 200,
                "administrator": 403}  # fmt: skip
    assert statuses(make_person, "/console/tickets") == expected
    ticket = written(make_person())
    assert statuses(make_person, f"/console/tickets/{ticket}") == expected


def test_urgent_tickets_stand_first(desk: Client, make_person: MakePerson) -> None:
    calm, hot = written(make_person()), written(make_person(), Topic.SUSPICIOUS)
    page = text_of(desk, "/console/tickets")
    assert page.index(str(hot)) < page.index(str(calm))
    urgent = text_of(desk, "/console/tickets?show=urgent")
    assert (str(hot) in urgent, str(calm) in urgent) == (True, False)


def test_a_ticket_is_read_answered_and_closed(
    desk: Client, support: Worker, make_person: MakePerson
) -> None:
    somebody = make_person("林知夏")
    ticket = written(somebody, text="<script>alert(1)</script> 4242 4242 4242 4242")
    path = f"/console/tickets/{ticket}"
    page = text_of(desk, path)
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
    assert "4242 4242" not in page  # E6: masked where it was written down
    assert ("林*夏" in page, "林知夏" in page, "trf_1" in page) == (True, False, True)
    assert desk.post(f"{path}/take").status_code == 302
    assert Ticket.objects.get(id=ticket.id).taken_by == support.id
    assert desk.post(f"{path}/answer", {"text": "It arrives today."}).status_code == 302
    assert Ticket.objects.get(id=ticket.id).state == TicketState.ANSWERED
    opened = queries.ticket_of(actor=somebody.actor, ticket_id=ticket.id)
    assert [(one.by, one.text) for one in opened.messages][-1] == ("staff", "It arrives today.")
    assert desk.post(f"{path}/close").status_code == 302
    assert Ticket.objects.get(id=ticket.id).state == TicketState.CLOSED
    late = desk.post(f"{path}/answer", {"text": "One more."})
    assert late.status_code == 409
    assert len(queries.ticket_of(actor=somebody.actor, ticket_id=ticket.id).messages) == 2


def test_an_empty_answer_is_none(desk: Client, make_person: MakePerson) -> None:
    ticket = written(make_person())
    assert desk.post(f"/console/tickets/{ticket}/answer", {"text": "  "}).status_code == 422
    assert Ticket.objects.get(id=ticket.id).state == TicketState.OPEN


@pytest.mark.parametrize("way", ["answer", "take", "close"])
def test_g7_who_only_reads_changes_nothing(make_person: MakePerson, way: str) -> None:
    ticket = written(make_person())
    client = staff_client(hire(make_person, "risk"))
    assert client.post(f"/console/tickets/{ticket}/{way}", {"text": "x"}).status_code == 403
    row = Ticket.objects.get(id=ticket.id)
    assert (row.state, row.taken_by) == (TicketState.OPEN, None)


def test_a_ticket_that_is_not_there(desk: Client) -> None:
    for number in (encode("tkt", new_uuid()), "tkt_x"):
        assert desk.get(f"/console/tickets/{number}").status_code == 404
        assert desk.post(f"/console/tickets/{number}/take").status_code == 404


def test_the_list_asks_as_much_for_one_ticket_as_for_three(
    desk: Client, make_person: MakePerson
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for number in (1, 2):
        for _ in range(number):
            written(make_person())
        with CaptureQueriesContext(connection) as asked:
            text_of(desk, "/console/tickets")
        counts.append(len(asked))
    assert counts[0] == counts[1]
