"""Write the audit trail, inside the caller's transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from okpay.kernel.models import AuditRow

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from okpay.kernel.actor import Actor


def record(
    *, actor: Actor, action: str, subject: str, data: Mapping[str, object], now: datetime
) -> None:
    """Insert one row. `data` holds no secret and no personal data: ids, codes, counts."""
    AuditRow.objects.create(
        at=now,
        actor_kind=actor.kind,
        actor_id=actor.person_id,
        via=actor.via,
        action=action,
        subject=subject,
        data=dict(data),
    )
