"""Bodies larger than a request usually is: who sends one is known before it is read.

At most `AT_ONCE` of them are in memory; further ones are asked to come again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from io import BytesIO
from typing import Any, Final

from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import QueryDict
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from django.utils.datastructures import MultiValueDict

from okpay.api.auth import authenticate
from okpay.api.calls import Call
from okpay.api.errors import (
    BodyTooLargeError,
    InvalidJsonError,
    InvalidRequestError,
    ServiceBusyError,
)
from okpay.api.threads import POOL
from okpay.kernel import clock

AT_ONCE: Final = 16
PATIENCE: Final = 60.0  # seconds for a body of 2 MB over a slow line
_reading: Final[set[int]] = set()


async def read_large(
    call: Call, receive: Callable[[], Awaitable[Any]], *, scope: str, most: int
) -> bytes:
    """Read a body of at most `most` bytes, from somebody whose token may send it.

    Raises:
        UnauthenticatedError, ScopeMissingError: before a byte of it is kept.
        BodyTooLargeError: more than `most`, declared or sent.
        ServiceBusyError: too many at this moment.
        InvalidJsonError: the client went away, or took longer than `PATIENCE`.
    """
    if call.content_length > most:
        raise BodyTooLargeError(limit=most)
    await POOL.run(lambda: authenticate(call, scope, clock.now()))
    if len(_reading) >= AT_ONCE:
        raise ServiceBusyError
    _reading.add(id(call))
    try:
        async with asyncio.timeout(PATIENCE):
            return await _whole(receive, most)
    except TimeoutError as error:
        raise InvalidJsonError from error
    finally:
        _reading.discard(id(call))


async def _whole(receive: Callable[[], Awaitable[Any]], most: int) -> bytes:
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise InvalidJsonError
        part: bytes = message.get("body", b"")
        size += len(part)
        if size > most:
            raise BodyTooLargeError(limit=most)
        parts.append(part)
        more = message.get("more_body", False)
    return b"".join(parts)


def read_form(call: Call, raw: bytes) -> tuple[bytes, dict[str, str]]:
    """Read a form (RFC 7578) with one file, called `file`, and a few texts.

    Raises:
        InvalidRequestError: another form, no file or several, a name twice.
    """
    meta = {"CONTENT_TYPE": call.content_full.decode("latin-1"), "CONTENT_LENGTH": len(raw)}
    handler = MemoryFileUploadHandler()
    try:
        texts, files = MultiPartParser(meta, BytesIO(raw), [handler], "utf-8").parse()
    except (MultiPartParserError, SuspiciousOperation) as wrong:  # too much is such too
        raise InvalidRequestError(fields=[("", "the form cannot be read")]) from wrong
    return _one_file(files), _once(texts)


def _one_file(files: MultiValueDict[str, Any]) -> bytes:
    found = [file for name in files for file in files.getlist(name)]
    if len(found) != 1 or "file" not in files:
        fields = [("/file", "exactly one file, in the part called `file`")]
        raise InvalidRequestError(param="file", fields=fields)
    data: bytes = found[0].read()
    return data


def _once(texts: QueryDict) -> dict[str, str]:
    if any(len(values) != 1 for _name, values in texts.lists()):
        raise InvalidRequestError(fields=[("", "a part of the form stands twice")])
    return {name: str(texts[name]) for name in texts}
