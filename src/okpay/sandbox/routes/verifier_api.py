"""The verifier of documents: a check by reference, its pictures, its report; and how it fails.

What it says follows from what it was sent, so that a test knows it: a name with REJECT or 假 in
it, or a number that ends in 0000, is one to consider; everything else is clear.
"""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
from litestar import Request, Router, get, post, put
from litestar.exceptions import (
    InternalServerException,
    NotAuthorizedException,
    NotFoundException,
    ValidationException,
)
from litestar.status_codes import HTTP_200_OK

from okpay.config.secrets import secret
from okpay.sandbox.store import store

if TYPE_CHECKING:
    from litestar.connection import ASGIConnection
    from litestar.handlers.base import BaseRouteHandler

SLOW: Final = 15  # seconds
LARGEST: Final = 4_000_000  # bytes of a picture
KEPT: Final = 200  # checks remembered
FAULTS: Final = {
    "ok": "Answers truthfully",
    "error": "Answers 500 and does nothing",
    "slow": "Answers after 15 seconds",
    "lie": "Says clear of everything",
    "pending": "Never comes to an end",
}
Short = Annotated[str, msgspec.Meta(max_length=200)]
Any_Request = Request[Any, Any, Any]


class NewCheck(msgspec.Struct, forbid_unknown_fields=True):
    """A document to look at; the same reference again is the same check."""

    reference: Annotated[str, msgspec.Meta(min_length=8, max_length=100)]
    region: Short
    document: Short
    fields: dict[str, Short]
    pictures: Annotated[list[Short], msgspec.Meta(max_length=10)]


class VerifierFault(msgspec.Struct, forbid_unknown_fields=True):
    """How the verifier behaves: one of `FAULTS`."""

    api: str = "ok"


class CheckAnswer(msgspec.Struct):
    """What is known of a check."""

    reference: str
    verdict: str
    concerns: list[str]


def by_key(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Let in only who holds the wallet's key."""
    given = connection.headers.get("authorization", "").removeprefix("Bearer ")
    if not secrets.compare_digest(given.encode(), secret("verifier").encode()):
        raise NotAuthorizedException


def _fault() -> str:
    return store().setting("verifier_fault", "ok")


async def _misbehave() -> None:
    fault = _fault()
    if fault == "error":
        raise InternalServerException
    if fault == "slow":
        await asyncio.sleep(SLOW)


def _kept() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = msgspec.json.decode(store().setting("verifier", "{}"))
    return found


def _keep(checks: dict[str, dict[str, Any]]) -> None:
    newest = dict(list(checks.items())[-KEPT:])
    store().keep("verifier", msgspec.json.encode(newest).decode())


def judge(check: NewCheck) -> list[str]:
    """Return what speaks against a document; nothing of its fields is kept."""
    name = check.fields.get("legal_name", "")
    found = ["document_image_quality"] if "REJECT" in name.upper() or "假" in name else []
    if check.fields.get("number", "").endswith("0000"):
        found.append("number_on_a_list")
    return found


@post("/checks", status_code=HTTP_200_OK)
async def create(data: NewCheck) -> CheckAnswer:
    """Open a check, or return the one with this reference."""
    await _misbehave()
    checks = _kept()
    if data.reference not in checks:
        checks[data.reference] = {"concerns": judge(data), "wanted": data.pictures, "got": []}
        _keep(checks)
    return _answer(data.reference, checks[data.reference])


@put("/checks/{reference:str}/pictures/{slot:str}", request_max_body_size=LARGEST)
async def take_picture(reference: str, slot: str, request: Any_Request) -> CheckAnswer:
    """Take a picture in; it is looked at and forgotten."""
    await _misbehave()
    body = await request.body()
    checks = _kept()
    if reference not in checks:
        raise NotFoundException
    if not body.startswith(b"\xff\xd8\xff"):
        raise ValidationException("no JPEG")
    got = checks[reference]["got"]
    checks[reference]["got"] = sorted({*got, slot[:20]})
    _keep(checks)
    return _answer(reference, checks[reference])


@get("/checks/{reference:str}")
async def report(reference: str) -> CheckAnswer:
    """Return what is known of a check."""
    await _misbehave()
    checks = _kept()
    if reference not in checks:
        raise NotFoundException
    return _answer(reference, checks[reference])


def _answer(reference: str, check: dict[str, Any]) -> CheckAnswer:
    complete = set(check["got"]) >= set(check["wanted"])
    if _fault() == "pending" or not complete:
        return CheckAnswer(reference, "pending", [])
    if check["concerns"] and _fault() != "lie":
        return CheckAnswer(reference, "consider", check["concerns"])
    return CheckAnswer(reference, "clear", [])


@get("/faults", sync_to_thread=False)
def get_faults() -> VerifierFault:
    """Return how it behaves."""
    return VerifierFault(_fault())


@put("/faults", sync_to_thread=False)
def put_faults(data: VerifierFault) -> VerifierFault:
    """Choose how it behaves."""
    if data.api not in FAULTS:
        raise ValidationException(f"{data.api!r} is none of {sorted(FAULTS)}")
    store().keep("verifier_fault", data.api)
    return data


ROUTER = Router(
    path="/verifier/v1",
    guards=[by_key],
    route_handlers=[create, take_picture, report, get_faults, put_faults],
)
