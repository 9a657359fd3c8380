"""The browser that journeys use: it starts, speaks the language asked for, and reports errors."""

from __future__ import annotations

import pytest

from tests.support.browser import DESK, OpenPage

pytestmark = pytest.mark.no_database


def test_a_page_has_the_language_and_width_asked_for(open_page: OpenPage) -> None:
    page = open_page(locale="en", width=DESK)
    page.set_content("<p>ok</p>")
    assert page.evaluate("[navigator.language, innerWidth]") == ["en", DESK]
