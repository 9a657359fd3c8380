"""A real Chromium for journeys: phone or desk, Chinese or English, and no silent page errors."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

PHONE, DESK = 390, 1280
HEIGHTS = {PHONE: 844, DESK: 900}
PATIENCE = 30_000  # milliseconds until what a page should show must be there
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
FAILURES = Path(__file__).resolve().parents[2] / "build" / "journeys"
OpenPage = Callable[..., Page]
expect.set_options(timeout=PATIENCE)


def chromium() -> str:
    """Return the path of an installed Chromium.

    Raises:
        pytest.fail.Exception: in one sentence, what to install.
    """
    for name in (os.environ.get("OKPAY_CHROMIUM", ""), "chromium", "chromium-browser"):
        found = shutil.which(name) if name else None
        if found:
            return found
    for name in ("google-chrome-stable", "google-chrome"):
        if found := shutil.which(name):
            return found
    pytest.fail("Install Chromium (Debian: apt-get install chromium) to walk the journeys.")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start one headless Chromium for the run."""
    # Playwright keeps an event loop in this thread, which Django would take for async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def open_page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[OpenPage]:
    """Open pages, each a person of its own: `open_page(locale="en", width=1280)`.

    `inside` is another browser than the one of the run, for what is chosen at its start.

    At the end the test fails if a page threw, or broke the content security policy; after a
    failure the folder `build/journeys` holds a picture of each page.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(
        *, locale: str = "zh-CN", width: int = PHONE, inside: Browser = browser, **options: Any
    ) -> Page:
        context = inside.new_context(
            locale=locale,
            timezone_id="Asia/Shanghai",
            viewport={"width": width, "height": HEIGHTS.get(width, 900)},
            has_touch=width == PHONE,
            **options,
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return _watched(context.new_page(), complaints)

    yield opened
    failed = getattr(request.node, "okpay_failed", False)
    for number, context in enumerate(contexts):
        if failed:
            _photograph(context, f"{request.node.name}-{number}")
        context.close()
    assert failed or complaints == []


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """Open a phone-sized page in Chinese."""
    return open_page()


@pytest.fixture(params=[("zh-CN", PHONE), ("en", DESK)], ids=["zh-390", "en-1280"])
def any_page(open_page: OpenPage, request: pytest.FixtureRequest) -> Page:
    """Run the test twice: Chinese on a phone, English on a desk."""
    locale, width = request.param
    return open_page(locale=locale, width=width)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Remember whether the test itself failed, for the fixtures that clean up after it."""
    report = yield
    if report.when == "call":
        item.okpay_failed = report.failed  # type: ignore[attr-defined]  # reason: read by open_page
    return report


def _watched(page: Page, complaints: list[str]) -> Page:
    def listen(message: ConsoleMessage) -> None:
        # A refused form answers 4xx on purpose, and Chromium reports each as an error.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            complaints.append(f"{page.url}: {message.text}")

    page.on("console", listen)
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    return page


def _photograph(context: BrowserContext, name: str) -> None:
    FAILURES.mkdir(parents=True, exist_ok=True)
    safe = re.sub(r"[^\w.-]+", "_", name)
    for number, page in enumerate(context.pages):
        page.screenshot(path=FAILURES / f"{safe}-{number}.png", full_page=True)
