"""C9, D11: a large payment is confirmed twice; one that arrives later can be taken back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.cast import Player, enrol, player
from tests.journeys.walking import Walker
from tests.support.product import LiveProduct

LARGE = "6000.00"


@pytest.fixture
def pair(live_product: LiveProduct) -> tuple[Player, Player]:
    payer, payee = player("林知夏", cny="19000.00"), player("周晓宁")
    enrol(live_product, payer, payee)
    return payer, payee


def code_in(text: str) -> str:
    found = re.search(r"(?<!\d)\d{6}(?!\d)", text)
    assert found is not None, text
    return found[0]


def at_the_sheet(
    page: Page, product: LiveProduct, pair: tuple[Player, Player], amount: str
) -> tuple[Walker, float]:
    """Walk to where the payment password is asked for; return the walker and what they have."""
    payer, payee = pair
    walker = Walker(page, product)
    walker.sign_in(payer)
    had = float(walker.balance())
    walker.choose(payee.email)
    walker.enter(amount)
    walker.to_password()
    return walker, had


def test_d11_a_large_payment_needs_the_code_of_its_own_message(
    page: Page, live_product: LiveProduct, pair: tuple[Player, Player]
) -> None:
    payer = pair[0]
    walker, had = at_the_sheet(page, live_product, pair, LARGE)
    sheet = page.locator("#password")
    page.keyboard.type(payer.pin)
    sheet.locator("button[data-pay]").click()  # without a second proof nothing is paid
    expect(sheet.locator("[role=alert], .banner--danger").first).to_be_visible()
    assert page.url.endswith("/confirm")
    with page.expect_navigation(wait_until="load"):
        sheet.locator("[name=send_code]").click()
    text = walker.letter("sms", payer.phone, having="6,000.00")
    assert "周*宁" in text
    page.fill("#password [name=code]", code_in(text))
    page.locator("#password [data-pin]").focus()
    page.keyboard.type(payer.pin)
    sheet.locator("button[data-pay]").click()
    walker.arrive(r"/transfers/trf_")
    assert float(walker.balance()) == had - 6000


def test_c9_a_transfer_that_arrives_in_two_hours_is_taken_back(
    any_page: Page, live_product: LiveProduct, pair: tuple[Player, Player]
) -> None:
    walker, had = at_the_sheet(any_page, live_product, pair, "20.00")
    any_page.locator("#password label", has=any_page.locator("[name=delay][value='7200']")).click()
    any_page.locator("#password [data-pin]").focus()
    any_page.keyboard.type(pair[0].pin)
    walker.arrive(r"/transfers/trf_")
    assert float(walker.balance()) == had - 20
    walker.page.go_back()
    any_page.locator("[data-open=cancel]").click()
    with any_page.expect_navigation(wait_until="load"):
        any_page.locator("#cancel form button[type=submit]").click()
    assert float(walker.balance()) == had


def test_n6_the_limits_say_what_is_left_and_what_a_level_brings(
    any_page: Page, live_product: LiveProduct, pair: tuple[Player, Player]
) -> None:
    walker = Walker(any_page, live_product)
    walker.sign_in(pair[0])
    walker.go("/me/limits")
    expect(any_page.locator(".levels__one[aria-current]")).to_have_count(1)
    expect(any_page.locator(".allow progress")).to_have_count(2)
    expect(any_page.locator("main")).to_contain_text("20,000.00")
