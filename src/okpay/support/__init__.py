"""Tickets: what a person asks of staff, with the facts attached.

For others: `open_ticket`; it loads on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from okpay.support.states import Topic

if TYPE_CHECKING:
    from datetime import datetime

    from okpay.kernel.actor import Actor
    from okpay.support.models import Ticket

__all__ = ["Topic", "open_ticket"]


def open_ticket(
    *,
    actor: Actor,
    topic: Topic,
    text: str,
    facts: dict[str, object] | None = None,
    now: datetime,
) -> Ticket:
    """Open a ticket for the person who acts; see `operations.open_ticket`."""
    from okpay.support import operations  # noqa: PLC0415 — models load after the apps

    return operations.open_ticket(actor=actor, topic=topic, text=text, facts=facts, now=now)
