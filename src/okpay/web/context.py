"""What every page's shell needs. Lazy: a page that does not show it does not ask for it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from okpay.kernel import clock


def shell(request: HttpRequest) -> dict[str, Any]:
    """Give the shell its appearance, the number of unread messages and the moment of the page."""
    return {
        "look": getattr(request, "look", None),
        "unread": SimpleLazyObject(lambda: _unread(request)),
        "now": clock.now(),
        "sandbox": settings.OKPAY_CLOCK_FILE is not None,
    }


def _unread(request: HttpRequest) -> int:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return 0
    from okpay.notices import queries  # noqa: PLC0415 — only pages with a person ask

    return queries.unread_count(user.pk)
