"""Staff for the tests of the console."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from tests.console.kit import Worker, hire, staff_client
from tests.support.people import MakePerson


@pytest.fixture(autouse=True)
def _static_files(database: str) -> None:
    from django.conf import settings
    from django.core.cache import cache

    assert database
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    cache.clear()


@pytest.fixture
def worker(make_person: MakePerson) -> Callable[..., Worker]:
    """Hire somebody: `worker("risk", name="陆景行")`."""
    return lambda *roles, **options: hire(make_person, *roles, **options)


@pytest.fixture
def support(make_person: MakePerson) -> Worker:
    """Somebody of support."""
    return hire(make_person, "support")


@pytest.fixture
def desk(support: Worker) -> Client:
    """The console as somebody of support has it open."""
    return staff_client(support)
