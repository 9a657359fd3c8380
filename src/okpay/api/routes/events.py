"""The state of a transfer as it changes, over server-sent events."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import msgspec
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from litestar import Response
from litestar.response import Stream

from okpay.api.auth import authenticate
from okpay.api.calls import Call
from okpay.api.endpoint import AnyRequest, Endpoint, call_of, problem_response, routed
from okpay.api.errors import ServiceBusyError
from okpay.api.reading import read_id
from okpay.api.schemas.transfers import TransferShown
from okpay.api.threads import POOL
from okpay.api.transfers import transfer_of
from okpay.identity.rules import Scope
from okpay.kernel import clock
from okpay.kernel.errors import DomainError

MOST: Final = 100  # streams of this process
MOST_FOR_ONE: Final = 5  # streams of one person
LONGEST: Final = 120  # seconds; the client comes back by itself
LOOK: Final = 1.0  # seconds between two looks
BEAT: Final = 15.0  # seconds between two signs of life
_encode: Final = msgspec.json.Encoder().encode


@dataclass
class Streams:
    """How many streams are open, and whose."""

    people: dict[UUID, int] = field(default_factory=dict)

    def enter(self, person_id: UUID) -> None:
        """Count a stream in, or refuse one more than the limits.

        Raises:
            ServiceBusyError: too many of this process or person.
        """
        mine = self.people.get(person_id, 0)
        if mine >= MOST_FOR_ONE or sum(self.people.values()) >= MOST:
            raise ServiceBusyError
        self.people[person_id] = mine + 1

    def leave(self, person_id: UUID) -> None:
        """Count a stream out."""
        left = self.people.pop(person_id, 1) - 1
        if left:
            self.people[person_id] = left


OPEN: Final = Streams()


def watch_transfer(call: Call, record_id: UUID) -> TransferShown:
    """Return the transfer now; the token is asked for again at every look."""
    call.known = authenticate(call, Scope.TRANSFERS_READ, clock.now())
    with override(call.language):
        return transfer_of(call.caller.person_id, record_id)


def event_of(transfer: TransferShown) -> bytes:
    """Write one event; its id is the state, so a client knows what it has seen."""
    name = f"transfer.{transfer.status}"
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (
        transfer.status.encode(),
        name.encode(),
        _encode(transfer),
    )


async def _events(call: Call, record_id: UUID, first: TransferShown) -> AsyncGenerator[bytes, None]:
    """Yield the events; the place is taken with the first one, and left however this ends."""
    person_id = call.caller.person_id
    began = beat = time.monotonic()
    shown = first
    OPEN.enter(person_id)
    try:
        yield b"retry: 3000\n\n" + event_of(shown)
        while shown.status == "pending" and time.monotonic() - began < LONGEST:
            await asyncio.sleep(LOOK)
            seen = shown.status
            shown = await POOL.run(lambda: watch_transfer(call, record_id))
            if shown.status != seen:
                yield event_of(shown)
            elif time.monotonic() - beat >= BEAT:
                beat = time.monotonic()
                yield b": still waiting\n\n"
    except DomainError as error:
        yield b"event: end\ndata: %b\n\n" % _encode({"code": error.code})
    finally:
        OPEN.leave(person_id)


async def _joined(begun: bytes, events: AsyncGenerator[bytes, None]) -> AsyncIterator[bytes]:
    """Go on after the first event; whoever closes this gives the place back at once."""
    try:
        yield begun
        async for event in events:
            yield event
    finally:
        await events.aclose()


async def opened(call: Call, record_id: UUID, first: TransferShown) -> AsyncIterator[bytes]:
    """Take a place and return the events. A stream that nobody reads gives its place back.

    Raises:
        ServiceBusyError: too many of this process or person.
    """
    events = _events(call, record_id, first)
    return _joined(await anext(events), events)


async def _run(request: AnyRequest) -> Response[Any]:
    call = call_of(request)
    try:
        record_id = read_id(request.path_params["id"], "trf")
        first = await POOL.run(lambda: watch_transfer(call, record_id))
        stream = await opened(call, record_id, first)
    except Exception as error:  # noqa: BLE001 — every failure becomes a documented answer
        return problem_response(error, call)
    return Stream(
        stream,
        media_type="text/event-stream",
        headers={"x-accel-buffering": "no"},
    )


watch = routed(
    Endpoint(
        method="GET",
        path="/v1/transfers/{id}/events",
        scope=Scope.TRANSFERS_READ,
        tag="transfers",
        summary=_("Watch a transfer"),
        description=_(
            "Server-sent events: the transfer now, and again when its state changes. Ends with a"
            " final state or after two minutes; come back to go on."
        ),
        handler=watch_transfer,
        prefixes=("trf",),
        refusals=("transfer_not_found",),
        media_type="text/event-stream",
    ),
    _run,
)
