"""The box's front page, its clock and its style files."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, Final

from litestar import Request, Response, Router, get, post
from litestar.exceptions import NotFoundException, ValidationException
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER

from okpay.sandbox import boxes, clock
from okpay.sandbox.cards import BRANDS, TEST_CARDS
from okpay.sandbox.pages import ZONE, page
from okpay.sandbox.schemas import ClockAnswer, ClockStep

Any_Request = Request[Any, Any, Any]
PACKAGE: Final = Path(__file__).parents[2]
FILES: Final = {
    "tokens.css": PACKAGE / "web" / "static" / "web" / "tokens.css",
    "components.css": PACKAGE / "web" / "static" / "web" / "components.css",
    "sandbox.css": PACKAGE / "sandbox" / "static" / "sandbox.css",
    "sandbox.js": PACKAGE / "sandbox" / "static" / "sandbox.js",
}
STEPS: Final = {"hour": 3_600, "day": 86_400, "week": 604_800}


@get("/", sync_to_thread=False)
def front(request: Any_Request) -> Response[str]:
    """Explain the box and show the test cards."""
    counts = {"mail": boxes.count("mail"), "sms": boxes.count("sms")}
    return page(request, "home.html", tab="home", counts=counts, cards=TEST_CARDS, brands=BRANDS)


@get("/health", sync_to_thread=False)
def health() -> dict[str, str]:
    """Tell a supervisor that the box answers."""
    return {"status": "ok"}


@get("/clock", sync_to_thread=False)
def clock_page(request: Any_Request) -> Response[str] | ClockAnswer:
    """Show the time, as a page or, when asked for, as JSON."""
    if "application/json" in request.headers.get("accept", ""):
        return _answer()  # type: ignore[return-value]  # encoded by the framework
    shown = datetime.fromtimestamp(clock.now(), ZONE)
    return page(request, "clock.html", tab="clock", shown=shown, offset=clock.offset())


def _answer() -> Response[ClockAnswer]:
    return Response(ClockAnswer(now=clock.moment().isoformat(), offset=clock.offset()))


@post("/clock/advance", sync_to_thread=False, status_code=HTTP_200_OK)
def advance(data: ClockStep) -> ClockAnswer:
    """Move the clock forward by a number of seconds."""
    try:
        offset = clock.advance(data.seconds)
    except ValueError as error:
        raise ValidationException(str(error)) from error
    return ClockAnswer(now=clock.moment().isoformat(), offset=offset)


@post("/clock/move")
async def move(request: Any_Request) -> Redirect:
    """Move the clock from its page: a named step, or back to real time."""
    wish = str((await request.form()).get("step", ""))
    if wish == "reset":
        clock.set_offset(0)
    elif wish in STEPS:
        clock.advance(STEPS[wish])
    return Redirect("/clock", status_code=HTTP_303_SEE_OTHER)


@get("/static/{name:str}", sync_to_thread=False)
def static(name: str) -> Response[bytes]:
    """Serve one of the box's few files."""
    path = FILES.get(name)
    if path is None or not path.exists():
        raise NotFoundException
    kind = "text/css" if name.endswith(".css") else "text/javascript"
    return Response(path.read_bytes(), media_type=kind, headers={"cache-control": "max-age=60"})


ROUTER = Router(path="/", route_handlers=[front, health, clock_page, advance, move, static])
