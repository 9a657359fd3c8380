"""Read closings. Nothing here writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from okpay.identity.leaving.models import Closing
from okpay.identity.leaving.states import ClosingState

if TYPE_CHECKING:
    from uuid import UUID


def asked_for(person_id: UUID) -> Closing | None:
    """Return what a person has asked for and not undone, or None."""
    return Closing.objects.filter(person_id=person_id, state=ClosingState.ASKED).first()
