"""The box as an ASGI application: `granian --interface asgi okpay.sandbox.app:app`."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, Final

from litestar import Litestar, Request, Response
from litestar.exceptions import HTTPException
from litestar.logging import LoggingConfig

from okpay.config.env import ENV
from okpay.sandbox import deliveries
from okpay.sandbox.pages import page
from okpay.sandbox.routes import acquirer_api, boxes, card_page, home, verifier_api

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

MAX_BODY: Final = 1_000_000
HEADERS: Final = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
}


@contextlib.asynccontextmanager
async def sender(_: Litestar) -> AsyncIterator[None]:
    """Send webhooks for as long as the box runs."""
    task = asyncio.create_task(deliveries.run())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def headers(response: Response[Any]) -> Response[Any]:
    """Add what every answer carries; nothing of the box is kept by a browser or a proxy."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("cache-control", "no-store")
    return response


def refused(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """Answer people with a page and programs with JSON; never echo what was sent."""
    if "/v1/" in request.url.path or "text/html" not in request.headers.get("accept", ""):
        body = {"status": error.status_code, "detail": error.detail}
        return Response(body, status_code=error.status_code)
    return page(request, "refused.html", status=error.status_code, tab="", code=error.status_code)


def build() -> Litestar:
    """Put the box together.

    Raises:
        RuntimeError: in production, where there is no box.
    """
    if ENV.production:
        message = "the sandbox does not run in production"
        raise RuntimeError(message)
    return Litestar(
        route_handlers=[
            *(home.ROUTER, boxes.ROUTER, acquirer_api.ROUTER, card_page.ROUTER),
            verifier_api.ROUTER,
        ],
        lifespan=[sender],
        after_request=headers,
        exception_handlers={HTTPException: refused},
        request_max_body_size=MAX_BODY,
        openapi_config=None,
        logging_config=LoggingConfig(log_exceptions="always"),
        debug=False,
    )


app = build()
