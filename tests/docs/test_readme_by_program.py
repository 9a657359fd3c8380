"""The README's way by program, run as it is printed against the running product."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from okpay.cli.town.people import PASSWORD, PEOPLE, PIN
from okpay.identity.rules import Scope
from tests.journeys.walking import codes_sent, show_code
from tests.support.browser import OpenPage
from tests.support.product import LiveProduct

ROOT = Path(__file__).resolve().parents[2]
SCOPES = (Scope.WALLET_READ, Scope.PEOPLE_READ, Scope.TRANSFERS_WRITE)
SECRET = re.compile(r"okpay_pat_[\w-]{43}")


@dataclass(frozen=True)
class Way:
    """A page, whom it signs in, and what they click."""

    page: str
    locale: str
    payer: str
    links: tuple[str, ...]
    button: str


WAYS = (
    Way(
        "README.md",
        "en",
        "Alex Morgan",
        ("Me", "Access for programs", "Make a token"),
        "Make the token",
    ),
    Way("README.zh.md", "zh-CN", "林知夏", ("我的", "开发者", "创建令牌"), "创建令牌"),
)


def _printed(page: str, product: LiveProduct, token: str) -> str:
    """The commands of the page, with this installation's address and a token in its place."""
    text = (ROOT / page).read_text(encoding="utf-8")
    block = re.search(r"```sh\n(export OKPAY_TOKEN=okpay_pat_….*?)```", text, re.DOTALL)
    assert block is not None
    script = block[1].replace("http://localhost:8001", product.api)
    return script.replace("okpay_pat_…", token, 1)


def _make_token(page: Page, product: LiveProduct, way: Way) -> str:
    """Sign in and make a token, by the way that the page tells."""
    web = product.web
    payer = next(one for one in PEOPLE if one.name == way.payer)
    before = codes_sent(product, payer.phone)
    page.goto(f"{web}/signin")
    page.fill("input[name=login]", payer.email)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(f"{web}/signin/second")
    show_code(page, product, payer.phone, before)
    page.wait_for_url(f"{web}/")
    for number, link in enumerate(way.links):
        page.get_by_role("link", name=link, exact=number == 0).click()
    page.fill("input[name=name]", "README")
    for box in page.locator("input[name=scopes]").all():
        box.set_checked(box.get_attribute("value") in set(SCOPES), force=True)
    page.fill("input[name=payment_password]", PIN)
    page.get_by_role("button", name=way.button).click()
    page.wait_for_selector("#secret")
    found = SECRET.search(page.inner_text("#secret"))
    assert found is not None
    return found[0]


def _run(script: str) -> list[dict[str, Any]]:
    if shutil.which("curl") is None:
        pytest.fail("Install curl (Debian: apt-get install curl) to run the README's commands.")
    ran = subprocess.run(
        ["/bin/bash", "-eu", "-c", script], capture_output=True, text=True, check=False, timeout=60
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    return [json.loads(line) for line in ran.stdout.splitlines() if line]


@pytest.mark.parametrize("way", WAYS, ids=[way.page for way in WAYS])
def test_the_main_job_by_program_works_as_printed(
    way: Way, live_product: LiveProduct, open_page: OpenPage
) -> None:
    loaded = live_product.okpay("demo")
    assert loaded.returncode == 0, loaded.stdout + loaded.stderr
    page = open_page(locale=way.locale, width=1280)
    token = _make_token(page, live_product, way)
    script = _printed(way.page, live_product, token)
    who, quote, paid, again, balances, records = _run(script)

    assert (who["name_masked"], who["address_masked"]) == ("周*宁", "x***g@demo.example")
    assert quote["total"] == {"amount": "36.50", "currency": "CNY"}
    assert (paid["status"], paid["amount"]) == ("completed", quote["total"])
    assert again == paid
    cny = next(one for one in balances["data"] if one["currency"] == "CNY")
    assert cny["available"] == paid["balance_after"]
    latest, before, _ = records["data"]
    assert latest["id"] == paid["id"]
    assert before["id"] != paid["id"]
