"""The outermost layer: what holds for every call, before any framework sees it.

Request ids, headers, versions, pace, methods, and the last net under every failure. Hot routes are
raw ASGI handlers that are called from here; all else goes to the router.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from ipaddress import ip_address
from typing import Any, Final

from django.conf import settings

from okpay.api.calls import CALL, VERSION, Call, Headers, read_call
from okpay.api.errors import (
    InternalError,
    ResourceNotFoundError,
    VersionNotSupportedError,
)
from okpay.api.problem import problem_bytes
from okpay.api.rates import RATES, Rates
from okpay.kernel.errors import DomainError

log = logging.getLogger(__name__)

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[Any]]
App = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]
Hot = Mapping[tuple[str, str], App]

UNLIMITED: Final = frozenset({"/health/live", "/health/ready"})
NO_POLICY: Final = (
    b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
_FIXED: Final[Headers] = [
    (b"okpay-version", VERSION.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
_DEFAULTS: Final[Headers] = [
    (b"cache-control", b"no-store"),
    (b"content-security-policy", NO_POLICY),
]
_HSTS: Final = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")


class Front:
    """An ASGI application around the router and the hot handlers."""

    def __init__(
        self, router: App, hot: Hot, methods_of: Callable[[str], list[str]], rates: Rates = RATES
    ) -> None:
        """Stand before `router`; `hot` maps method and path to raw handlers."""
        self.router = router
        self.hot = hot
        self.methods_of = methods_of
        self.rates = rates
        self.proxied = settings.OKPAY_PROXIES == 1
        secure = settings.OKPAY_API_URL.startswith("https://")
        self._fixed = [*_FIXED, _HSTS] if secure else _FIXED

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Serve one call; anything but HTTP and the life cycle is turned away."""
        if scope["type"] == "lifespan":
            await self.router(scope, receive, send)
        elif scope["type"] == "http":
            await self._serve(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    async def _serve(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        call = scope[CALL] = read_call(scope)
        if self.proxied:
            call.address = forwarded(scope["headers"]) or call.address
        begun = False

        async def dressed(message: dict[str, Any]) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                message["headers"] = self._headers(call, message["headers"])
            await send(message)

        try:
            self._admit(call)
            if call.method == "OPTIONS":
                await self._options(call, dressed)
                return
            handler = self.hot.get((call.method, call.path), self.router)
            await handler(scope, receive, dressed)
        except DomainError as error:
            await send_problem(dressed, error, call)
        except Exception:
            log.exception("%s failed", call)
            if begun:
                raise
            await send_problem(dressed, InternalError(), call)

    async def _options(self, call: Call, send: Send) -> None:
        """Say which methods an address knows, and nothing to other origins."""
        methods = self.methods_of(call.path)
        if not methods:
            raise ResourceNotFoundError
        await send_bytes(send, 204, [(b"allow", ", ".join(methods).encode())], b"")

    def _admit(self, call: Call) -> None:
        if call.version and call.version != VERSION.encode():
            raise VersionNotSupportedError(version=VERSION)
        if call.path not in UNLIMITED:
            self.rates.admit(call)

    def _headers(self, call: Call, given: Headers) -> Headers:
        headers = [*given, (b"request-id", call.request_id.encode()), *self._fixed, *call.rate]
        names = [name for name, _ in given]
        headers += [pair for pair in _DEFAULTS if pair[0] not in names]
        return headers


def forwarded(headers: Headers) -> str:
    """Return the client's address as the one trusted proxy wrote it, or "" if it wrote none.

    A proxy adds what it saw at the end; whatever stands before that may be the client's invention.
    """
    values = [value for name, value in headers if name == b"x-forwarded-for"]
    last = values[-1].decode("latin-1").rpartition(",")[2].strip() if values else ""
    try:
        return str(ip_address(last))
    except ValueError:
        return ""


async def send_problem(send: Send, error: DomainError, call: Call) -> None:
    """Answer a refusal over plain ASGI."""
    status, headers, body = problem_bytes(error, call.request_id, call.language)
    await send_bytes(send, status, headers, body)


async def send_bytes(send: Send, status: int, headers: Headers, body: bytes) -> None:
    """Answer over plain ASGI; what every answer carries is added on the way out."""
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
