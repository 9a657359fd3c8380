"""Fixtures of the journeys: the ways they are walked, and somebody who reads them."""

from __future__ import annotations

import pytest

from tests.journeys.steps_reading import WAYS, Reader, Way, reader_of
from tests.support.browser import OpenPage
from tests.support.product import LiveProduct


@pytest.fixture(scope="session")
def seen() -> set[str]:
    """Which sights were looked at: each is checked once a run."""
    return set()


@pytest.fixture(params=WAYS, ids=str)
def way(request: pytest.FixtureRequest) -> Way:
    """Walk twice: Chinese on a phone by day, English on a desk by night."""
    found: Way = request.param
    return found


@pytest.fixture
def reader(live_product: LiveProduct, open_page: OpenPage, way: Way, seen: set[str]) -> Reader:
    """Put somebody in front of a browser of their own."""
    return reader_of(live_product, way, open_page, seen)
