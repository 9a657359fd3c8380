"""C9: paying a person, and everything that can go wrong on the way."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.cast import Player, enrol, player
from tests.journeys.walking import Walker, is_payment
from tests.support.browser import DESK, PHONE, OpenPage
from tests.support.product import LiveProduct


@pytest.fixture(scope="module")
def payer(live_product: LiveProduct) -> Player:
    person = player("林知夏", cny="500.00")
    enrol(live_product, person)
    return person


@pytest.fixture(scope="module")
def payee(live_product: LiveProduct) -> Player:
    person = player("周晓宁")
    enrol(live_product, person)
    return person


@pytest.fixture
def walker(page: Page, live_product: LiveProduct, payer: Player) -> Walker:
    found = Walker(page, live_product)
    found.sign_in(payer)
    return found


def test_the_pad_and_the_boxes_are_enough_to_pay(
    any_page: Page, live_product: LiveProduct, payer: Player, payee: Player
) -> None:
    walker = Walker(any_page, live_product)
    walker.sign_in(payer)
    walker.choose(payee.phone)
    wide = any_page.viewport_size == {"width": DESK, "height": 900}
    # Our own pad is in sight on a touch screen, so the system's stays away from over it.
    box = any_page.locator("[name=amount]")
    expect(box).to_have_js_property("inputMode", "decimal" if wide else "none")
    if wide:
        any_page.fill("[name=amount]", "12.05")
        walker.submit("form.slip")
    else:
        for key in "12.05":
            any_page.locator(f".pad--dock [data-key='{key}']").click()
        expect(any_page.locator(".pad--dock [role=status]")).to_have_text("12.05")
        any_page.locator(".pad--dock [data-key=go]").click()
    walker.arrive(r"/confirm$")
    sheet = any_page.locator("#confirm")
    expect(sheet).to_contain_text("12.05")
    assert sheet.evaluate("dialog => dialog.matches(':modal')") is True
    walker.to_password()
    for key in payer.pin[:5]:
        any_page.locator(f"#password [data-key='{key}']").click()
    expect(any_page.locator("#password [role=status]")).to_have_text(re.compile("5"))
    any_page.locator(f"#password [data-key='{payer.pin[5]}']").click()
    walker.arrive(r"/transfers/trf_")
    expect(any_page.locator("main")).to_contain_text("周*宁")


def test_a13_an_impatient_double_tap_pays_once(
    walker: Walker, payer: Player, payee: Player
) -> None:
    before = walker.records()
    walker.choose(payee.email)
    walker.enter("2.00")
    walker.to_password()
    walker.page.keyboard.type(payer.pin[:5])
    script = """digit => {
      const input = document.querySelector('#password [data-pin]');
      input.value += digit;
      const form = input.form;
      form.requestSubmit(); delete form.dataset.sent; form.requestSubmit();
    }"""
    walker.page.evaluate(script, payer.pin[5])
    walker.arrive(r"/transfers/trf_")
    assert len(walker.records()) == len(before) + 1


def test_b5_a_lost_answer_is_one_transfer(walker: Walker, payer: Player, payee: Player) -> None:
    before = walker.records()
    walker.choose(payee.email)
    walker.enter("3.00")
    step = walker.page.url

    def lose(route: Route) -> None:
        if not is_payment(route.request):
            route.continue_()
            return
        route.fetch(max_redirects=0)  # it reached the book; the answer never comes back
        route.abort()

    walker.page.route("**/confirm", lose)
    with walker.page.expect_event("requestfailed", is_payment):
        walker.confirm(payer.pin)
    walker.page.unroute("**/confirm")
    walker.page.goto(step)
    if "/confirm" in walker.page.url:
        walker.confirm(payer.pin)
    walker.arrive(r"/transfers/trf_")
    assert len(walker.records()) == len(before) + 1


def test_back_and_reload_after_paying_pay_nothing_again(
    walker: Walker, payer: Player, payee: Player
) -> None:
    number = walker.pay(payee.email, "4.00", payer.pin)
    walker.page.reload()
    walker.page.go_back()
    walker.arrive(rf"/transfers/{number}")
    assert walker.records()[0] == number
    assert walker.records().count(number) == 1


def test_an_invitation_is_claimed_by_the_one_who_was_invited(
    walker: Walker, open_page: OpenPage, live_product: LiveProduct, payer: Player
) -> None:
    invited = player("吴桐")
    walker.go("/transfer")
    walker.page.fill("[name=payee]", invited.email)
    walker.page.keyboard.press("Enter")
    walker.page.locator("form:has([name=invite]) button").click()
    walker.arrive(r"/amount$")
    walker.enter("20.00", "生日快乐")
    walker.confirm(payer.pin)
    walker.arrive(r"/transfers/trf_")
    expect(walker.page.locator("main")).to_contain_text("等待中")

    newcomer = Walker(open_page(), live_product)
    letter = newcomer.letter("mail", invited.email, having="/claim/")
    link = re.search(r"http\S+/claim/trf_\w+", letter)
    assert link is not None
    newcomer.page.goto(link[0])
    assert "20.00" not in newcomer.main
    newcomer.register(invited)
    newcomer.page.goto(link[0])
    expect(newcomer.page.locator("main")).to_contain_text("20.00")
    newcomer.submit()
    newcomer.arrive(r"/records/trf_")
    assert newcomer.balance() == "20.00"


def test_what_is_not_claimed_can_be_taken_back(walker: Walker, payer: Player) -> None:
    before = walker.balance()
    stranger = player("没人")
    walker.go("/transfer")
    walker.page.fill("[name=payee]", stranger.phone)
    walker.page.keyboard.press("Enter")
    walker.page.locator("form:has([name=invite]) button").click()
    walker.arrive(r"/amount$")
    walker.enter("15.00")
    walker.confirm(payer.pin)
    walker.arrive(r"/transfers/trf_")
    walker.page.locator("[data-open=cancel]").click()
    walker.submit("#cancel form")
    walker.arrive(r"/records/trf_")
    expect(walker.page.locator("main")).to_contain_text("已全额退回")
    assert walker.balance() == before


def test_a_refusal_says_why_and_leads_to_the_top_up(
    walker: Walker, payer: Player, payee: Player
) -> None:
    before = walker.balance()
    walker.choose(payee.email)
    walker.type_in("9000")
    expect(walker.page.locator("#refusal")).to_contain_text("insufficient_funds")
    walker.page.locator("#refusal a.link").click()
    walker.arrive(r"/topup")
    assert walker.balance() == before


def test_a_wrong_password_is_counted_and_the_right_one_still_pays(
    walker: Walker, payer: Player, payee: Player
) -> None:
    walker.choose(payee.email)
    walker.enter("1.00")
    walker.confirm("918273")
    expect(walker.page.locator("#password")).to_contain_text("payment_password_wrong")
    walker.page.locator("#password [data-pin]").focus()
    walker.page.keyboard.type(payer.pin)
    walker.arrive(r"/transfers/trf_")


def test_without_network_nothing_is_sent_and_the_page_says_so(
    walker: Walker, payer: Player, payee: Player
) -> None:
    before = walker.records()
    walker.choose(payee.email)
    walker.enter("1.00")
    walker.to_password()
    walker.page.context.set_offline(True)
    button = walker.page.locator("#password button[data-pay]")
    expect(button).to_be_disabled()
    expect(walker.page.locator("[data-offline-reason]")).to_be_visible()
    walker.page.context.set_offline(False)
    expect(button).to_be_enabled()
    assert walker.records() == before


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_transfer_works_without_script(
    open_page: OpenPage, live_product: LiveProduct, payer: Player, payee: Player, width: int
) -> None:
    page = open_page(width=width, java_script_enabled=False)
    walker = Walker(page, live_product)
    walker.sign_in(payer)
    walker.choose(payee.email)
    page.fill("[name=amount]", "1.00")
    page.locator("form.slip button[type=submit]").click()
    walker.arrive(r"/confirm$")
    page.locator("#confirm a.btn--primary").click()
    walker.arrive(r"/password$")
    page.fill("#password [name=payment_password]", payer.pin)
    page.locator("#password button[type=submit]").click()
    walker.arrive(r"/transfers/trf_")


def test_the_first_payment_password_is_set_on_the_way(
    open_page: OpenPage, live_product: LiveProduct, payee: Player
) -> None:
    person = player("新来的", pin="", cny="20.00")
    enrol(live_product, person)
    walker = Walker(open_page(), live_product)
    walker.sign_in(person)
    walker.choose(payee.email)
    walker.enter("1.00")
    walker.page.locator("#confirm a.btn--primary").click()
    walker.page.fill("[name=new_pin]", "204817")
    walker.page.fill("[name=again]", "204817")
    walker.page.keyboard.press("Enter")
    walker.arrive(r"^[^?]+/confirm$")
    walker.confirm("204817")
    walker.arrive(r"/transfers/trf_")
