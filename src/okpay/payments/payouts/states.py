"""Where a payout stands, and the only ways through it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import IntegerChoices
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


class PayoutState(IntegerChoices):
    """RECEIVED: checked and kept, not confirmed. RUNNING: lines go to the engine. DONE: all did."""

    RECEIVED = 1, pgettext_lazy("payout", "Not confirmed")
    RUNNING = 2, pgettext_lazy("payout", "Being paid")
    DONE = 3, pgettext_lazy("payout", "Finished")


class LineOutcome(IntegerChoices):
    """What became of a line. WAITING never means failed: it may be paid at this moment."""

    WAITING = 0, pgettext_lazy("payout line", "Waiting")
    DONE = 1, pgettext_lazy("payout line", "Paid")
    REFUSED = 2, pgettext_lazy("payout line", "Not paid")


TRANSITIONS: Final[dict[PayoutState, frozenset[PayoutState]]] = {
    PayoutState.RECEIVED: frozenset({PayoutState.RUNNING}),
    PayoutState.RUNNING: frozenset({PayoutState.DONE}),
    PayoutState.DONE: frozenset(),
}


def move(payout_id: UUID, new: PayoutState, now: datetime) -> bool:
    """Take a payout on; False when it was not in a state from which that is a way."""
    from okpay.payments.payouts.models import Payout  # noqa: PLC0415 — the model uses the states

    ways = [old for old, into in TRANSITIONS.items() if new in into]
    moment = "finished_at" if new == PayoutState.DONE else "started_at"
    rows = Payout.objects.filter(id=payout_id, state__in=ways)
    return rows.update(state=new, touched_at=now, **{moment: now}) == 1
