"""States of a record and the only ways between them."""

from __future__ import annotations

from typing import Final

from django.db.models import IntegerChoices
from django.utils.translation import pgettext_lazy


class RecordState(IntegerChoices):
    """Where a movement of money stands, as its people see it."""

    COMPLETED = 1, pgettext_lazy("state", "Completed")
    PENDING = 2, pgettext_lazy("state", "Pending")
    CANCELED = 3, pgettext_lazy("state", "Canceled")
    EXPIRED = 4, pgettext_lazy("state", "Expired")
    DECLINED = 5, pgettext_lazy("state", "Declined")


TRANSITIONS: Final[dict[RecordState, frozenset[RecordState]]] = {
    RecordState.PENDING: frozenset(
        {
            RecordState.COMPLETED,
            RecordState.CANCELED,
            RecordState.EXPIRED,
            RecordState.DECLINED,
        }
    ),
    RecordState.COMPLETED: frozenset(),
    RecordState.CANCELED: frozenset(),
    RecordState.EXPIRED: frozenset(),
    RecordState.DECLINED: frozenset(),
}

# How what waits can end: money sent to a person, and money set aside for a capture.
ENDS_OF_TRANSFER: Final[dict[str, RecordState]] = {
    "claim": RecordState.COMPLETED,
    "release": RecordState.COMPLETED,
    "cancel": RecordState.CANCELED,
    "decline": RecordState.DECLINED,
    "expire": RecordState.EXPIRED,
}
ENDS_OF_HOLD: Final[dict[str, RecordState]] = {
    "capture": RecordState.COMPLETED,
    "void": RecordState.CANCELED,
    "expire": RecordState.EXPIRED,
}


def may_move(old: RecordState, new: RecordState) -> bool:
    """Tell whether a record may go from one state to another."""
    return new in TRANSITIONS[old]
