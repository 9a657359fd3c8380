"""Who may freeze: oneself, staff whose role says so, and rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from okpay.identity.staff import NotPermittedError, StaffPermission, require

if TYPE_CHECKING:
    from uuid import UUID

    from okpay.kernel.actor import Actor


def may_freeze(actor: Actor, person_id: UUID) -> None:
    """Return when the actor may freeze this person.

    Raises:
        NotPermittedError: another customer, or staff without the right.
    """
    if actor.kind == "staff":
        require(actor, StaffPermission.FREEZES_FREEZE)
    elif actor.kind == "person" and actor.person_id != person_id:
        raise NotPermittedError(permission=str(StaffPermission.FREEZES_FREEZE))
