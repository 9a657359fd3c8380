"""A transfer that is being prepared: kept in the session, so that no alias stands in an address.

A draft knows what was typed and which intent was confirmed; whether money moved is known only by
the book, and is asked there.
"""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from django.http import Http404, HttpRequest

MOST: Final = 8  # drafts kept per session; the oldest goes first
_KEY: Final = "transfer_drafts"


@dataclass(slots=True)
class Draft:
    """What was typed so far. `payee` is an e-mail, a phone number or a `cus_…` id."""

    id: str
    payee: str
    currency: str = "CNY"
    amount: str = ""
    memo: str = ""
    request_id: str = ""
    intent: str = ""
    record: str = ""
    refusal: dict[str, Any] = field(default_factory=dict)


def start(request: HttpRequest, payee: str, **typed: Any) -> Draft:
    """Begin a draft and keep it."""
    draft = Draft(id=secrets.token_urlsafe(9), payee=payee, **typed)
    keep(request, draft)
    return draft


def keep(request: HttpRequest, draft: Draft) -> None:
    """Write the draft back; the oldest ones make room."""
    kept = dict(request.session.get(_KEY, {}))
    kept.pop(draft.id, None)
    kept[draft.id] = asdict(draft)
    request.session[_KEY] = dict(list(kept.items())[-MOST:])


def find(request: HttpRequest, draft_id: str) -> Draft:
    """Return a draft of this session; Http404 when it is another's, or long gone."""
    kept = request.session.get(_KEY, {}).get(draft_id)
    if kept is None:
        raise Http404
    return Draft(**kept)
