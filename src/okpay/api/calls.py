"""One call of the API: what its headers say, read once, free of any framework.

Everything here is plain and cheap, because the raw handlers of the hot routes use it too.
"""

from __future__ import annotations

import hashlib
import random
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from okpay.kernel.actor import Actor

VERSION: Final = "2026-11-01"
CALL: Final = "okpay.call"  # where a call stands in the ASGI scope
TOKEN_PREFIX: Final = b"okpay_pat_"
ANONYMOUS: Final = "anonymous"

Headers = list[tuple[bytes, bytes]]
_REQUEST_ID: Final = re.compile(rb"[A-Za-z0-9_-]{8,64}")
_MAX_HEADER: Final = 512


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose token this is and what it may do, as the database said during this very call."""

    person_id: UUID
    token_id: UUID
    scopes: frozenset[str]
    token_made_at: datetime | None = None

    def actor(self) -> Actor:
        """Return the actor that operations ask for."""
        return Actor(
            person_id=self.person_id, kind="person", via="api", token_id=self.token_id,
            token_made_at=self.token_made_at,
        )  # fmt: skip


@dataclass(slots=True)
class Call:
    """One request. `secret` is the bearer token as it came; it is never printed."""

    method: str
    path: str
    address: str
    request_id: str = ""
    language: str = "zh-hans"
    secret: str = field(default="", repr=False)
    key: str = ""
    content_type: bytes = b""
    content_full: bytes = b""
    prefer: bytes = b""
    content_length: int = 0
    version: bytes = b""
    query: bytes = b""
    rate: Headers = field(default_factory=list)
    known: Caller | None = None

    @property
    def digest(self) -> bytes:
        """The SHA-256 of the token, by which the database knows it; empty without one."""
        return hashlib.sha256(self.secret.encode()).digest() if self.secret else b""

    def __str__(self) -> str:
        """Name the call in a log, on one line whatever its address contains."""
        return f"{self.method} {self.path[:200]!a} ({self.request_id})"

    @property
    def caller(self) -> Caller:
        """Who calls; asking on a public endpoint is a mistake of ours."""
        if self.known is None:
            message = "this endpoint did not ask for a token"
            raise PermissionError(message)
        return self.known

    def actor(self) -> Actor:
        """Return the caller as an actor."""
        return self.caller.actor()


def _text(value: bytes) -> str:
    return value.decode("latin-1")


def _set_request_id(call: Call, value: bytes) -> None:
    if _REQUEST_ID.fullmatch(value):
        call.request_id = value.decode("ascii")


def _set_length(call: Call, value: bytes) -> None:
    digits = value.strip()
    call.content_length = int(digits) if digits.isdigit() and len(digits) < 19 else -1  # noqa: PLR2004 — fits 64 bits


def _set_authorization(call: Call, value: bytes) -> None:
    scheme, _, token = value.partition(b" ")
    token = token.strip()
    if scheme.lower() == b"bearer" and token.startswith(TOKEN_PREFIX) and len(token) < _MAX_HEADER:
        call.secret = _text(token)


def _set_key(call: Call, value: bytes) -> None:
    call.key = _text(value)


def _set_language(call: Call, value: bytes) -> None:
    call.language = language_of(value[:_MAX_HEADER])


def _set_content_type(call: Call, value: bytes) -> None:
    call.content_type = value.partition(b";")[0].strip().lower()
    call.content_full = value[:_MAX_HEADER]


def _set_prefer(call: Call, value: bytes) -> None:
    call.prefer = value[:_MAX_HEADER].lower()


def _set_version(call: Call, value: bytes) -> None:
    call.version = value.strip()[:_MAX_HEADER] or b"empty"


_READERS: Final[dict[bytes, Callable[[Call, bytes], None]]] = {
    b"request-id": _set_request_id,
    b"authorization": _set_authorization,
    b"idempotency-key": _set_key,
    b"accept-language": _set_language,
    b"content-type": _set_content_type,
    b"content-length": _set_length,
    b"okpay-version": _set_version,
    b"prefer": _set_prefer,
}


def read_call(scope: dict[str, Any]) -> Call:
    """Read what an ASGI scope says; nothing is checked and nothing is looked up."""
    client = scope.get("client")
    call = Call(
        method=scope["method"],
        path=scope["path"],
        address=client[0] if client else "",
        query=scope.get("query_string", b""),
    )
    for name, value in scope["headers"]:
        reader = _READERS.get(name)
        if reader is not None:
            reader(call, value)
    if not call.request_id:
        call.request_id = _fresh_request_id()
    return call


def _fresh_request_id() -> str:
    """Name a call: 12 hexadecimal digits of milliseconds, 14 of chance; it guards nothing."""
    return f"req_{time.time_ns() // 1_000_000:012x}{random.getrandbits(56):014x}"


@lru_cache(maxsize=512)
def language_of(accepted: bytes) -> str:
    """Choose English or Chinese from an Accept-Language header; Chinese when neither is named."""
    best, weight = "zh-hans", -1
    for part in accepted.decode("latin-1").lower().split(","):
        tag, _, parameter = part.strip().partition(";")
        thousandths = _thousandths(parameter.strip())
        language = {"zh": "zh-hans", "en": "en"}.get(tag.partition("-")[0])
        if language and thousandths > max(weight, 0):
            best, weight = language, thousandths
    return best


def _thousandths(parameter: str) -> int:
    """Read `q=0.8` as 800; what cannot be read counts as 0, absence as 1000."""
    if not parameter:
        return 1000
    found = re.fullmatch(r"q=(?:1(?:\.0{0,3})?|0(?:\.([0-9]{0,3}))?)", parameter, re.ASCII)
    if found is None:
        return 0
    return 1000 if parameter.startswith("q=1") else int((found.group(1) or "0").ljust(3, "0"))


def content_headers(kind: bytes, body: bytes, extra: Iterable[tuple[bytes, bytes]] = ()) -> Headers:
    """Return type and length of a body, and what else is given."""
    length = str(len(body)).encode("ascii")
    return [(b"content-type", kind), (b"content-length", length), *extra]
