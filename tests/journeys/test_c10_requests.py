"""C10: asking for money, saved payees, and one's own receive code."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.cast import Player, enrol, player
from tests.journeys.walking import Walker
from tests.support.browser import OpenPage
from tests.support.product import LiveProduct


@pytest.fixture(scope="module")
def pair(live_product: LiveProduct) -> tuple[Player, Player]:
    asker, payer = player("周晓宁"), player("林知夏", cny="500.00")
    enrol(live_product, asker, payer)
    return asker, payer


def ask(walker: Walker, payer: Player, amount: str) -> str:
    """Ask for an amount; return the request's number."""
    walker.go("/requests/new")
    walker.page.fill("[name=payer]", payer.email)
    walker.page.fill("[name=amount]", amount)
    walker.page.fill("[name=memo]", "电影票")
    walker.submit("main form:has([name=payer])")
    walker.arrive(r"/requests/req_")
    return walker.page.url.rsplit("/", 1)[1]


def test_a_request_is_seen_and_paid(
    any_page: Page, open_page: OpenPage, live_product: LiveProduct, pair: tuple[Player, Player]
) -> None:
    asker, payer = pair
    asking, paying = Walker(any_page, live_product), Walker(open_page(), live_product)
    asking.sign_in(asker)
    number = ask(asking, payer, "8.80")
    had = asking.balance()

    paying.sign_in(payer)
    paying.go("/")
    paying.page.locator(f"a.row[href='/requests/{number}']").click()
    paying.submit(f"form[action$='{number}/pay']")
    paying.arrive(r"/confirm$")
    expect(paying.page.locator("#confirm")).to_contain_text("8.80")
    paying.confirm(payer.pin)
    paying.arrive(r"/transfers/trf_")
    assert asking.balance() == f"{float(had) + 8.8:.2f}"
    asking.go(f"/requests/{number}")
    expect(asking.page.locator("main .badge--ok")).to_be_visible()


def test_a_declined_request_moves_nothing(
    page: Page, open_page: OpenPage, live_product: LiveProduct, pair: tuple[Player, Player]
) -> None:
    asker, payer = pair
    asking, paying = Walker(page, live_product), Walker(open_page(), live_product)
    asking.sign_in(asker)
    number = ask(asking, payer, "7.00")
    paying.sign_in(payer)
    had = paying.balance()
    paying.go(f"/requests/{number}")
    paying.submit(f"form[action$='{number}/decline']")
    expect(paying.page.locator("main")).to_contain_text("对方已拒绝，没有付款。")
    assert paying.balance() == had


def test_a_saved_payee_is_renamed_removed_and_taken_back(
    page: Page, live_product: LiveProduct, pair: tuple[Player, Player]
) -> None:
    asker, payer = pair
    walker = Walker(page, live_product)
    walker.sign_in(payer)
    walker.go("/payees")
    page.fill("main [name=payee]", asker.email)
    page.fill("main form:has([name=payee]) [name=nickname]", "房东")
    walker.submit("main form:has([name=payee])")
    expect(page.locator("main")).to_contain_text("房东")
    page.locator("a[data-open^=edit-]").click()
    page.fill("dialog[open] [name=nickname]", "公寓")
    page.locator("dialog[open] form button[type=submit]").first.click()
    expect(page.locator("main .list")).to_contain_text("公寓")
    page.locator("a[data-open^=edit-]").click()
    page.locator("dialog[open] form[action$='/delete'] button").click()
    page.locator("form[action='/payees/undo'] button").click()
    expect(page.locator("main .list")).to_contain_text("公寓")


def test_the_receive_code_leads_to_its_owner(
    page: Page, open_page: OpenPage, live_product: LiveProduct, pair: tuple[Player, Player]
) -> None:
    asker, payer = pair
    receiving, paying = Walker(page, live_product), Walker(open_page(), live_product)
    receiving.sign_in(asker)
    receiving.go("/receive")
    link = re.search(r"http\S+/pay/cus_\w{26}", receiving.main.replace("\n", ""))
    assert link is not None
    paying.sign_in(payer)
    paying.go("/scan")
    paying.page.fill("[name=code]", link[0])
    paying.submit("main form:has([name=code])")
    paying.arrive(r"/amount$")
    expect(paying.page.locator("main")).to_contain_text("周*宁")
