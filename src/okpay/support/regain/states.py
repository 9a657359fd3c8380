"""Where a claim to an account stands, and the only ways through it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from okpay.kernel import audit
from okpay.kernel.ids import encode

if TYPE_CHECKING:
    from datetime import datetime

    from okpay.kernel.actor import Actor
    from okpay.support.models import Regain


class RegainState(TextChoices):
    """ASKED: staff compare. WAITING: two agreed; the owner may object. OPEN: the link works.

    DONE: its person chose new secrets. REFUSED: by staff. STOPPED: by the owner. EXPIRED: by time.
    """

    ASKED = "asked", pgettext_lazy("regain", "To be compared")
    WAITING = "waiting", pgettext_lazy("regain", "Waiting 24 hours")
    OPEN = "open", pgettext_lazy("regain", "Link sent")
    DONE = "done", pgettext_lazy("regain", "Regained")
    REFUSED = "refused", pgettext_lazy("regain", "Refused")
    STOPPED = "stopped", pgettext_lazy("regain", "Stopped by the owner")
    EXPIRED = "expired", pgettext_lazy("regain", "Run out")


_S = RegainState
GOING_ON: Final = frozenset({_S.ASKED, _S.WAITING, _S.OPEN})
TRANSITIONS: Final[dict[RegainState, frozenset[RegainState]]] = {
    _S.ASKED: frozenset({_S.WAITING, _S.REFUSED, _S.STOPPED, _S.EXPIRED}),
    _S.WAITING: frozenset({_S.OPEN, _S.STOPPED}),
    _S.OPEN: frozenset({_S.DONE, _S.STOPPED, _S.EXPIRED}),
    _S.DONE: frozenset(),
    _S.REFUSED: frozenset(),
    _S.STOPPED: frozenset(),
    _S.EXPIRED: frozenset(),
}


def move(*, actor: Actor, regain: Regain, new: RegainState, now: datetime, note: str = "") -> bool:
    """Take a locked claim on, with its other fields; False, and nothing changed, by no way.

    Its history is the audit trail. Whatever leaves OPEN has no link any more.
    """
    old = RegainState(regain.state)
    if new not in TRANSITIONS[old]:
        return False
    regain.state = new
    if new is not RegainState.OPEN:
        regain.link = None
    if new not in GOING_ON:
        regain.ended_at = now
    regain.save()
    audit.record(
        actor=actor,
        action=f"support.regain.{new}",
        subject=encode("cus", regain.person_id),
        data={"regain": str(regain), "from": str(old), "note": note[:200]},
        now=now,
    )
    return True
