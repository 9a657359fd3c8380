"""An endpoint: documented and run by the same declaration.

A handler is a plain function. It gets the `call`, and by the names of its parameters the decoded
`body`, the decoded `query` and the `id` in its address; it calls one operation or query and
returns a `msgspec.Struct`. It runs in the bounded pool of threads.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, get_type_hints

import msgspec
from django.db import InterfaceError, OperationalError
from django.utils.translation import override
from litestar import Request, Response
from litestar.enums import HttpMethod
from litestar.handlers import HTTPRouteHandler

from okpay.api.auth import authenticate
from okpay.api.body import read_body
from okpay.api.calls import CALL, Call
from okpay.api.errors import InternalError, ServiceBusyError, UnsupportedMediaTypeError
from okpay.api.idempotency import Reply, answer_id, checked_key, fingerprint, kept
from okpay.api.problem import problem_bytes, unknown_bytes
from okpay.api.reading import read_id, read_json, read_query
from okpay.api.threads import POOL
from okpay.api.uploads import read_large
from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from okpay.payments.engine.writer import EngineBusyError
from okpay.payments.errors import OutcomeUnknownError

if TYPE_CHECKING:
    from datetime import datetime

    from django.utils.functional import _StrOrPromise

log = logging.getLogger(__name__)

PUBLIC: Final = "public"
NOTED: Final = frozenset({401, 403, 404})  # what somebody who tries doors would meet
JSON: Final = "application/json"
Method = Literal["GET", "POST", "PATCH", "DELETE"]
Handler = Callable[..., Any]
AnyRequest = Request[Any, Any, Any]
_encode: Final = msgspec.json.Encoder().encode


@dataclass(frozen=True)
class Files:
    """What an endpoint reads beside JSON, and larger: the OpenAPI `content` of its other forms.

    `read` turns bytes into the declared body, whatever their media type is.
    """

    content: dict[str, Any]
    read: Callable[[Call, bytes], msgspec.Struct]
    most: int


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """What one method of one address takes, answers and refuses."""

    method: Method
    path: str
    scope: str
    tag: str
    summary: _StrOrPromise
    handler: Handler
    description: _StrOrPromise = ""
    status: int = 200
    body: type[msgspec.Struct] | None = None
    query: type[msgspec.Struct] | None = None
    answer: Any = None
    prefixes: tuple[str, ...] = ()
    key: Literal["none", "kept", "engine", "own"] = "none"
    refusals: tuple[str, ...] = ()
    media_type: str = JSON
    files: Files | None = None
    later: bool = False  # may answer 202 with the same body, while it goes on

    @property
    def name(self) -> str:
        """The name under which programs know it: the handler's."""
        return self.handler.__name__

    @property
    def needs_key(self) -> bool:
        """Whether an Idempotency-Key must be sent."""
        return self.key != "none"


@dataclass(frozen=True)
class Made:
    """What a handler may return instead of a struct: another status, or an answer given before."""

    answer: msgspec.Struct | None
    status: int
    replayed: bool = False


def endpoint(
    method: Method,
    path: str,
    *,
    scope: str,
    tag: str,
    summary: _StrOrPromise,
    description: _StrOrPromise = "",
    status: int = 200,
    prefixes: tuple[str, ...] = (),
    key: Literal["none", "kept", "engine", "own"] = "none",
    refusals: tuple[str, ...] = (),
    media_type: str = JSON,
    files: Files | None = None,
    later: bool = False,
    answer: Any = None,  # noqa: ANN401 — a struct or a list of one, where it is not what is returned
    body: type[msgspec.Struct] | None = None,  # where `files` reads it into another shape
) -> Callable[[Handler], HTTPRouteHandler]:
    """Declare a handler. `scope` is what the token must carry, or `PUBLIC`."""

    def declare(handler: Handler) -> HTTPRouteHandler:
        hints = get_type_hints(handler)
        declared = Endpoint(
            method=method,
            path=path,
            scope=scope,
            tag=tag,
            summary=summary,
            description=description,
            handler=handler,
            status=status,
            body=body or hints.get("body"),
            query=hints.get("query"),
            answer=answer or _answer_type(hints.get("return")),
            prefixes=prefixes,
            key=key,
            refusals=refusals,
            media_type=media_type,
            files=files,
            later=later,
        )
        return routed(declared, _runner(declared))

    return declare


def routed(declared: Endpoint, run: Callable[..., Any]) -> HTTPRouteHandler:
    """Give an endpoint to the router, with its declaration where the checks look for it."""
    make = HTTPRouteHandler(
        declared.path.replace("{id}", "{id:str}"),
        http_method=HttpMethod(declared.method),
        status_code=200,  # what the reply says counts; the router wants no body with a 204
        include_in_schema=False,
        opt={"scope": declared.scope, "endpoint": declared},
    )
    return make(run)


def _answer_type(hint: Any) -> Any:  # noqa: ANN401 — any annotation
    return None if hint in {None, type(None), Made, Reply} else hint


