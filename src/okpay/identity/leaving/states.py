"""Where a closing and an export stand, and the only ways through them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from okpay.kernel.ids import encode

if TYPE_CHECKING:
    from datetime import datetime

    from okpay.identity.leaving.models import Closing, Export
    from okpay.kernel.actor import Actor


class ClosingState(TextChoices):
    """ASKED: can be undone by signing in. STOPPED: money came. CLOSED: over. ERASED: forgotten."""

    ASKED = "asked", pgettext_lazy("closing", "Asked for")
    UNDONE = "undone", pgettext_lazy("closing", "Undone")
    STOPPED = "stopped", pgettext_lazy("closing", "Stopped, money arrived")
    CLOSED = "closed", pgettext_lazy("closing", "Closed")
    ERASED = "erased", pgettext_lazy("closing", "Erased")


class ExportState(TextChoices):
    """ASKED: being put together. READY: may be taken once. TAKEN, EXPIRED: the copy is gone."""

    ASKED = "asked", pgettext_lazy("export", "Being put together")
    READY = "ready", pgettext_lazy("export", "Ready")
    TAKEN = "taken", pgettext_lazy("export", "Downloaded")
    EXPIRED = "expired", pgettext_lazy("export", "Expired")


TRANSITIONS: Final[dict[ClosingState, frozenset[ClosingState]]] = {
    ClosingState.ASKED: frozenset({ClosingState.UNDONE, ClosingState.STOPPED, ClosingState.CLOSED}),
    ClosingState.UNDONE: frozenset(),
    ClosingState.STOPPED: frozenset(),
    ClosingState.CLOSED: frozenset({ClosingState.ERASED}),
    ClosingState.ERASED: frozenset(),
}
EXPORT_WAYS: Final[dict[ExportState, frozenset[ExportState]]] = {
    ExportState.ASKED: frozenset({ExportState.READY}),
    ExportState.READY: frozenset({ExportState.TAKEN, ExportState.EXPIRED}),
    ExportState.TAKEN: frozenset(),
    ExportState.EXPIRED: frozenset(),
}


def move(*, actor: Actor, closing: Closing, new: ClosingState, now: datetime) -> bool:
    """Take a locked closing on and write it in the trail; False, and nothing changed, by no way."""
    if new not in TRANSITIONS[ClosingState(closing.state)]:
        return False
    moment = "erased_at" if new == ClosingState.ERASED else "ended_at"
    closing.state = new
    setattr(closing, moment, now)
    closing.save(update_fields=["state", moment])
    record(actor=actor, closing=closing, verb=new, now=now)
    return True


def record(*, actor: Actor, closing: Closing, verb: str, now: datetime) -> None:
    """Write a step of a closing in the trail: its history."""
    _audit(actor, f"leaving.closing.{verb}", closing, now)


def move_export(*, actor: Actor, export: Export, new: ExportState, now: datetime) -> bool:
    """Take a locked export on, save it, and write it in the trail; False by no way."""
    if new not in EXPORT_WAYS[ExportState(export.state)]:
        return False
    export.state = new
    export.save()
    record_export(actor=actor, export=export, verb=new, now=now)
    return True


def record_export(*, actor: Actor, export: Export, verb: str, now: datetime) -> None:
    """Write a step of an export in the trail: its history."""
    _audit(actor, f"leaving.export.{verb}", export, now)


def _audit(actor: Actor, action: str, row: Closing | Export, now: datetime) -> None:
    from okpay.kernel import audit  # noqa: PLC0415 — it loads models, which use the states

    subject = encode("cus", row.person_id)
    audit.record(actor=actor, action=action, subject=subject, data={"number": str(row)}, now=now)
