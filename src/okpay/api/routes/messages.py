"""The message centre."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from okpay.api.calls import Call
from okpay.api.endpoint import endpoint
from okpay.api.pages import PageQuery, window_of, write_cursor
from okpay.api.schemas.common import Listed
from okpay.api.schemas.messages import MessageQuery, MessageShown
from okpay.identity.rules import Scope
from okpay.kernel import clock
from okpay.kernel.ids import decode, encode
from okpay.notices import operations, queries
from okpay.notices.schemas import Rendered


def _shown(message: Rendered) -> MessageShown:
    return MessageShown(
        id=encode("msg", message.id),
        code=message.code,
        category=message.category,
        title=message.title,
        body=message.body,
        created_at=message.created_at,
        read=not message.unread,
    )


@endpoint(
    "GET",
    "/v1/messages",
    scope=Scope.MESSAGES_READ,
    tag="messages",
    summary=_("List messages"),
    description=_("What we told this person, newest first, in the language of the call."),
    refusals=("invalid_cursor",),
)
def list_messages(call: Call, query: MessageQuery) -> Listed[MessageShown]:
    """Return one page of messages."""
    place = PageQuery(limit=query.limit, cursor=query.cursor, starting_after=query.starting_after)
    window = window_of(place, "msg")
    page = queries.messages(
        call.caller.person_id,
        category=query.category or "",
        before=encode("msg", window.older_than) if window.older_than else "",
        limit=window.limit,
    )
    follow = page.next_before
    return Listed(
        data=[_shown(message) for message in page.messages],
        has_more=bool(follow),
        next_cursor=write_cursor(decode(follow, "msg")) if follow else None,
    )


@endpoint(
    "POST",
    "/v1/messages/{id}/read",
    scope=Scope.MESSAGES_WRITE,
    tag="messages",
    summary=_("Mark a message as read"),
    description=_("Reading twice keeps the first time."),
    prefixes=("msg",),
    refusals=("message_not_found",),
)
def read_message(call: Call, id: UUID) -> MessageShown:  # noqa: A002 — the name in the address
    """Mark one message as read."""
    now = clock.now()
    message = operations.mark_read(actor=call.actor(), message_id=id, now=now)
    return _shown(queries.render(message))
