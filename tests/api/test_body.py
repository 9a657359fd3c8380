"""How much of a body is read, and when there is no more to wait for."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from okpay.api.body import read_body
from okpay.api.calls import Call
from okpay.api.errors import BodyTooLargeError, InvalidJsonError
from okpay.api.reading import MAX_BODY


class Line:
    """A connection that delivers these parts, each with `more_body`, and counts the asking."""

    def __init__(self, *parts: bytes, last: bytes | None = b"") -> None:
        self.asked = 0
        self._messages = self._all(parts, last)

    @staticmethod
    def _all(parts: tuple[bytes, ...], last: bytes | None) -> Iterator[dict[str, Any]]:
        for part in parts:
            yield {"type": "http.request", "body": part, "more_body": True}
        if last is None:
            yield {"type": "http.disconnect"}
        yield {"type": "http.request", "body": last or b"", "more_body": False}

    async def receive(self) -> dict[str, Any]:
        self.asked += 1
        return next(self._messages)


def _read(line: Line, length: int) -> bytes:
    call = Call("POST", "/v1/transfers", "127.0.0.1", content_length=length)
    return asyncio.run(read_body(call, line.receive))


def test_what_came_whole_is_not_waited_for_again() -> None:
    line = Line(b'{"a":1}')
    assert (_read(line, 7), line.asked) == (b'{"a":1}', 1)


@pytest.mark.parametrize("length", [0, 7, 9], ids=["undeclared", "right", "wrong"])
def test_what_comes_in_parts_is_read_to_its_end(length: int) -> None:
    line = Line(b'{"a":1', b"}")
    assert (_read(line, length), line.asked) == (b'{"a":1}', 3)


def test_nothing_is_read_beyond_the_declared_length() -> None:
    line = Line(b'{"a":1}', b'{"b":2}')
    assert (_read(line, 7), line.asked) == (b'{"a":1}', 1)


def test_an_empty_body_of_no_declared_length_is_empty() -> None:
    assert _read(Line(), 0) == b""


def test_who_goes_away_in_the_middle_sent_nothing_that_can_be_read() -> None:
    with pytest.raises(InvalidJsonError):
        _read(Line(b'{"a":', last=None), 7)


@pytest.mark.parametrize("length", [0, MAX_BODY + 1], ids=["undeclared", "declared"])
def test_a_body_over_the_limit_is_refused(length: int) -> None:
    line = Line(b"x" * MAX_BODY, b"x")
    with pytest.raises(BodyTooLargeError):
        _read(line, length)
    assert line.asked == (0 if length else 2)


def test_a_first_part_that_is_empty_is_no_end() -> None:
    assert _read(Line(b"", b'{"a":1}'), 0) == b'{"a":1}'
