"""Browsers without a screen, mailboxes and phones for the tests of signing in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.test import Client, override_settings

from tests.identity.conftest import (  # noqa: F401 — fixtures of the room below
    PASSWORD,
    actor_of,
    enrol,
    fresh_email,
    fresh_phone,
    news,
    now,
    texts,
)


@pytest.fixture(autouse=True)
def mailbox() -> Iterator[list[Any]]:
    """Keep mails in memory, and forget the library's counters of addresses."""
    from django.conf import settings
    from django.core.cache import cache

    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    cache.clear()
    backend = "django.core.mail.backends.locmem.EmailBackend"
    with override_settings(EMAIL_BACKEND=backend):
        mail.outbox = []
        yield mail.outbox


@pytest.fixture
def browser() -> Callable[[], Client]:
    """Open another browser: its own cookies, CSRF checked like in earnest."""
    return lambda: Client(HTTP_ACCEPT_LANGUAGE="en", HTTP_USER_AGENT="Firefox on Linux")


def link_in(message: Any) -> str:
    """Return the path of the link in a mail."""
    found = re.search(r"https?://\S+", message.body)
    assert found is not None
    return urlsplit(found.group()).path


def code_in(sent: list[tuple[str, str, str]]) -> str:
    """Return the code of the latest text message."""
    found = re.search(r"\b\d{6}\b", sent[-1][1])
    assert found is not None
    return found.group()


def sign_up(client: Client, **changes: str) -> Any:
    """Fill in the registration form."""
    form = {
        "name": "Lin Yue",
        "region": "CN",
        "phone": fresh_phone(),
        "email": fresh_email(),
        "password1": PASSWORD,
        "adult": "on",
        **changes,
    }
    return client.post("/signup", form), form


def sign_in(client: Client, alias: str, password: str = PASSWORD) -> Any:
    """Fill in the sign-in form."""
    return client.post("/signin", {"login": alias, "password": password})


def signed_in(client: Client) -> bool:
    """Whether this browser is signed in."""
    return client.get("/me").status_code == 200
