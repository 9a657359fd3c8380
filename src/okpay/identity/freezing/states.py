"""How a freeze came about, where it stands, and the only ways through it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from okpay.kernel.ids import encode

if TYPE_CHECKING:
    from datetime import datetime

    from okpay.identity.freezing.models import Freeze
    from okpay.kernel.actor import Actor


class Cause(TextChoices):
    """Who stopped the money: its owner, our staff, or a rule."""

    OWNER = "owner", pgettext_lazy("freeze", "The owner")
    STAFF = "staff", pgettext_lazy("freeze", "Our staff")
    RULE = "rule", pgettext_lazy("freeze", "A safety rule")


class FreezeState(TextChoices):
    """STANDING: nothing leaves. LIFTED: over; whoever is frozen again gets a new freeze."""

    STANDING = "standing", pgettext_lazy("freeze", "Frozen")
    LIFTED = "lifted", pgettext_lazy("freeze", "Open again")


TRANSITIONS: Final[dict[FreezeState, frozenset[FreezeState]]] = {
    FreezeState.STANDING: frozenset({FreezeState.LIFTED}),
    FreezeState.LIFTED: frozenset(),
}


def move(*, actor: Actor, freeze: Freeze, new: FreezeState, now: datetime, note: str = "") -> bool:
    """Take a locked freeze on and write its history; False, and nothing changed, by no way."""
    from okpay.identity.freezing.models import FreezeEvent  # noqa: PLC0415 — it uses the states

    old = FreezeState(freeze.state)
    if new not in TRANSITIONS[old]:
        return False
    freeze.state = new
    if new == FreezeState.LIFTED:
        freeze.lifted_at, freeze.lifted_by = now, actor.person_id
    freeze.save(update_fields=["state", "lifted_at", "lifted_by"])
    FreezeEvent.objects.create(
        freeze=freeze,
        old=old,
        new=new,
        actor_kind=actor.kind,
        actor_id=actor.person_id,
        note=note[:300],
        at=now,
    )
    return True


def subject_of(freeze: Freeze) -> str:
    """Name a freeze in the audit trail."""
    return encode("frz", freeze.id)
