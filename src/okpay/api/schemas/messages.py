"""The message centre."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from django.utils.translation import gettext_noop

from okpay.api.pages import DEFAULT, Limit, Place


class MessageQuery(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Which messages to read."""

    limit: Limit = DEFAULT
    cursor: Place | None = None
    starting_after: Place | None = None
    category: (
        Annotated[
            Literal["transactions", "security", "service", "promotions"],
            msgspec.Meta(description=gettext_noop("Only messages of this category.")),
        ]
        | None
    ) = None


class MessageShown(msgspec.Struct):
    """One message, in the caller's language."""

    id: str
    code: str
    category: str
    title: str
    body: str
    created_at: datetime
    read: bool
