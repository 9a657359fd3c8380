"""Which attempt belongs to this browser, and where it stands. Its id is all that is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.contrib.auth import logout
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from okpay.identity.freezing import recovery as attempts
from okpay.identity.freezing.errors import RecoveryOverError
from okpay.kernel import clock

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from okpay.identity.freezing.models import Recovery

KEY: Final = "okpay_rescue"
Page = "Callable[[HttpRequest, Recovery], HttpResponse]"


def keep(request: HttpRequest, recovery: Recovery) -> None:
    """Remember an attempt in this browser; whoever was signed in here is signed out first."""
    if request.user.is_authenticated:
        logout(request)
    request.session.cycle_key()
    request.session[KEY] = str(recovery.id)


def attempt_of(request: HttpRequest) -> Recovery:
    """Return this browser's attempt.

    Raises:
        RecoveryOverError: there is none, or its hour is over.
    """
    kept = request.session.get(KEY)
    return attempts.find(UUID(kept) if kept else None, clock.now())


def restart(request: HttpRequest) -> HttpResponse:
    """Lead back to the beginning when an attempt is over."""
    request.session.pop(KEY, None)
    return redirect("rescue")


def steps(recovery: Recovery) -> list[dict[str, str]]:
    """Show where an attempt stands: prove, freeze, renew, hand over."""
    names = [_("Prove"), _("Freeze"), _("Renew"), _("Hand over")]
    at = _place(recovery)
    states = ["done" if i < at else "now" if i == at else "" for i in range(len(names))]
    return [{"title": t, "state": s} for t, s in zip(names, states, strict=True)]


def _place(recovery: Recovery) -> int:
    if recovery.finished_at is not None:
        return 4
    if recovery.froze_at is None:
        return 1 if attempts.proven(recovery).may_freeze else 0
    return 2 if recovery.marked_at is None else 3


__all__ = ["KEY", "RecoveryOverError", "attempt_of", "keep", "restart", "steps"]
