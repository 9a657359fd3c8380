"""Tell a person what became of their real-name check: in the app and by mail, never muted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from okpay.identity import hooks
from okpay.identity.hooks import SecurityEvent, SecurityNews

if TYPE_CHECKING:
    from datetime import datetime

    from okpay.kyc.models import Case


def tell(case: Case, event: SecurityEvent, now: datetime) -> None:
    """Tell after the commit. The letter names no fields: those are read on the page."""
    until = case.valid_until.isoformat() if case.valid_until else ""
    hooks.tell(SecurityNews(case.person_id, event, now, {"until_day": until}))
