"""Pages of top-ups: amount, result, cards, in both languages."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.test import Client

from okpay.funding import rules
from okpay.funding.declines import DECLINES
from okpay.funding.models import TopUp
from okpay.identity.models import Person
from okpay.kernel.ids import new_uuid
from okpay.sandbox.cards import TEST_CARDS
from tests.funding.steps import begin, deliver, event, paid
from tests.support.box import Box
from tests.support.people import MakePerson, Somebody


def browser(person: Somebody) -> Client:
    client = Client(HTTP_HOST="localhost")
    client.force_login(Person.objects.get(pk=person.id))
    return client


def form(**changed: str) -> dict[str, str]:
    return {"amount": "100.00", "currency": "CNY", "request_id": str(new_uuid()), **changed}


def text(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_the_fee_stands_before_the_button(make_person: MakePerson) -> None:
    page = text(browser(make_person(language="en")), "/topup")
    assert page.index("Top-ups by card are free") < page.index("Go to the card page")


def test_posting_leads_to_the_card_page_once(box: Box, make_person: MakePerson) -> None:
    person = make_person()
    client, typed = browser(person), form()
    first = client.post("/topup", typed)
    assert first.headers["Location"].startswith(f"{box.url}/acquirer/pay/")
    assert client.post("/topup", typed).headers["Location"] == first.headers["Location"]
    assert TopUp.objects.filter(person_id=person.id).count() == 1


@pytest.mark.parametrize(
    "amount", ["", "0", "-1", "1e3", "1,000", "１００", "0.001", "NaN", " 1", "9" * 100]
)
def test_c2_strange_amounts_are_refused(make_person: MakePerson, amount: str) -> None:
    person = make_person()
    assert browser(person).post("/topup", form(amount=amount)).status_code in {400, 422}
    assert not TopUp.objects.filter(person_id=person.id).exists()


def test_an_acquirer_that_is_away_says_so(make_person: MakePerson, settings: Any) -> None:
    settings.OKPAY_SANDBOX_URL = "http://127.0.0.1:9"
    answer = browser(make_person(language="en")).post("/topup", form())
    assert answer.status_code == 503
    page = answer.content.decode()
    assert "Nothing was charged" in page
    assert "acquirer_unavailable" in page


@pytest.mark.parametrize("name", ["amount", "number", "pan"])
def test_e7_a_card_number_sent_to_us_is_refused_and_not_logged(
    make_person: MakePerson, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    person = make_person()
    with caplog.at_level(logging.DEBUG):
        answer = browser(person).post("/topup", form(**{name: "4242 4242 4242 4242"}))
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "card_number_refused" in page
    assert "4242 4242" not in page + caplog.text
    assert not TopUp.objects.filter(person_id=person.id).exists()


def test_success_shows_the_balance(box: Box, make_person: MakePerson) -> None:
    person = make_person(language="en")
    view, client = paid(box, person), browser(person)
    deliver(event(view))
    page = text(client, f"/topup/{view.public_id}")
    assert "Added to your balance" in page
    assert "Visa •••• 4242" in page
    assert "hx-trigger" not in page.split("topup-slip", 1)[1]
    assert "Visa •••• 4242" in text(client, "/cards")


@pytest.mark.parametrize(
    ("state", "words", "polls"),
    [
        ("created", "The card page is not open yet", False),
        ("redirected", "Waiting for you at the card page", True),
        ("processing", "Waiting for the card company", True),
        ("unknown", "We are checking", True),
        ("confirmed", "The card was charged", True),
        ("canceled", "Nothing was charged", False),
        ("declined", "Nothing was charged", False),
    ],
)
def test_every_state_says_what_happened_to_the_money(
    box: Box, make_person: MakePerson, state: str, words: str, *, polls: bool
) -> None:
    person = make_person(language="en")
    view = begin(person)
    TopUp.objects.filter(pk=view.id).update(state=state, decline_code="lost_card")
    page = text(browser(person), f"/topup/{view.public_id}")
    assert words in page
    assert view.public_id in page
    assert ('hx-trigger="every' in page.split("topup-slip", 1)[1]) == polls
    assert ("This card was reported lost." in page) == (state == "declined")


def test_a_poll_answers_the_slip_alone(box: Box, make_person: MakePerson) -> None:
    person = make_person()
    view = begin(person)
    answer = browser(person).get(f"/topup/{view.public_id}", headers={"HX-Request": "true"})
    assert "<html" not in answer.content.decode()


def test_coming_back_trusts_nothing_in_the_address(box: Box, make_person: MakePerson) -> None:
    person = make_person()
    view, client = begin(person), browser(person)
    answer = client.get(f"/topup/{view.public_id}/back?state=succeeded")
    assert answer.headers["Location"] == f"/topup/{view.public_id}"
    assert TopUp.objects.get(pk=view.id).state == "processing"


def test_g1_another_persons_top_up_is_not_found(box: Box, make_person: MakePerson) -> None:
    view, client = begin(make_person()), browser(make_person())
    for path in ("", "/back"):
        assert client.get(f"/topup/{view.public_id}{path}").status_code == 404
    assert client.post(f"/topup/{view.public_id}/card").status_code == 404
    assert client.get("/topup/tup_x").status_code == 404


def test_g13_the_card_page_is_opened_by_post_only(box: Box, make_person: MakePerson) -> None:
    person = make_person()
    view = begin(person)
    assert browser(person).get(f"/topup/{view.public_id}/card").status_code == 405


def test_every_decline_of_the_test_cards_has_words() -> None:
    codes = {card.decline_code for card in TEST_CARDS.values()} - {""}
    assert codes | {"authentication_failed", "order_refused"} == set(DECLINES)


def test_usual_amounts_are_whole_and_inside_the_bounds() -> None:
    for asset in rules.assets():
        for money in rules.quick_amounts(asset):
            rules.check_bounds(money)
            assert money.minor % 10**asset.decimals == 0


@pytest.mark.parametrize("path", ["/topup", "/cards"])
def test_pages_need_sign_in(path: str) -> None:
    assert Client(HTTP_HOST="localhost").get(path).status_code == 302
