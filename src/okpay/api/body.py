"""Read a body with a limit, whatever its headers say."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

from okpay.api.calls import Call
from okpay.api.errors import BodyTooLargeError, InvalidJsonError
from okpay.api.reading import MAX_BODY

Receive = Callable[[], Awaitable[Any]]
PATIENCE: Final = 10.0  # seconds for a body of at most 16 kB


async def read_body(call: Call, receive: Receive) -> bytes:
    """Read the whole body of a request.

    Raises:
        BodyTooLargeError: more than `MAX_BODY` bytes, declared or sent.
        InvalidJsonError: the client went away, or took longer than `PATIENCE`.
    """
    if call.content_length > MAX_BODY:
        raise BodyTooLargeError(limit=MAX_BODY)
    message = await receive()
    body: bytes = message.get("body", b"")
    # Nearly always all of it; the server says "more" even so, and to hear that there is none costs
    # a tenth of the whole call.
    if (body and len(body) == call.content_length) or not message.get("more_body", False):
        return _checked(body)
    try:
        async with asyncio.timeout(PATIENCE):
            return await _whole(body, receive)
    except TimeoutError as error:
        raise InvalidJsonError from error


async def _whole(body: bytes, receive: Receive) -> bytes:
    more = True
    while more and len(body) <= MAX_BODY:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise InvalidJsonError
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return _checked(body)


def _checked(body: bytes) -> bytes:
    if len(body) > MAX_BODY:
        raise BodyTooLargeError(limit=MAX_BODY)
    return body
