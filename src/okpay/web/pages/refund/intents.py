"""Which return was confirmed last for a payment: signed texts, kept in the session."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest

MOST: Final = 8  # payments kept per session; the oldest goes first
_KEY: Final = "refund_intents"


def keep(request: HttpRequest, public_id: str, token: str) -> None:
    """Keep what is to be confirmed for a payment."""
    kept = dict(request.session.get(_KEY, {}))
    kept.pop(public_id, None)
    kept[public_id] = token
    request.session[_KEY] = dict(list(kept.items())[-MOST:])


def find(request: HttpRequest, public_id: str) -> str:
    """Return what is to be confirmed, or ""."""
    return str(request.session.get(_KEY, {}).get(public_id, ""))
