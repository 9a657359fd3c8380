"""Read freezes. Nothing here writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from okpay.identity.freezing.models import Freeze, FreezeEvent
from okpay.identity.freezing.states import FreezeState

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

MOST: Final = 200


def standing(person_id: UUID) -> Freeze | None:
    """Return the freeze that holds a person's money now, or None."""
    rows = Freeze.objects.filter(person_id=person_id).exclude(state=FreezeState.LIFTED)
    return rows.first()


def history(person_id: UUID) -> list[Freeze]:
    """List all freezes of a person, the newest first."""
    return list(Freeze.objects.filter(person_id=person_id).order_by("-frozen_at")[:MOST])


def events_of(freeze_id: UUID) -> list[FreezeEvent]:
    """List the steps of a freeze in order."""
    return list(FreezeEvent.objects.filter(freeze_id=freeze_id).order_by("id")[:MOST])


def open_freezes(*, limit: int = MOST) -> list[Freeze]:
    """List what is frozen now, what is to be looked at first on top."""
    rows = Freeze.objects.exclude(state=FreezeState.LIFTED).select_related("person")
    return list(rows.order_by("review_on", "frozen_at")[: min(limit, MOST)])


def reviews_due(today: date) -> list[Freeze]:
    """List freezes whose review day has come or passed."""
    rows = Freeze.objects.exclude(state=FreezeState.LIFTED).filter(review_on__lte=today)
    return list(rows.order_by("review_on")[:MOST])
