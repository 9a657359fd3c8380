"""States of a record and the only ways between them."""

from __future__ import annotations

from typing import Final

from django.db.models import IntegerChoices
from django.utils.translation import gettext_lazy as _


class RecordState(IntegerChoices):
    """Where a movement of money stands, as its people see it."""

    COMPLETED = 1, _("Completed")
    PENDING = 2, _("Pending")
    CANCELED = 3, _("Canceled")
    EXPIRED = 4, _("Expired")
    DECLINED = 5, _("Declined")


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


def may_move(old: RecordState, new: RecordState) -> bool:
    """Tell whether a record may go from one state to another."""
    return new in TRANSITIONS[old]
