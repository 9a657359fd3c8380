"""Mail and SMS viewers, and the endpoints that the wallet's jobs and the tests talk to."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, Response, Router, get, post
from litestar.exceptions import NotFoundException
from litestar.params import Parameter
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER

from okpay.sandbox import boxes
from okpay.sandbox.pages import page
from okpay.sandbox.schemas import Incoming
from okpay.sandbox.store import Row

Any_Request = Request[Any, Any, Any]
Limit = Annotated[int, Parameter(ge=1, le=100)]


def _shown(row: Row) -> dict[str, Any]:
    names = ("id", "subject", "text", "html", "purpose", "received_at")
    return {**{name: row[name] for name in names}, "from": row["sender"], "to": row["recipient"]}


@post("/mail/v1/messages", sync_to_thread=False)
def receive_mail(data: Incoming) -> dict[str, Any]:
    """Take in a mail; the same id again answers the same message."""
    return _shown(boxes.receive("mail", data))


@post("/sms/v1/messages", sync_to_thread=False)
def receive_sms(data: Incoming) -> dict[str, Any]:
    """Take in an SMS; the same id again answers the same message."""
    return _shown(boxes.receive("sms", data))


@get("/mail/v1/messages", sync_to_thread=False)
def list_mail(to: str = "", limit: Limit = 20) -> dict[str, Any]:
    """List mails to exactly one address (or all), newest first."""
    return {"data": [_shown(row) for row in boxes.listed("mail", to, exact=True, limit=limit)]}


@get("/sms/v1/messages", sync_to_thread=False)
def list_sms(to: str = "", limit: Limit = 20) -> dict[str, Any]:
    """List SMS to exactly one number (or all), newest first."""
    return {"data": [_shown(row) for row in boxes.listed("sms", to, exact=True, limit=limit)]}


def _viewer(request: Any_Request, channel: str, chosen: str) -> Response[str]:
    to = request.query_params.get("to", "")[:320]
    found = boxes.find(channel, chosen) if chosen else None
    if chosen and found is None:
        raise NotFoundException
    return page(
        request, "viewer.html", tab=channel, to=to, rows=boxes.listed(channel, to), chosen=found
    )


@get("/mail", sync_to_thread=False)
def mail_page(request: Any_Request) -> Response[str]:
    """Show the mailbox."""
    return _viewer(request, "mail", "")


@get("/mail/{message_id:str}", sync_to_thread=False)
def one_mail_page(request: Any_Request, message_id: str) -> Response[str]:
    """Show the mailbox with one mail open."""
    return _viewer(request, "mail", message_id)


@get("/mail/{message_id:str}/html", sync_to_thread=False)
def mail_html(message_id: str) -> Response[str]:
    """Serve a mail's HTML part for its frame: no scripts, nothing from elsewhere."""
    found = boxes.find("mail", message_id)
    if found is None:
        raise NotFoundException
    headers = {
        "content-security-policy": "sandbox allow-popups allow-popups-to-escape-sandbox; "
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
    }
    text = f'<!doctype html><base target="_blank">{found["html"]}'
    return Response(text, media_type="text/html", headers=headers)


@get("/sms", sync_to_thread=False)
def sms_page(request: Any_Request) -> Response[str]:
    """Show the text messages."""
    return _viewer(request, "sms", "")


@get("/sms/{message_id:str}", sync_to_thread=False)
def one_sms_page(request: Any_Request, message_id: str) -> Response[str]:
    """Show the text messages with one open."""
    return _viewer(request, "sms", message_id)


@post(["/mail/clear", "/sms/clear"], sync_to_thread=False)
def clear(request: Any_Request) -> Redirect:
    """Empty a viewer."""
    channel = "sms" if request.url.path.startswith("/sms") else "mail"
    boxes.clear(channel)
    return Redirect(f"/{channel}", status_code=HTTP_303_SEE_OTHER)


ROUTER = Router(
    path="/",
    route_handlers=[
        *(receive_mail, receive_sms, list_mail, list_sms, mail_page, one_mail_page, mail_html),
        *(sms_page, one_sms_page, clear),
    ],
)
