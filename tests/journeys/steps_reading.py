"""A person who reads one language, clicks what they can read, and looks at every page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils import translation
from playwright.sync_api import expect

from tests.journeys.steps_looking import looks_right
from tests.journeys.walking import Walker
from tests.support.browser import DESK, PHONE

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator

    from tests.support.browser import OpenPage
    from tests.support.product import LiveProduct

COUNTDOWN: Final = re.compile(r"Again in \d+ s|\d+ 秒后可重发")
PART: Final = re.compile(r"%\((\w+)\)[sd]")


@dataclass(frozen=True)
class Way:
    """How a journey is walked: in which language, how wide, by day or by night."""

    language: str
    locale: str
    width: int
    scheme: str

    def __str__(self) -> str:
        """Name it as test ids and pictures do."""
        return f"{self.language}-{self.width}-{self.scheme}"


WAYS: Final = (Way("zh", "zh-CN", PHONE, "light"), Way("en", "en", DESK, "dark"))


@dataclass(frozen=True)
class Reader(Walker):
    """A walker who reads one language, and looks at what they see."""

    way: Way
    open_page: OpenPage
    seen: set[str]

    @property
    def context(self) -> BrowserContext:
        """The browser's own store of cookies."""
        return self.page.context

    @property
    def steady_main(self) -> str:
        """The text of the page's content, without the seconds that it counts down."""
        counted = self.says("Again in {} s").replace("{}", "…")
        return COUNTDOWN.sub(counted, self.main)

    def another_browser(self) -> Reader:
        """Open a second browser of the same kind, which shares nothing with this one."""
        return reader_of(self.product, self.way, self.open_page, self.seen)

    def says(self, msgid: str, context: str = "") -> str:
        """Return a text of the product as this person reads it, with its places still open."""
        with translation.override("en" if self.way.language == "en" else "zh-hans"):
            found = translation.pgettext(context, msgid) if context else translation.gettext(msgid)
        assert found != msgid or self.way.language == "en", f"{msgid!r} is no text of the product"
        return found

    def is_at(self, path: str) -> None:
        """Wait until the wallet shows the page with this path (a pattern)."""
        pattern = re.compile(rf"{re.escape(self.product.web)}{path}(?:[?#].*)?$")
        expect(self.page).to_have_url(pattern)

    def look(self, name: str) -> None:
        """Check the page as it stands, once a run under this name."""
        looks_right(self.page, self.way.language, name=f"{name}-{self.way}", seen=self.seen)

    def fills(self, **values: str) -> None:
        """Type into the fields with these names."""
        for name, value in values.items():
            self.page.fill(f"main [name={name}]", value)

    def sends(self, msgid: str) -> None:
        """Press the button of a form by its words and wait for the answer's page."""
        with self.page.expect_navigation(wait_until="load"):
            self.button(msgid).click()

    def follows(self, msgid: str, context: str = "") -> None:
        """Follow a link by its words and wait for its page."""
        with self.page.expect_navigation(wait_until="load"):
            self.page.get_by_role("link", name=self.says(msgid, context)).first.click()

    def button(self, msgid: str) -> Locator:
        """Find a button of the page by its words."""
        name = self.says(msgid)
        return self.page.locator("main").get_by_role("button", name=name, exact=True).first

    def reads(self, msgid: str, context: str = "", **parts: object) -> None:
        """Wait until a text of the product can be seen; a part not given may be anything."""
        pieces = PART.split(self.says(msgid, context))
        known = [
            re.escape(str(parts[piece]))
            if piece in parts
            else ".+?"
            if at % 2
            else re.escape(piece)
            for at, piece in enumerate(pieces)
        ]
        found = self.page.get_by_text(re.compile("".join(known)))
        expect(found.locator("visible=true").first).to_be_visible()


def reader_of(product: LiveProduct, way: Way, open_page: OpenPage, seen: set[str]) -> Reader:
    """Put somebody in front of a browser of their own."""
    page = open_page(locale=way.locale, width=way.width, color_scheme=way.scheme)
    return Reader(page, product, way, open_page, seen)
