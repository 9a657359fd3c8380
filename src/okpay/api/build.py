"""Put the API together: routes, hot handlers, life cycle."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any, cast

from litestar import Litestar, Response
from litestar.exceptions import HTTPException, MethodNotAllowedException

from okpay.api.endpoint import AnyRequest, call_of, problem_response
from okpay.api.errors import MethodNotAllowedError, ResourceNotFoundError
from okpay.api.front import App, Front, Hot
from okpay.api.routes import HANDLERS
from okpay.api.threads import POOL

HOT: str = "okpay.api.hot"


def build() -> Front:
    """Return the whole application.

    `okpay.api.hot`, where it is there, names its raw handlers in `ROUTES` (method and path to an
    ASGI application) and may have `start()` and `stop()`.
    """
    hot = import_module(HOT) if find_spec(HOT) else None
    router = Litestar(
        route_handlers=[*HANDLERS],
        openapi_config=None,
        exception_handlers={HTTPException: _routing, Exception: _fault},
        on_startup=[*_hook(hot, "start")],
        on_shutdown=[*_hook(hot, "stop"), POOL.stop],
        logging_config=None,
    )
    routes: Hot = getattr(hot, "ROUTES", {})
    return Front(cast("App", router), routes)


def _hook(hot: ModuleType | None, name: str) -> Iterator[Any]:
    if hot is not None and hasattr(hot, name):
        yield getattr(hot, name)


def _routing(request: AnyRequest, error: HTTPException) -> Response[bytes]:
    """The router found no such address, or no such method there."""
    if not isinstance(error, MethodNotAllowedException):
        return problem_response(ResourceNotFoundError(), call_of(request))
    response = problem_response(MethodNotAllowedError(), call_of(request))
    names = {*(error.headers or {}).get("allow", "").split(", ")} - {"OPTIONS", "HEAD", ""}
    response.headers["allow"] = ", ".join(sorted(names))
    return response


def _fault(request: AnyRequest, error: Exception) -> Response[bytes]:
    return problem_response(error, call_of(request))
