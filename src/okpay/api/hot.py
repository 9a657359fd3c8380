"""The hot route: POST /v1/transfers as a raw ASGI handler that only awaits the engine.

Request → wish → command → the batch that is forming → answer. The token is not looked up here: the
engine reads it, locked facts and all, in the same round trip as the accounts, so a token revoked a
moment ago pays nothing. Documented and checked by the same declaration as the plain handler.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

from okpay.api.body import read_body
from okpay.api.calls import CALL, Call, Headers, content_headers
from okpay.api.endpoint import JSON, known, reply_to
from okpay.api.errors import UnsupportedMediaTypeError
from okpay.api.front import App, Hot, send_bytes, send_problem
from okpay.api.rates import RATES
from okpay.api.routes.transfers import create_transfer
from okpay.api.schemas.transfers import NewTransfer
from okpay.api.sending import answer_of, command_of, wish_of
from okpay.api.threads import POOL
from okpay.kernel.crash import crash_after
from okpay.limits.levels import may_be_much_for_new
from okpay.payments.engine.access import engine, loop_engine
from okpay.payments.engine.commands import Outcome, Send
from okpay.payments.engine.loop import LoopWriter
from okpay.payments.errors import UnauthenticatedError

_writers: Final[dict[int, LoopWriter]] = {}
_declared: Final = create_transfer.opt["endpoint"]


async def stop() -> None:
    """Finish what waits."""
    for writer in _writers.values():
        await writer.stop()
    _writers.clear()
    engine().stop()


async def transfers(
    scope: dict[str, Any],
    receive: Callable[[], Awaitable[Any]],
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    """Pay a person."""
    call: Call = scope[CALL]
    try:
        _admit(call)
        raw = await read_body(call, receive)
        wish = wish_of(call, raw)
        if wish.quote is not None or call.query:
            await send_bytes(send, *await _in_a_thread(call, raw))
            return
        command = await _command_of(call, wish)
        if command.alias:
            RATES.guess(call)
        if may_be_much_for_new(asset=command.asset, amount=command.amount):
            await send_bytes(send, *await _in_a_thread(call, raw))
            return
        outcome = await _settled(command)
        crash_after("api.answer")
        RATES.answered(call, outcome.code, command.owner)  # the engine entered whose token it is
    except Exception as error:  # noqa: BLE001 — every failure becomes a documented answer
        await send_problem(send, known(error, call), call)
        return
    await send_bytes(send, *answer_of(call, outcome))


async def _command_of(call: Call, wish: NewTransfer) -> Send:
    """Make the command; an invitation seals the address, whose key may have to be read."""
    if wish.on_unknown_payee == "invite":
        return await POOL.run(lambda: command_of(call, wish))
    return command_of(call, wish)


def _admit(call: Call) -> None:
    """Turn away what cannot be a transfer.

    Raises:
        UnauthenticatedError: no token. UnsupportedMediaTypeError: not JSON.
    """
    if not call.secret:
        raise UnauthenticatedError
    if call.content_type != JSON.encode():
        raise UnsupportedMediaTypeError


async def _in_a_thread(call: Call, raw: bytes) -> tuple[int, Headers, bytes]:
    """Serve what needs more than the engine as any other endpoint is served.

    A quote, and what is much for a payee who may be new.
    """
    reply = await POOL.run(lambda: reply_to(_declared, call, raw, {}))
    extra = [(name.encode(), text.encode()) for name, text in reply.headers]
    if reply.replayed:
        extra.append((b"idempotent-replayed", b"true"))
    return reply.status, content_headers(reply.kind.encode(), reply.body, extra), reply.body


async def _settled(command: Send) -> Outcome:
    """Wait for the batch; an answer that is late is unknown, never failed."""
    loop = asyncio.get_running_loop()
    writer = _writers.get(id(loop))
    if writer is None:
        writer = _writers[id(loop)] = loop_engine(loop)
    return await writer.run(command)


_handler: App = transfers
ROUTES: Final[Hot] = {("POST", "/v1/transfers"): _handler}
