"""Browsers without a screen, mailboxes and phones for the tests of signing in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.test import Client, override_settings

from tests.identity.conftest import actor_of, enrol, news, now, texts  # noqa: F401 — fixtures


@pytest.fixture(autouse=True)
def mailbox() -> Iterator[list[Any]]:
    """Keep mails in memory, and forget what was counted for the address of all tests."""
    from django.conf import settings
    from django.core.cache import cache

    from okpay.identity.models import OneTimeCode

    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    cache.clear()
    OneTimeCode.objects.filter(address="127.0.0.1").update(address=None)
    backend = "django.core.mail.backends.locmem.EmailBackend"
    with override_settings(EMAIL_BACKEND=backend):
        mail.outbox = []
        yield mail.outbox


@pytest.fixture
def browser() -> Callable[[], Client]:
    """Open another browser: its own cookies, CSRF checked like in earnest."""
    return lambda: Client(HTTP_ACCEPT_LANGUAGE="en", HTTP_USER_AGENT="Firefox on Linux")
