"""Freezing an account, proving that it was stolen, and opening it again by two people.

For others: `freeze`, `freeze_by_rule`, `propose_unfreeze` and `standing`. They load on first use,
so that the package may be named in INSTALLED_APPS.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from okpay.identity.freezing.states import Cause

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from okpay.identity.freezing.models import Freeze
    from okpay.kernel.actor import Actor
    from okpay.kernel.approvals.models import Approval

__all__ = ["Cause", "freeze", "freeze_by_rule", "propose_unfreeze", "standing"]


def freeze(
    *,
    actor: Actor,
    person_id: UUID,
    cause: Cause,
    reason: str = "",
    review_on: date | None = None,
    staff_note: str = "",
    now: datetime,
) -> Freeze:
    """Stop all outgoing money of a person at once; see `operations.freeze`."""
    from okpay.identity.freezing import operations  # noqa: PLC0415 — models load after the apps

    return operations.freeze(
        actor=actor,
        person_id=person_id,
        cause=cause,
        reason=reason,
        review_on=review_on,
        staff_note=staff_note,
        now=now,
    )


def freeze_by_rule(
    *, rule: str, person_id: UUID, reason: str, review_on: date | None = None, now: datetime
) -> Freeze:
    """Freeze because a rule fired; see `operations.freeze_by_rule`."""
    from okpay.identity.freezing import operations  # noqa: PLC0415 — models load after the apps

    return operations.freeze_by_rule(
        rule=rule, person_id=person_id, reason=reason, review_on=review_on, now=now
    )


def propose_unfreeze(*, actor: Actor, person_id: UUID, reason: str, now: datetime) -> Approval:
    """Propose to a second person that an account is opened; see `unfreezing.propose_unfreeze`."""
    from okpay.identity.freezing import unfreezing  # noqa: PLC0415 — models load after the apps

    return unfreezing.propose_unfreeze(actor=actor, person_id=person_id, reason=reason, now=now)


def standing(person_id: UUID) -> Freeze | None:
    """Return the freeze that holds a person's money now, or None."""
    from okpay.identity.freezing import queries  # noqa: PLC0415 — models load after the apps

    return queries.standing(person_id)
