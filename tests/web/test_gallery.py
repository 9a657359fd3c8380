"""The living gallery in a real browser: readable for everyone, and every part does what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from tests.support.browser import DESK, PHONE, OpenPage

pytestmark = [pytest.mark.no_database, pytest.mark.journey]

PAGES = ("/gallery", "/guide", "/help/codes/invalid_amount", "/offline", "/no-such-page")
TARGET = 44  # px: nothing tappable is smaller; 60 in large text would follow from rem
SMALL_TARGETS = """
() => [...document.querySelectorAll("a, button, input:not([type=hidden]), select, textarea")]
  .filter(e => e.checkVisibility({opacityProperty: true, visibilityProperty: true}))
  .filter(e => !e.closest(".skip, .table, .pin, .prose, label.chip, label.between, label.check"))
  .map(e => [e, e.getBoundingClientRect()])
  .filter(([e, box]) => box.height < 43.5 || box.width < 43.5)
  .map(([e, box]) => `${e.outerHTML.slice(0, 80)} ${box.width}x${box.height}`)
"""


@pytest.fixture
def gallery(open_page: OpenPage, web_address: str) -> Page:
    """Open the gallery on a phone."""
    page = open_page(service_workers="block")
    page.goto(f"{web_address}/gallery")
    return page


def _choose(page: Page, address: str, **choices: str) -> None:
    cookies: list[Any] = [
        {"name": f"okpay_{name}", "value": value, "url": address}
        for name, value in choices.items()
        if value
    ]
    page.context.add_cookies(cookies)


def _severe(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['html'][:120]}"
        for one in found
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("scale", ["", "elder"], ids=["normal", "elder"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("screen", [(PHONE, "zh-hans"), (DESK, "en")], ids=["zh-390", "en-1280"])
def test_no_serious_barrier(
    open_page: OpenPage, web_address: str, screen: tuple[int, str], theme: str, scale: str
) -> None:
    width, language = screen
    page = open_page(width=width, service_workers="block")
    _choose(page, web_address, language=language, theme=theme, scale=scale)
    for path in PAGES:
        page.goto(web_address + path)
        assert (path, _severe(page)) == (path, [])
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert (path, page.evaluate(SMALL_TARGETS)) == (path, [])


def test_the_checks_themselves_can_fail(open_page: OpenPage) -> None:
    page = open_page()
    page.set_content('<html lang="en"><title>x</title><button></button><img src="x">')
    assert {finding.split(":")[0] for finding in _severe(page)} >= {"button-name", "image-alt"}
    assert len(page.evaluate(SMALL_TARGETS)) == 1


def test_the_open_sheet_has_no_serious_barrier_and_keeps_the_focus(gallery: Page) -> None:
    opener = gallery.get_by_role("button", name="打开确认单")
    opener.click()
    sheet = gallery.get_by_role("dialog", name="确认转账")
    expect(sheet).to_be_visible()
    assert _severe(gallery) == []
    focus = "document.activeElement"
    inside = f"{focus}.closest('dialog') !== null || {focus} === document.body"
    for _ in range(6):
        gallery.keyboard.press("Tab")
        assert gallery.evaluate(inside)
    gallery.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(opener).to_be_focused()


def test_display_and_language_open_from_one_button_on_a_phone(gallery: Page) -> None:
    choices = gallery.locator("#looks")
    expect(choices).to_be_hidden()
    gallery.get_by_role("button", name="显示与语言").click()
    expect(choices.get_by_role("button", name="English")).to_be_visible()
    assert _severe(gallery) == []
    assert gallery.evaluate(SMALL_TARGETS) == []
    gallery.keyboard.press("Escape")
    expect(choices).to_be_hidden()


def test_a_toast_is_seen_over_an_open_sheet(gallery: Page) -> None:
    gallery.get_by_role("button", name="打开确认单").click()
    gallery.evaluate("okpay.toast('xyz')")
    expect(gallery.get_by_role("dialog").get_by_role("status")).to_have_text("xyz")


def test_a_press_beside_the_sheet_closes_it(gallery: Page) -> None:
    gallery.get_by_role("button", name="打开确认单").click()
    sheet = gallery.get_by_role("dialog", name="确认转账")
    expect(sheet).to_be_visible()
    gallery.mouse.click(195, 40)
    expect(sheet).to_be_hidden()


def test_the_pad_types_into_the_real_input(gallery: Page) -> None:
    pad = gallery.get_by_role("group", name="数字键盘")
    pin = gallery.get_by_label("支付密码", exact=True)
    expect(pin).to_have_value("000")
    pad.get_by_role("button", name="7").click()
    pad.get_by_role("button", name="8").click()
    expect(pin).to_have_value("00078")
    assert gallery.locator(".pin").first.locator("i.on").count() == 5
    pad.get_by_role("button", name="退格").click()
    expect(pin).to_have_value("0007")
    pin.press_sequentially("12a3")
    expect(pin).to_have_value("000712")
    pad.get_by_role("button", name="9").click()
    expect(pin).to_have_value("000712")


def test_hidden_amounts_stay_hidden_after_a_reload(gallery: Page) -> None:
    balance = gallery.locator(".bal .money--xl")
    expect(balance).to_be_visible()
    eye = gallery.get_by_role("button", name="隐藏金额")
    with gallery.expect_response("**/appearance"):
        eye.click()
    expect(balance).to_be_hidden()
    expect(eye).to_have_attribute("aria-pressed", "true")
    gallery.reload()
    expect(balance).to_be_hidden()
    assert gallery.locator("html").get_attribute("data-hide") == "1"
    with gallery.expect_response("**/appearance"):
        eye.click()
    gallery.reload()
    expect(balance).to_be_visible()


def test_dark_and_large_are_remembered(gallery: Page) -> None:
    gallery.get_by_role("button", name="显示与语言").click()
    for name in ("深色模式", "大字版"):
        with gallery.expect_response("**/appearance"):
            gallery.get_by_role("button", name=name).click()
    gallery.reload()
    page = gallery.locator("html")
    expect(page).to_have_attribute("data-theme", "dark")
    expect(page).to_have_attribute("data-scale", "elder")


def test_what_is_typed_can_be_shown(gallery: Page) -> None:
    password = gallery.get_by_label("密码（选填）")
    password.fill("correct horse")
    gallery.get_by_role("button", name="显示输入内容").click()
    expect(password).to_have_attribute("type", "text")
    gallery.get_by_role("button", name="显示输入内容").click()
    expect(password).to_have_attribute("type", "password")


def test_copying_says_so(gallery: Page) -> None:
    gallery.context.grant_permissions(["clipboard-read", "clipboard-write"])
    gallery.get_by_role("button", name="转账单号").click()
    expect(gallery.locator("#toasts")).to_have_text("已复制")
    assert gallery.evaluate("navigator.clipboard.readText()") == "trf_01kahr2m8xw4c"


def test_without_a_network_nothing_can_be_paid_and_the_page_says_why(gallery: Page) -> None:
    pay = gallery.get_by_role("button", name="确认付款")
    strip = gallery.locator("#offline")
    gallery.context.set_offline(True)
    expect(strip).to_be_visible()
    expect(strip).to_contain_text(re.compile(r"你看到的是 \d\d:\d\d 的内容"))
    expect(pay).to_be_disabled()
    expect(gallery.get_by_text("没有网络，暂时不能付款。")).to_be_visible()
    gallery.context.set_offline(False)
    expect(strip).to_be_hidden()
    expect(pay).to_be_enabled()
    expect(gallery.get_by_text("没有网络，暂时不能付款。")).to_be_hidden()


def test_a_double_tap_sends_the_form_once(gallery: Page) -> None:
    sent: list[str] = []

    def answer(route: Route) -> None:
        sent.append(route.request.url)
        route.fulfill(status=204)

    gallery.route("**/gallery?*", answer)
    pay = gallery.get_by_role("button", name="确认付款")
    pay.dblclick()
    expect(gallery.locator("button[data-pay] .btn__busy")).to_be_visible()
    expect(gallery.locator("button[data-pay]")).to_be_disabled()
    gallery.locator("button[data-pay]").evaluate("b => b.form.requestSubmit()")
    gallery.wait_for_timeout(200)
    assert len(sent) == 1


@pytest.fixture
def plain_browser(browser: Browser, web_address: str) -> Iterator[Page]:
    """Open the gallery in a browser that runs no script."""
    context = browser.new_context(
        java_script_enabled=False, locale="zh-CN", viewport={"width": PHONE, "height": 844}
    )
    page = context.new_page()
    page.goto(f"{web_address}/gallery")
    yield page
    context.close()


def test_without_script_the_inputs_and_switches_work(plain_browser: Page) -> None:
    expect(plain_browser.get_by_label("支付密码", exact=True)).to_be_visible()
    expect(plain_browser.get_by_role("group", name="数字键盘")).to_be_hidden()
    plain_browser.get_by_role("button", name="显示与语言").click()
    plain_browser.get_by_role("button", name="深色模式").click()
    expect(plain_browser.locator("html")).to_have_attribute("data-theme", "dark")
    assert plain_browser.url.endswith("/gallery")
    plain_browser.get_by_role("button", name="显示与语言").click()
    plain_browser.get_by_role("button", name="English").click()
    expect(plain_browser.get_by_role("heading", name="Gallery")).to_be_visible()


def test_the_installed_app_shows_its_own_page_without_a_network(
    open_page: OpenPage, web_address: str
) -> None:
    page = open_page()
    page.goto(f"{web_address}/guide")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    page.context.set_offline(True)
    page.goto(f"{web_address}/help/codes/")
    expect(page.get_by_role("heading", name="现在没有网络")).to_be_visible()
    stored = page.evaluate(
        "caches.keys().then(n => caches.open(n[0])).then(c => c.keys())"
        ".then(k => k.map(r => new URL(r.url).pathname).filter(p => !p.startsWith('/static/')))"
    )
    assert stored == ["/offline"]
