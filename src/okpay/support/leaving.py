"""What the rooms above identity add to leaving: open tickets, and their parts of the copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from okpay.identity.leaving import hooks
from okpay.identity.leaving.hooks import Obstacle, Way
from okpay.kernel.actor import Actor
from okpay.kernel.ids import encode
from okpay.kernel.money import BY_NUMBER, Money
from okpay.notices.models import Message
from okpay.notices.queries import render
from okpay.support import queries
from okpay.wallets.models import PREFIXES, RecordKind
from okpay.wallets.queries import visible_records
from okpay.wallets.states import RecordState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

Row = dict[str, object]


def connect() -> None:
    """Hang into leaving."""
    hooks.register_obstacles(_open_tickets)
    hooks.register_section("records", _records)
    hooks.register_section("messages", _messages)
    hooks.register_section("tickets", _tickets)


def _open_tickets(person_id: UUID) -> list[Obstacle]:
    count = queries.open_count(person_id)
    return [Obstacle(Way.TICKETS, count=count)] if count else []


def _records(person_id: UUID) -> Iterable[Row]:
    """Payments of both directions; of the other side only what the app shows: nothing here."""
    for row in visible_records(person_id).order_by("-created_at", "-id").iterator():
        asset = BY_NUMBER[row.asset]
        yield {
            "number": encode(PREFIXES[RecordKind(row.kind)], row.id),
            "kind": RecordKind(row.kind).name.lower(),
            "state": RecordState(row.state).name.lower(),
            "direction": "out" if row.payer == person_id else "in",
            "amount": Money(asset, int(row.amount)).decimal_string(),
            "fee": Money(asset, int(row.fee)).decimal_string(),
            "currency": asset.code,
            "note": row.memo,
            "created_at": row.created_at.isoformat(),
            "completed_at": row.completed_at.isoformat() if row.completed_at else "",
        }


def _messages(person_id: UUID) -> Iterable[Row]:
    rows = Message.objects.filter(person_id=person_id).order_by("-created_at")
    for row in rows.iterator():
        shown = render(row)
        yield {"at": row.created_at.isoformat(), "title": shown.title, "text": shown.body}


def _tickets(person_id: UUID) -> Iterable[Row]:
    actor = Actor(person_id=person_id, kind="person", via="job")
    for ticket in queries.tickets_of(person_id):
        opened = queries.ticket_of(actor=actor, ticket_id=ticket.pk)
        for said in opened.messages:
            yield {
                "ticket": str(ticket),
                "topic": ticket.topic,
                "state": ticket.state,
                "by": said.by,
                "at": said.at.isoformat(),
                "text": said.text,
            }
