"""The pages of freezing, rescue, tickets and leaving: what strangers see, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from okpay.identity.freezing import queries as freezes
from okpay.identity.leaving import exports
from okpay.identity.models import Person
from okpay.kernel import clock
from okpay.support import Topic, open_ticket
from okpay.support.queries import tickets_of
from tests.support.people import MakePerson, Somebody
from tests.web.account.kit import sign_in, signed_in

Open = Callable[[], Client]
SECONDS = re.compile(r'data-wait="\d+"|in \d+ seconds')
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')


def at_home(browser: Open, person: Somebody) -> Client:
    """Sign in, and show once more who is there."""
    client = browser()
    sign_in(client, person.email, person.password)
    client.post("/security/confirm", {"password": person.password, "next": "/me/leaving"})
    return client


def shown(client: Client, path: str) -> str:
    return main_of(client.get(path).content.decode())


def main_of(page: str) -> str:
    """Return a page's content, without what is another one each time."""
    found = re.search(r"<main.*</main>", page, re.DOTALL)
    assert found is not None
    return SECONDS.sub("", TOKEN.sub("", found[0]))


def test_an_alias_of_nobody_looks_the_same(make_person: MakePerson, browser: Open) -> None:
    pages = []
    for alias in (make_person().email, "nobody@people.example", make_person().phone):
        client = browser()
        answer = client.post("/rescue", {"alias": alias})
        assert (answer.status_code, answer["Location"]) == (302, "/rescue/prove")
        first = shown(client, "/rescue/prove")
        client.post("/rescue/prove", {"channel": "phone", "code": "000000"})
        wrong = client.post("/rescue/prove", {"channel": "mail", "code": "000000"})
        frozen = client.post("/rescue/freeze")
        said = main_of(wrong.content.decode())
        pages.append((first, said, frozen["Location"]))
    assert pages[0] == pages[1]
    assert pages[0] == pages[2]
    assert pages[0][2] == "/rescue/prove"


@pytest.mark.parametrize(
    "path", ["prove", "steps", "password", "payment-password", "payments", "finish", "done"]
)
def test_g12_without_an_attempt_every_step_leads_to_the_beginning(browser: Open, path: str) -> None:
    answer = browser().get(f"/rescue/{path}")
    assert (answer.status_code, answer["Location"]) == (302, "/rescue")


def test_g12_freezing_ones_own_account_ends_this_session_too(
    make_person: MakePerson, browser: Open
) -> None:
    person = make_person(language="en")
    client, other = browser(), browser()
    for one in (client, other):
        sign_in(one, person.email, person.password)
    assert "What happens at once" in client.get("/security/freeze").content.decode()
    answer = client.post("/security/freeze")
    assert (answer.status_code, answer["Location"]) == (302, "/frozen")
    assert "this one too" in client.get("/frozen").content.decode()
    assert not signed_in(client)
    assert not signed_in(other)
    assert freezes.standing(person.id) is not None


def test_n8_a_frozen_person_reads_why_and_appeals_once(
    make_person: MakePerson, browser: Open
) -> None:
    from okpay.identity import freezing

    person = make_person(language="en")
    freezing.freeze_by_rule(
        rule="velocity", person_id=person.id, reason="Many new payees", now=clock.now()
    )
    client = browser()
    sign_in(client, person.email, person.password)
    why = client.get("/security/freeze").content.decode()
    assert "Many new payees" in why
    assert "A safety rule" in why
    answer = client.post("/security/freeze/appeal", {"text": "These are my colleagues."})
    ticket = tickets_of(person.id)[0]
    assert (answer["Location"], ticket.topic) == (f"/support/{ticket.pk}", Topic.APPEAL)
    assert "Ask for another look" not in client.get("/security/freeze").content.decode()
    assert freezes.standing(person.id) is not None


def test_d8_a_strangers_ticket_is_not_found(make_person: MakePerson, browser: Open) -> None:
    owner, stranger = make_person(), make_person()
    ticket = open_ticket(actor=owner.actor, topic=Topic.OTHER, text="private", now=clock.now())
    client = browser()
    assert client.get(f"/support/{ticket.pk}").status_code == 302  # to sign-in
    sign_in(client, stranger.email, stranger.password)
    assert client.get(f"/support/{ticket.pk}").status_code == 404
    assert client.post(f"/support/{ticket.pk}", {"text": "hello"}).status_code == 404
    assert client.post(f"/support/{ticket.pk}/close").status_code == 404
    assert tickets_of(owner.id)[0].state == "open"


def test_c23_the_page_says_what_stands_in_the_way(make_person: MakePerson, browser: Open) -> None:
    person = make_person(language="en", cny="12.30")
    client = at_home(browser, person)
    page = client.get("/me/leaving").content.decode()
    assert "¥12.30 is still in your wallet" in page
    assert client.get("/me/leaving/close")["Location"].endswith("/me/leaving")
    assert client.post("/me/leaving/close")["Location"].endswith("/me/leaving")
    assert signed_in(client)


def test_c23_closing_signs_out_and_signing_in_keeps_it(
    make_person: MakePerson, browser: Open
) -> None:
    person = make_person(language="en")
    client = at_home(browser, person)
    assert client.post("/me/leaving/close")["Location"] == "/leaving/asked"
    assert not signed_in(client)
    again = browser()
    sign_in(again, person.email, person.password)
    assert signed_in(again)
    assert Person.objects.get(pk=person.id).closings.get().state == "undone"


def test_a_copy_is_handed_out_once_as_a_file(make_person: MakePerson, browser: Open) -> None:
    person = make_person(language="en")
    client = at_home(browser, person)
    assert client.post("/me/leaving/copy")["Location"] == "/me/leaving"
    export = exports.latest(person.id)
    assert export is not None
    exports.put_together(export_id=export.id, now=clock.now())
    path = f"/me/leaving/copy/{export.id}"
    assert client.get(path).status_code == 200  # looking takes nothing
    answer = client.post(path)
    assert answer["Content-Disposition"] == 'attachment; filename="okpay-data.zip"'
    assert answer.content.startswith(b"PK")
    assert client.post(path)["Location"] == "/me/leaving"
