"""The person behind a token."""

from __future__ import annotations

from datetime import datetime

import msgspec


class TokenShown(msgspec.Struct):
    """The token that this very call came with."""

    id: str
    name: str
    scopes: list[str]
    expires_at: datetime


class Me(msgspec.Struct):
    """Whose wallet this is."""

    id: str
    name: str
    email: str
    phone: str
    language: str
    region: str
    level: int
    frozen: bool
    created_at: datetime
    token: TokenShown


class Health(msgspec.Struct):
    """Whether this process can serve."""

    status: str


class Code(msgspec.Struct):
    """One refusal of the catalogue. Places like `%(limit)s` are filled when it happens."""

    code: str
    status: int
    title: str
    detail: str
    cause: str
    remedy: str
    doc_url: str


class Codes(msgspec.Struct):
    """Every code that this installation can answer, in alphabetical order."""

    data: list[Code]
