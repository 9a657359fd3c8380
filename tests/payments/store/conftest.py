"""Every test of this folder runs over every store."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.payments.store.places import Place


@pytest.fixture(scope="module", params=["postgres", "memory"])
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """A fresh book for each module."""
    from tests.payments.store.places import MemoryPlace, PostgresPlace

    made: Place
    if request.param == "postgres":
        made = PostgresPlace(request.getfixturevalue("world"))
    else:
        made = MemoryPlace()
    yield made
    made.close()
