"""C16: the records, what they add up to, and the statement."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.cast import Player, enrol, player
from tests.journeys.walking import Walker
from tests.support.browser import DESK, PHONE, OpenPage
from tests.support.product import LiveProduct

PAGES = [
    "/",
    "/records",
    "/records?range=custom",
    "/records/export",
    "/transfer",
    "/payees",
    "/requests",
    "/requests/new",
    "/receive",
    "/scan",
]


@pytest.fixture(scope="module")
def person(live_product: LiveProduct) -> Player:
    found = player("林知夏", cny="100.00", usd="30.00")
    enrol(live_product, found)
    return found


@pytest.fixture(scope="module")
def friend(live_product: LiveProduct) -> Player:
    found = player("周晓宁", cny="50.00")
    enrol(live_product, found)
    return found


@pytest.fixture
def couple(person: Player, friend: Player) -> tuple[Player, Player]:
    return person, friend


def test_records_are_filtered_opened_and_exported(
    any_page: Page, live_product: LiveProduct, person: Player, friend: Player, tmp_path: Path
) -> None:
    walker = Walker(any_page, live_product)
    walker.sign_in(person)
    number = walker.pay(friend.email, "12.34", person.pin, "=1+1")
    rows = any_page.locator("#months a.row")
    walker.go("/records?kind=topup")
    expect(rows).to_have_count(2)
    walker.go("/records?range=today&kind=transfer")
    expect(rows.first).to_have_attribute("href", f"/records/{number}")
    rows.first.click()
    expect(any_page.locator("main")).to_contain_text(number)
    any_page.locator("header a[href$='/receipt']").click()
    expect(any_page.locator("main")).to_contain_text("林*夏")

    walker.go("/records/export")
    any_page.check("[name=header][value=machine]")
    with any_page.expect_download() as waiting:
        walker.submit("main form:has([name=header])")
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)
    expect(any_page.locator("main form button[type=submit]")).to_be_enabled()
    lines = list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig"), newline="")))
    moved = [
        Decimal(line["amount"]) - Decimal(line["fee"])
        for line in lines
        if (line["currency"], line["status"]) == ("CNY", "completed")
    ]
    assert str(sum(moved)) == walker.balance()
    assert [line["memo"] for line in lines if line["id"] == number] == ["'=1+1"]


def test_the_eye_hides_every_amount_and_is_remembered(
    page: Page, live_product: LiveProduct, person: Player
) -> None:
    walker = Walker(page, live_product)
    walker.sign_in(person)
    walker.go("/")
    amount = page.locator("#balance .money--xl")
    expect(amount).to_be_visible()
    with page.expect_response("**/appearance"):
        page.locator("#balance button[name=hide]").click()
    expect(amount).to_be_hidden()
    page.reload()
    expect(amount).to_be_hidden()
    page.locator("#balance button[name=hide]").click()
    expect(amount).to_be_visible()


def test_the_balance_slip_changes_its_currency(
    page: Page, live_product: LiveProduct, person: Player
) -> None:
    walker = Walker(page, live_product)
    walker.sign_in(person)
    walker.go("/")
    page.locator(".bal__menu summary").click()
    page.locator(".bal__menu a", has_text="USD").click()
    walker.arrive(r"currency=USD")
    expect(page.locator("#balance .money--xl")).to_contain_text("30")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_no_money_page_has_an_accessibility_fault(
    open_page: OpenPage,
    live_product: LiveProduct,
    couple: tuple[Player, Player],
    width: int,
    theme: str,
) -> None:
    person, friend = couple
    page = open_page(width=width, reduced_motion="reduce")
    page.context.add_cookies([{"name": "okpay_theme", "value": theme, "url": live_product.web}])
    walker = Walker(page, live_product)
    walker.sign_in(person)
    faults: dict[str, str] = {}

    def look(name: str) -> None:
        found = Axe().run(page)
        if found.violations_count:
            faults[name] = found.generate_report()

    for path in PAGES:
        walker.go(path)
        look(path)
    walker.choose(friend.email)
    look("amount")
    walker.enter("1.00")
    look("confirm")
    walker.to_password()
    look("password")
    page.keyboard.type("918273")
    expect(page.locator("#password")).to_contain_text("payment_password_wrong")
    look("wrong password")
    page.keyboard.type(person.pin)
    walker.arrive(r"/transfers/trf_")
    look("result")
    number = page.url.rsplit("/", 1)[1]
    for path in (f"/records/{number}", f"/records/{number}/receipt"):
        walker.go(path)
        look(path)
    assert faults == {}


def test_a_new_person_sees_first_steps_without_an_accessibility_fault(
    page: Page, live_product: LiveProduct
) -> None:
    person = player("新来的", pin="")
    enrol(live_product, person)
    walker = Walker(page, live_product)
    walker.sign_in(person)
    faults = {}
    for path in ("/", "/records", "/transfer", "/payees", "/requests", "/requests/new"):
        walker.go(path)
        found = Axe().run(page)
        if found.violations_count:
            faults[path] = found.generate_report()
    assert faults == {}
