"""Pages of the message centre."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from okpay.identity.models import Person
from okpay.kernel.ids import encode, new_uuid
from okpay.notices import operations, queries
from okpay.notices.models import Message
from tests.support.people import MakePerson, Somebody


@pytest.fixture
def somebody(make_person: MakePerson) -> Somebody:
    person = make_person(language="en")
    Message.objects.filter(person_id=person.id).delete()
    return person


def browser(person: Somebody) -> Client:
    client = Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(Person.objects.get(pk=person.id))
    return client


def tell(person: Somebody, code: str = "transfer_sent") -> Message:
    params = {"amount": {"amount": "1.00", "currency": "CNY"}, "payee": "L*"}
    made = operations.notify(person_id=person.id, code=code, params=params, link="/records")
    assert made is not None
    return made


def test_the_list_needs_sign_in() -> None:
    answer = Client(HTTP_HOST="localhost").get("/messages")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/signin?next=/messages")


def test_empty(somebody: Somebody) -> None:
    assert "No messages" in browser(somebody).get("/messages").content.decode()


def test_opening_a_message_reads_it_and_leads_on(somebody: Somebody) -> None:
    message = tell(somebody)
    client = browser(somebody)
    assert "You sent ¥1.00" in client.get("/messages").content.decode()
    page = client.get(f"/messages/{encode('msg', message.pk)}").content.decode()
    assert 'href="/records"' in page
    assert queries.unread_count(somebody.id) == 0


def test_g1_another_persons_message_does_not_exist(
    somebody: Somebody, make_person: MakePerson
) -> None:
    message = tell(somebody)
    answer = browser(make_person()).get(f"/messages/{encode('msg', message.pk)}")
    assert answer.status_code == 404
    assert queries.unread_count(somebody.id) == 1


@pytest.mark.parametrize("wrong", ["msg_x", "trf_00000000000000000000000000", "x"])
def test_a_malformed_id_is_not_found(somebody: Somebody, wrong: str) -> None:
    assert browser(somebody).get(f"/messages/{wrong}").status_code == 404


def test_mark_all_read_is_a_post_of_our_own_page(somebody: Somebody) -> None:
    tell(somebody)
    client = browser(somebody)
    assert client.get("/messages/read").status_code == 405
    strict = Client(HTTP_HOST="localhost", enforce_csrf_checks=True)
    strict.force_login(Person.objects.get(pk=somebody.id))
    assert strict.post("/messages/read").status_code == 403
    assert queries.unread_count(somebody.id) == 1
    answer = client.post("/messages/read", {"category": "transactions"})
    assert answer.headers["Location"] == "/messages?category=transactions"
    assert queries.unread_count(somebody.id) == 0


def test_preferences_are_kept(somebody: Somebody) -> None:
    client = browser(somebody)
    client.post("/messages/preferences", {"promotions_app": "on", "security": ""})
    chosen = queries.choices(somebody.id)
    assert (chosen.promotions_app, chosen.transactions_mail) == (True, False)
    assert "this cannot be turned off" in client.get("/messages/preferences").content.decode()


def test_the_list_asks_the_same_number_of_questions_at_1_and_3_rows(somebody: Somebody) -> None:
    client = browser(somebody)
    counts = []
    for rows in (1, 2):
        for _row in range(rows):
            tell(somebody)
        client.get("/messages")
        with CaptureQueriesContext(connection) as asked:
            client.get("/messages")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_markup_in_parameters_stays_text(somebody: Somebody) -> None:
    operations.notify(
        person_id=somebody.id,
        code="transfer_sent",
        params={"payee": "<script>x</script>", "amount": {"amount": "1.00", "currency": "CNY"}},
        dedupe=str(new_uuid()),
    )
    page = browser(somebody).get("/messages").content.decode()
    assert "<script>x" not in page
    assert "&lt;script&gt;x" in page
