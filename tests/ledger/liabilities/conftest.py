"""A small world that Django reads too, and a clock that can be set ahead."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.payments.conftest import world

if TYPE_CHECKING:
    from tests.ledger.liabilities.town import Town
    from tests.payments.world import World

__all__ = ["ledger", "town", "world"]


@pytest.fixture
def ledger(world: World) -> Iterator[World]:
    """Turn Django's eyes to the world's book."""
    from tests.ledger.liabilities.town import django_on

    with django_on(world.url):
        yield world


@pytest.fixture
def town(ledger: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Town:
    """A town whose clock can be set ahead; it goes on from the newest publication."""
    from django.conf import settings

    from tests.ledger.liabilities.town import Town

    monkeypatch.setattr(settings, "OKPAY_CLOCK_FILE", tmp_path / "clock.offset")
    return Town(ledger, tmp_path / "clock.offset")
