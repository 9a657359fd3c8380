"""Take pictures of pages as a demo person sees them, to be looked at before a release.

python -m tools.shots http://localhost:8000 build/shots --who wang@example.com --password …
"""

from __future__ import annotations

import argparse
import itertools
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.support.browser import DESK, FLAGS, HEIGHTS, PHONE, chromium

PUBLIC = ("/gallery", "/guide", "/help/codes/", "/offline", "/no-such-page", "/signin", "/signup")
PERSONAL = ("/", "/records", "/transfer", "/topup", "/payees", "/requests", "/messages", "/me")


@dataclass(frozen=True)
class Variant:
    """One way to look at a page."""

    width: int
    language: str
    theme: str
    scale: str = ""

    @property
    def name(self) -> str:
        """The end of a picture's file name."""
        parts = (str(self.width), self.language[:2], self.theme, self.scale)
        return "-".join(part for part in parts if part)


def variants(*, elder: bool) -> Iterator[Variant]:
    """Give every width, language and theme; with `elder`, large text on a phone too."""
    for width, language, theme in itertools.product(
        (PHONE, DESK), ("zh-hans", "en"), ("light", "dark")
    ):
        yield Variant(width, language, theme)
    if elder:
        yield Variant(PHONE, "zh-hans", "light", "elder")


def _context(browser: Browser, base: str, variant: Variant) -> BrowserContext:
    context = browser.new_context(
        viewport={"width": variant.width, "height": HEIGHTS[variant.width]},
        timezone_id="Asia/Shanghai",
        service_workers="block",
    )
    chosen = {"language": variant.language, "theme": variant.theme, "scale": variant.scale}
    for name, value in chosen.items():
        if value:
            context.add_cookies([{"name": f"okpay_{name}", "value": value, "url": base}])
    return context


def sign_in(page: Page, base: str, who: str, password: str) -> None:
    """Sign a demo person in by the form that everyone uses."""
    page.goto(f"{base}/signin")
    page.fill("input[name=login]", who)
    page.fill("input[name=password]", password)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda url: not url.endswith("/signin"))
    if page.url.endswith("/signin/second"):
        _show_code(page)
    page.wait_for_url(lambda url: "/signin" not in url)


def _show_code(page: Page) -> None:
    """Type the code that a sign-in on a new browser asks for, as the sandbox's box shows it."""
    box = page.locator("main a[target=_blank]").get_attribute("href")
    found = None
    while found is None:
        page.wait_for_timeout(500)
        newest = page.request.get(f"{box}/v1/messages?limit=1").json()["data"]
        found = re.search(r"\b\d{6}\b", newest[0]["text"]) if newest else None
    page.fill("[name=code]", found[0])
    page.keyboard.press("Enter")


def _file_name(path: str, variant: Variant) -> str:
    return f"{path.strip('/').replace('/', '_') or 'home'}-{variant.name}.png"


def photograph(browser: Browser, wanted: argparse.Namespace) -> int:
    """Take every picture that is wanted; return how many pages were wider than the screen."""
    wide = 0
    for variant in variants(elder=wanted.elder):
        context = _context(browser, wanted.base, variant)
        page = context.new_page()
        if wanted.who:
            sign_in(page, wanted.base, wanted.who, wanted.password)
        for path in wanted.pages or (PERSONAL if wanted.who else PUBLIC):
            page.goto(wanted.base + path)
            page.screenshot(path=wanted.out / _file_name(path, variant), full_page=True)
            if page.evaluate("document.documentElement.scrollWidth") > variant.width:
                print(f"wider than the screen: {path} {variant.name}")
                wide += 1
        context.close()
    return wide


def main(arguments: list[str] | None = None) -> int:
    """Run the tool; 1 when a page was wider than its screen."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("base", help="address of the running web process")
    parser.add_argument("out", type=Path, help="folder for the pictures")
    parser.add_argument("pages", nargs="*", help="paths; default: the main pages")
    parser.add_argument("--who", default="", help="e-mail or phone of a demo person")
    parser.add_argument("--password", default="")
    parser.add_argument("--elder", action="store_true", help="also large text")
    wanted = parser.parse_intermixed_args(arguments)
    wanted.base = wanted.base.rstrip("/")
    wanted.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), args=FLAGS)
        wide = photograph(browser, wanted)
        browser.close()
    return 1 if wide else 0


if __name__ == "__main__":
    sys.exit(main())