def call_of(request: AnyRequest) -> Call:
    """Return the call that the outermost layer has read."""
    call: Call = request.scope[CALL]  # type: ignore[typeddict-item]  # our own key
    return call


def _runner(declared: Endpoint) -> Callable[[AnyRequest], Any]:
    async def run(request: AnyRequest) -> Response[bytes]:
        call = call_of(request)
        try:
            raw = await _body_of(declared, call, request)
            reply = await POOL.run(lambda: reply_to(declared, call, raw, request.path_params))
        except Exception as error:  # noqa: BLE001 — every failure becomes a documented answer
            return problem_response(error, call)
        return _response(reply)

    return run


async def _body_of(declared: Endpoint, call: Call, request: AnyRequest) -> bytes:
    if declared.body is None:
        return b""
    if declared.files is None:
        return await read_body(call, request.receive)
    most = declared.files.most
    return await read_large(call, request.receive, scope=declared.scope, most=most)


def _response(reply: Reply) -> Response[bytes]:
    headers = dict(reply.headers)
    if reply.replayed:
        headers["idempotent-replayed"] = "true"
    return Response(
        reply.body or None,  # type: ignore[arg-type]  # an empty answer has no content at all
        status_code=reply.status,
        media_type=reply.kind,
        headers=headers,
    )


def problem_response(error: BaseException, call: Call) -> Response[bytes]:
    """Turn any failure into a problem; what is not a refusal is logged and shown as our fault.

    An outcome that is not known yet is neither, and has an answer of its own.
    """
    if isinstance(error, OutcomeUnknownError):
        return _response(Reply.of(*unknown_bytes(call.request_id, call.language)))
    refusal = known(error, call)
    if refusal.status in NOTED:
        who = call.known.token_id if call.known else "none"
        log.info("%s refused: %s, token %s", call, refusal.code, who)
    return _response(Reply.of(*problem_bytes(refusal, call.request_id, call.language)))


def known(error: BaseException, call: Call) -> DomainError:
    """Return a refusal as it is, a lost database as busy, and everything else as our fault."""
    if isinstance(error, DomainError):
        return error
    if isinstance(error, EngineBusyError):
        return ServiceBusyError()
    if isinstance(error, OperationalError | InterfaceError):
        log.warning("%s: the database is away", call)
        return ServiceBusyError()
    log.error("%s failed", call, exc_info=error)
    return InternalError()


def reply_to(declared: Endpoint, call: Call, raw: bytes, places: Mapping[str, str]) -> Reply:
    """Do everything that an endpoint does, in a thread: token, form, key, operation, answer.

    Raises:
        DomainError: the refusal to tell.
    """
    now = clock.now()
    with override(call.language):
        return _answered(declared, call, raw, places, now)


def _answered(
    declared: Endpoint, call: Call, raw: bytes, places: Mapping[str, str], now: datetime
) -> Reply:
    if declared.scope != PUBLIC:
        call.known = authenticate(call, declared.scope, now)
    values = _values(declared, call, raw, places)
    key = checked_key(call) if declared.needs_key else ""
    if declared.key != "kept":
        return _done(declared, values)
    print_ = fingerprint(values.get("body"), places.get("id", ""))
    endpoint_name = f"{declared.method} {declared.path}"
    return _kept(declared, call, values, now, (endpoint_name, key, print_))


def _kept(
    declared: Endpoint,
    call: Call,
    values: dict[str, Any],
    now: datetime,
    wish: tuple[str, str, Any],
) -> Reply:
    name, key, print_ = wish

    def work() -> Reply:
        try:
            return _done(declared, values)
        except DomainError as error:
            return Reply.of(*problem_bytes(error, call.request_id, call.language))

    return kept(answer_id(call.caller.person_id, name, key), print_, now, work)


def _values(
    declared: Endpoint, call: Call, raw: bytes, places: Mapping[str, str]
) -> dict[str, Any]:
    """Decode what the handler asks for by the names of its parameters."""
    values: dict[str, Any] = {**places, "call": call}
    if "id" in places:
        values["id"] = read_id(places["id"], *declared.prefixes)
    if declared.body is not None and declared.files is not None:
        values["body"] = declared.files.read(call, raw)
    elif declared.body is not None:
        if call.content_type != JSON.encode():
            raise UnsupportedMediaTypeError
        values["body"] = read_json(raw, declared.body)
    query = read_query(call.query, declared.query or _NoQuery)
    if declared.query is not None:
        values["query"] = query
    wanted = inspect.signature(declared.handler).parameters
    return {name: value for name, value in values.items() if name in wanted}


class _NoQuery(msgspec.Struct, forbid_unknown_fields=True):
    """An address that takes no parameters."""


def _done(declared: Endpoint, values: dict[str, Any]) -> Reply:
    made = declared.handler(**values)
    if isinstance(made, Reply):
        return made
    if not isinstance(made, Made):
        made = Made(made, declared.status)
    body = b"" if made.answer is None else _encode(made.answer)
    return Reply(made.status, JSON, body, made.replayed)
