"""The one writer of a top-up's state, and of what did not fit."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from okpay.funding.models import Anomaly, TopUp, TopUpEvent
from okpay.funding.states import FINAL, TopUpState, may_move

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

log = logging.getLogger(__name__)


def lock(top_up_id: UUID) -> TopUp:
    """Lock a top-up for the rest of the open transaction."""
    return TopUp.objects.select_for_update().get(pk=top_up_id)


def move(top_up: TopUp, new: TopUpState, *, source: str, now: datetime, reason: str = "") -> bool:
    """Take a locked top-up to another state and write its history row.

    `source` is who said so: person, webhook, query, engine or system. Returns False, and changes
    nothing, where TRANSITIONS has no such way.
    """
    old = TopUpState(top_up.state)
    if not may_move(old, new):
        return False
    top_up.state = new
    top_up.finished_at = now if new in FINAL else None
    top_up.save()
    TopUpEvent.objects.create(
        top_up=top_up, old=old, new=new, source=source, reason=reason[:60], at=now
    )
    return True


def anomaly(
    kind: str, *, provider: str, now: datetime, top_up: TopUp | None = None, **facts: Any
) -> None:
    """Write down what did not fit, once for the same kind and facts, and raise the alert."""
    Anomaly.objects.get_or_create(
        kind=kind,
        provider=provider,
        top_up=top_up,
        facts=facts,
        resolved_at=None,
        defaults={"at": now},
    )
    log.error("top-up anomaly %s of %s: %s %s", kind, provider, top_up, facts)
