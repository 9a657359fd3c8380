"""O2 and O10 in a real browser, Chinese and English, with the keyboard where there is one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import translation
from django.utils.translation import gettext, pgettext
from playwright.sync_api import Page, expect

from okpay.kernel import clock
from okpay.kernel.ids import encode
from okpay.kernel.models import AuditRow
from okpay.kyc.models import Case, Remark
from tests.console.kit import hire, staff_client
from tests.kyc.kit import applicant_of
from tests.support.browser import DESK, PHONE, OpenPage
from tests.support.people import MakePerson, Somebody
from tests.support.serving import served

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def console_address(database: str) -> Iterator[str]:
    """Serve the web application over the database of the tests."""
    assert database
    with served() as address:
        yield address


@pytest.fixture(params=[("zh-CN", PHONE), ("en", DESK)], ids=["zh-390", "en-1280"])
def at_desk(
    request: pytest.FixtureRequest,
    open_page: OpenPage,
    console_address: str,
    make_person: MakePerson,
) -> Iterator[Page]:
    """A reviewer at the console, and the words of their language."""
    locale, width = request.param
    client = staff_client(hire(make_person, "kyc", name="沈一鸣"), locale)
    page = open_page(locale=locale, width=width, base_url=console_address)
    names = {name: kept.value for name, kept in client.cookies.items()}
    cookies = [
        {"name": name, "value": kept, "url": console_address} for name, kept in names.items()
    ]
    page.context.add_cookies(cookies)  # type: ignore[arg-type]  # the driver's own typed dict
    with translation.override("en" if locale == "en" else "zh-hans"):
        yield page


def is_sound(page: Page) -> None:
    """No accessibility fault, and nothing wider than the window."""
    faults = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"]})
    assert faults.violations_count == 0, faults.generate_report()
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_o2_o10_a_case_is_sent_back_and_a_mask_is_lifted(
    at_desk: Page, make_person: MakePerson
) -> None:
    page, now = at_desk, clock.now()
    somebody = make_person("林知夏", level=0)
    case = applicant_of(somebody).sent(now)
    Case.objects.filter(id=case.id).update(queued_at=now - timedelta(days=4_000))

    page.goto("/console/kyc")
    expect(page.locator(".sla--over").first).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/console/kyc/{encode('kyc', case.id)}")
    page.get_by_role("button", name=gettext("Take this case")).click()
    picture = page.locator("[data-viewer] img").first
    expect(picture).to_be_visible()
    page.wait_for_function("document.querySelector('[data-viewer] img').naturalWidth > 0")
    page.get_by_role("button", name=gettext("Larger")).first.click()
    page.get_by_role("button", name=gettext("Turn")).first.click()
    expect(picture).to_have_class("pic pic--2 pic--r90")
    is_sound(page)
    page.locator("summary", has_text=gettext("Send back, by field")).click()
    page.locator("#is-back").select_option("glare")
    page.get_by_role("button", name=pgettext("kyc", "Send back"), exact=True).click()
    page.wait_for_url("**/console/kyc")
    expect(page.get_by_role("status").first).to_be_visible()
    assert list(Remark.objects.filter(case=case).values_list("field", "code")) == [
        ("back", "glare")
    ]

    _lifts_a_mask(page, somebody)


def _lifts_a_mask(page: Page, somebody: Somebody) -> None:
    page.goto("/console/customers")
    page.locator("#q").fill(somebody.email)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/console/customers/{encode('cus', somebody.id)}")
    assert somebody.phone not in page.content()
    page.locator("#unmask > summary").click()
    page.locator("#unmask input[value=phone]").check(force=True)
    page.locator("#unmask input[value=caller]").check()
    page.clock.install()
    page.get_by_role("button", name=gettext("Show it for a minute")).click()
    expect(page.locator("[data-value]")).to_have_text(somebody.phone)
    is_sound(page)
    page.clock.fast_forward(61_000)
    expect(page.locator("[data-shown]")).to_be_hidden()
    assert somebody.phone not in page.content()
    row = AuditRow.objects.get(
        subject=encode("cus", somebody.id), action="console.customer.unmasked"
    )
    assert (row.data["field"], row.data["why"]) == ("phone", "caller")
