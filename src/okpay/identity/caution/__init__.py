"""Extra care for a while: after a change that a thief would make, less may leave and more is asked.

For others: `operations.begin` (or `okpay.identity.caution.begin`) when such a change happened, and
`in_force` to ask. Both load on first use, so that the package may be named in INSTALLED_APPS.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from okpay.identity.caution.causes import Cause

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from okpay.identity.caution.models import Caution

__all__ = ["Cause", "begin", "in_force"]


def begin(*, person_id: UUID, cause: Cause, now: datetime, hours: int = 24) -> Caution:
    """Take care of a person's payments for `hours`; see `operations.begin`."""
    from okpay.identity.caution import operations  # noqa: PLC0415 — models load after the apps

    return operations.begin(person_id=person_id, cause=cause, now=now, hours=hours)


def in_force(person_id: UUID, now: datetime) -> list[Caution]:
    """Return the cautions in force, the one that ends last first; see `queries.in_force`."""
    from okpay.identity.caution import queries  # noqa: PLC0415 — models load after the apps

    return queries.in_force(person_id, now)
