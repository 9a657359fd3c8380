"""The acquirer's server-to-server side: open a payment, ask for it, misbehave."""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING, Any, Final

from litestar import Request, Router, get, post, put
from litestar.exceptions import (
    HTTPException,
    InternalServerException,
    NotAuthorizedException,
    NotFoundException,
    ValidationException,
)
from litestar.status_codes import HTTP_200_OK, HTTP_409_CONFLICT

from okpay.config.secrets import secret
from okpay.sandbox import faults, payments
from okpay.sandbox.schemas import Faults, NewPayment, PaymentAnswer

if TYPE_CHECKING:
    from litestar.connection import ASGIConnection
    from litestar.handlers.base import BaseRouteHandler

SLOW: Final = 15
Any_Request = Request[Any, Any, Any]


def by_key(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Let in only who holds the wallet's key."""
    given = connection.headers.get("authorization", "").removeprefix("Bearer ")
    if not secrets.compare_digest(given.encode(), secret("acquirer_key").encode()):
        raise NotAuthorizedException


async def _misbehave(*, before: bool) -> None:
    """Apply the API fault in force, before or after the work is done."""
    fault = faults.current()
    if before:
        await asyncio.sleep(fault.delay_ms / 1_000)
    if fault.api == "error" and before:
        raise InternalServerException
    if fault.api == "lie" and not before:
        raise InternalServerException
    if fault.api == "slow" and not before:
        await asyncio.sleep(SLOW)


@post("/payments", status_code=HTTP_200_OK)
async def create(data: NewPayment) -> PaymentAnswer:
    """Open a payment; the same reference with the same contents answers the same payment."""
    await _misbehave(before=True)
    try:
        row = payments.create(data)
    except payments.ReferenceReusedError as error:
        raise HTTPException("reference_reused", status_code=HTTP_409_CONFLICT) from error
    await _misbehave(before=False)
    return payments.answer(row)


@get("/payments/{payment_id:str}")
async def get_payment(payment_id: str) -> PaymentAnswer:
    """Return a payment by the acquirer's id, or by the wallet's reference."""
    await _misbehave(before=True)
    row = payments.find(payment_id) or payments.by_reference(payment_id)
    if row is None:
        raise NotFoundException
    await _misbehave(before=False)
    return payments.answer(row)


@get("/faults", sync_to_thread=False)
def get_faults() -> Faults:
    """Return the faults in force."""
    return faults.current()


@put("/faults", sync_to_thread=False)
def put_faults(data: Faults) -> Faults:
    """Put faults in force."""
    try:
        faults.change(data)
    except ValueError as error:
        raise ValidationException(str(error)) from error
    return data


ROUTER = Router(
    path="/acquirer/v1",
    guards=[by_key],
    route_handlers=[create, get_payment, get_faults, put_faults],
)
