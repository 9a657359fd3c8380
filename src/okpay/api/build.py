"""Put the API together: routes, hot handlers, life cycle."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any, Final, cast

from litestar import Litestar, Response
from litestar.exceptions import HTTPException, MethodNotAllowedException

from okpay.api.endpoint import AnyRequest, call_of, problem_response
from okpay.api.errors import MethodNotAllowedError, ResourceNotFoundError
from okpay.api.front import App, Front, Hot
from okpay.api.pace import SHARING
from okpay.api.problem import remedy_of
from okpay.api.routes import HANDLERS, endpoints
from okpay.api.threads import POOL
from okpay.kernel.collector import calm
from okpay.payments.errors import UnauthenticatedError

_PLACE: Final = re.compile(r"\{[^}]+\}")
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
        on_startup=[_warm_up, SHARING.start, *_hook(hot, "start")],
        on_shutdown=[*_hook(hot, "stop"), SHARING.stop, POOL.stop],
        logging_config=None,
    )
    routes: Hot = getattr(hot, "ROUTES", {})
    return Front(cast("App", router), routes, methods_of)


def _warm_up() -> None:
    """Load the addresses of the app now, so that the first refusal is not slow."""
    remedy_of(UnauthenticatedError)
    calm()


def _hook(hot: ModuleType | None, name: str) -> Iterator[Any]:
    if hot is not None and hasattr(hot, name):
        yield getattr(hot, name)


def _routing(request: AnyRequest, error: HTTPException) -> Response[bytes]:
    """The router found no such address, or no such method there."""
    call = call_of(request)
    if not isinstance(error, MethodNotAllowedException):
        return problem_response(ResourceNotFoundError(), call)
    response = problem_response(MethodNotAllowedError(), call)
    response.headers["allow"] = ", ".join(methods_of(call.path))
    return response


def methods_of(path: str) -> list[str]:
    """Return the methods that an address knows, in alphabetical order."""
    return sorted(
        endpoint.method
        for endpoint in endpoints()
        if re.fullmatch(_PLACE.sub("[^/]+", endpoint.path), path)
    )


def _fault(request: AnyRequest, error: Exception) -> Response[bytes]:
    return problem_response(error, call_of(request))
