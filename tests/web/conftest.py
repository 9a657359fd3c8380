"""The web face alone, served over HTTP without a database: what needs none must not ask for one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.serving import served


@pytest.fixture(scope="session")
def web_address() -> Iterator[str]:
    """Serve the web application and return its address."""
    with served() as address:
        yield address
