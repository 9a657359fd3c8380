"""C7, top-up by card: charged, declined, asked by the bank, and not answered at once."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.journeys import steps_boxes, steps_people, steps_proof
from tests.journeys.steps_reading import Reader
from tests.support.browser import PHONE

GOOD = "4242 4242 4242 4242"
DECLINED = "4000 0000 0000 0002"
ASKS = "4000 0027 6000 3184"
SILENT = "4000 0000 0000 0119"
ENDED = r"/topup/tup_\w+"


def test_c7_top_up_by_card(reader: Reader) -> None:
    """Each card in turn; only what was charged is in the balance, once."""
    person = steps_people.enrolled(reader)
    _refused_before_the_card_page(reader)
    _charged(reader)
    _declined(reader)
    _asked_by_the_bank(reader)
    _given_up(reader)
    _not_answered_at_once(reader)
    assert reader.balance() == "175.75"
    reader.look("home-rich")
    assert len(reader.records()) == 3
    _is_told(reader, person.email)
    reader.go("/cards")
    reader.look("cards")
    steps_proof.the_book_holds(reader.product)


def _begins(reader: Reader, amount: str) -> None:
    """Type the amount, on a phone with the pad of the page, and go to the card page."""
    reader.go("/topup")
    if reader.way.width == PHONE:
        for key in amount:
            reader.page.locator(f".pad--dock [data-key='{key}']").click()
        expect(reader.page.locator("[name=amount]")).to_have_value(amount)
        reader.look("top-up-amount")
        with reader.page.expect_navigation():
            reader.page.locator(".pad--dock [data-key=go]").click()
    else:
        reader.fills(amount=amount)
        reader.look("top-up-amount")
        reader.sends("Go to the card page")


def _pays(reader: Reader, number: str) -> None:
    """Fill in the acquirer's own page; the wallet never sees the number."""
    expect(reader.page).to_have_url(
        re.compile(rf"{re.escape(reader.product.sandbox)}/acquirer/pay/")
    )
    reader.look("card-page")
    reader.fills(number=number, expiry="12/34", cvc="123", name="TEST PERSON")
    _presses_once(reader)


def _presses_once(reader: Reader) -> None:
    with reader.page.expect_navigation():
        reader.page.locator("button[data-once]").click()


def _refused_before_the_card_page(reader: Reader) -> None:
    reader.go("/topup")
    reader.fills(amount="0.50")
    with reader.page.expect_navigation():
        reader.page.keyboard.press("Enter")
    reader.is_at("/topup")
    reader.reads("A top-up is at least %(least)s. Nothing was charged.")
    reader.look("top-up-too-small")


def _charged(reader: Reader) -> None:
    """A mistyped number is refused at the card page; then the slip shows the new balance."""
    _begins(reader, "100.50")
    _pays(reader, "4242 4242 4242 4241")
    expect(reader.page.locator("#number-e")).to_contain_text("incorrect_number")
    reader.look("card-page-refused")
    _pays(reader, GOOD)
    _is_added(reader, "100.50", balance="100.50")
    reader.look("top-up-done")
    reader.follows("See the record")
    reader.is_at(r"/records/tup_\w+")
    reader.look("top-up-record")


def _is_added(reader: Reader, amount: str, *, balance: str) -> None:
    """Wait for the slip, which comes by itself, without asking for the page again."""
    reader.is_at(ENDED)
    reader.reads("Added to your balance")
    slip = reader.page.locator("#topup-slip")
    expect(slip.locator(".result .money")).to_contain_text(amount)
    shown = slip.locator("dt", has_text=reader.says("Balance now")).locator("..")
    expect(shown).to_contain_text(balance)


def _declined(reader: Reader) -> None:
    _begins(reader, "20")
    _pays(reader, DECLINED)
    reader.is_at(ENDED)
    reader.reads("Nothing was charged")
    reader.reads("What to do")
    expect(reader.page.locator("#topup-slip")).to_contain_text("generic_decline")
    reader.look("top-up-declined")


def _asked_by_the_bank(reader: Reader) -> None:
    """3-D Secure: a wrong code asks again, the right one charges."""
    _begins(reader, "30.25")
    _pays(reader, ASKS)
    reader.fills(code="111111")
    _presses_once(reader)
    expect(reader.page.locator("#code-e")).to_be_visible()
    reader.look("card-challenge")
    reader.fills(code="000000")
    _presses_once(reader)
    _is_added(reader, "30.25", balance="130.75")


def _given_up(reader: Reader) -> None:
    """The back button of the card page: nothing is charged."""
    _begins(reader, "77")
    with reader.page.expect_navigation():
        reader.page.locator("form[action$='/cancel'] button").click()
    reader.is_at(ENDED)
    reader.reads("The top-up was cancelled or took too long at the card page.")
    reader.look("top-up-canceled")


def _not_answered_at_once(reader: Reader) -> None:
    """Never "failed": we are checking, nobody needs to do anything, and then it is there."""
    _begins(reader, "45")
    _pays(reader, SILENT)
    reader.is_at(ENDED)
    reader.reads("We are checking")
    expect(reader.page.locator("#topup-slip")).not_to_contain_text(reader.says("Balance now"))
    steps_boxes.advance_clock(reader.product, 60)  # the wallet asks again some seconds later
    reader.look("top-up-checking")
    _is_added(reader, "45.00", balance="175.75")


def _is_told(reader: Reader, email: str) -> None:
    """Each end was told once, in the app and by mail."""
    for purpose, count in (("topup_done", 3), ("topup_failed", 1)):
        steps_boxes.arrived(reader.product, "mail", email, purpose=purpose, count=count)
    reader.go("/messages")
    reader.reads("%(amount)s was added to your balance")
    reader.look("messages-money")
