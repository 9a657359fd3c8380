"""Reading the message centre. Every query takes the person it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import Count, Q

from okpay.kernel.ids import BadIdError, decode, encode
from okpay.notices import caps, rules
from okpay.notices.models import Message, Outgoing, Preference
from okpay.notices.schemas import Channel, Choices, MessagePage, Rendered
from okpay.notices.states import Sending

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

PAGE: Final = 20
MAX_PAGE: Final = 100


def choices(person_id: UUID) -> Choices:
    """Return the person's preferences, or the defaults."""
    row = Preference.objects.filter(pk=person_id).first()
    if row is None:
        return rules.DEFAULTS
    return Choices(**{name: getattr(row, name) for name in Choices.__slots__})


def unread_count(person_id: UUID) -> int:
    """Return how many messages the person has not read."""
    return Message.objects.filter(person_id=person_id, read_at__isnull=True).count()


def unread_by_category(person_id: UUID) -> dict[str, int]:
    """Return the unread messages of each category that has some."""
    rows = (
        Message.objects.filter(person_id=person_id, read_at__isnull=True)
        .order_by()
        .values_list("category")
        .annotate(n=Count("pk"))
    )
    return dict(rows)


def render(message: Message) -> Rendered:
    """Put one message into words of the current language."""
    kind = rules.kind_of(message.code)
    title, body = rules.words(message.code, message.params)
    return Rendered(
        id=message.pk,
        code=message.code,
        category=message.category,
        title=title,
        body=body,
        icon=kind.icon,
        action=str(kind.action),
        link=message.link,
        created_at=message.created_at,
        unread=message.read_at is None,
    )


def messages(
    person_id: UUID, *, category: str = "", before: str = "", limit: int = PAGE
) -> MessagePage:
    """Return one page, newest first. `before` is the `next_before` of the page before.

    A `before` that is no cursor of ours starts at the newest.
    """
    size = max(1, min(limit, MAX_PAGE))
    rows = _after_cursor(Message.objects.filter(person_id=person_id), before)
    if category:
        rows = rows.filter(category=category)
    found = list(rows.order_by("-created_at", "-id")[: size + 1])
    return MessagePage(
        messages=[render(row) for row in found[:size]],
        next_before=encode("msg", found[size - 1].pk) if len(found) > size else "",
        unread=unread_by_category(person_id),
    )


def _after_cursor(rows: QuerySet[Message], before: str) -> QuerySet[Message]:
    """Continue below the message the cursor names, if it is one of these rows."""
    try:
        anchor = rows.filter(pk=decode(before, "msg")).first() if before else None
    except BadIdError:
        anchor = None
    if anchor is None:
        return rows
    return rows.filter(
        Q(created_at__lt=anchor.created_at) | Q(created_at=anchor.created_at, id__lt=anchor.pk)
    )


def goes_out(*, dedupe: str, to: str, causer: UUID, now: datetime) -> bool:
    """Whether the mail or SMS of this name to a stranger was sent or will be.

    False when it could not be delivered, or is one more than its causer may have sent. Before
    anybody has queued it, this is how things stand.
    """
    state = Outgoing.objects.filter(dedupe=dedupe).values_list("state", flat=True).first()
    if state is not None:
        return state != Sending.DEAD
    channel = Channel.MAIL if "@" in to else Channel.SMS
    return caps.has_room(Outgoing(channel=channel, recipient=to, causer=causer, created_at=now))


def dead_letters(limit: int = 100) -> list[Outgoing]:
    """Return mails and SMS that nobody will send any more by themselves, newest first."""
    rows = Outgoing.objects.filter(state=Sending.DEAD).order_by("-created_at")
    return list(rows[: min(limit, MAX_PAGE)])


def waiting_count() -> int:
    """Return how many mails and SMS are still to be sent."""
    return Outgoing.objects.filter(state=Sending.QUEUED).count()
