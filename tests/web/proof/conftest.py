"""The pages over a town of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from tests.ledger.liabilities.conftest import ledger, town, world

if TYPE_CHECKING:
    from django.test import Client

    from tests.ledger.liabilities.town import Town

__all__ = ["ledger", "stranger", "town", "visitor", "world"]
Visitor = Callable[[UUID], "Client"]


@pytest.fixture
def stranger(town: Town) -> Client:
    """Somebody who is not signed in, reading English."""
    from django.conf import settings
    from django.test import Client

    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def visitor(stranger: Client) -> Visitor:
    """Sign somebody of the town in, reading English."""
    from okpay.identity.models import Person

    def come(person: UUID) -> Client:
        client = type(stranger)(headers={"accept-language": "en"})
        client.force_login(Person.objects.get(id=person), "okpay.identity.backend.PersonBackend")
        client.cookies["okpay_language"] = "en"
        return client

    return come
