"""What staff do with a case. Each form carries the version that was shown (I9)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from okpay.console.frame import actor_of, staff_page
from okpay.console.pages.kyc.pages import draw, found
from okpay.console.pages.refusals import refused
from okpay.identity.staff import StaffPermission
from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from okpay.kyc import desk
from okpay.kyc.desk import Wrong
from okpay.kyc.states import CaseState

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from okpay.kyc.models import Case

_DIGITS: Final = 9
_MOST: Final = 20  # remarks of one decision


def _decide(
    request: HttpRequest, public_id: str, act: Callable[..., Any], said: str | Callable[[Case], str]
) -> HttpResponse:
    """Do it, say so and go back to the queue, or stay with the case where nothing is to say.

    A refusal is explained above the case as it stands now, and nothing has changed.
    """
    case = found(public_id)
    try:
        done = act(actor=actor_of(request), case_id=case.id, now=clock.now())
    except DomainError as error:
        return draw(request, found(public_id), refused(error))
    words = said if isinstance(said, str) else said(done)
    if not words:
        return redirect("console_kyc_detail", public_id)
    messages.success(request, words)
    return redirect("console_kyc")


def _version(request: HttpRequest) -> int:
    """Return the version that the page showed; anything else is none that ever was."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else -1


@staff_page(StaffPermission.KYC_DECIDE)
@require_POST
def take(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a case for half an hour."""
    return _decide(request, public_id, desk.take, "")


@staff_page(StaffPermission.KYC_DECIDE)
@require_POST
def release(request: HttpRequest, public_id: str) -> HttpResponse:
    """Give a case back; it keeps its place."""
    said = _("Given back. It keeps its place in the queue.")
    return _decide(request, public_id, desk.release, said)


@staff_page(StaffPermission.KYC_DECIDE)
@require_POST
def approve(request: HttpRequest, public_id: str) -> HttpResponse:
    """Approve what was shown; high risk goes to a second person."""
    reason = request.POST.get("reason", "")
    act = partial(desk.approve, version=_version(request), reason=reason)
    return _decide(request, public_id, act, _approved)


def _approved(case: Case) -> str:
    if case.state == CaseState.SECOND_LOOK:
        return _("Approved by you. A second person looks at it now; until then nothing changes.")
    return _("Approved. The customer has been told.")


@staff_page(StaffPermission.KYC_DECIDE)
@require_POST
def more(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask for further proof."""
    codes = request.POST.getlist("code")[:_MOST]
    act = partial(desk.ask_more, version=_version(request), codes=codes)
    return _decide(request, public_id, act, _("Asked. The customer has been told."))


@staff_page(StaffPermission.KYC_DECIDE)
@require_POST
def reject(request: HttpRequest, public_id: str) -> HttpResponse:
    """Send it back, naming each field and what is wrong with it."""
    named = [(name[3:], request.POST[name]) for name in request.POST if name.startswith("is-")]
    wrongs = [Wrong(part, code) for part, code in named if code][:_MOST]
    act = partial(desk.reject_fields, version=_version(request), wrongs=wrongs)
    said = _("Sent back. The customer gives only these parts again.")
    return _decide(request, public_id, act, said)


@staff_page(StaffPermission.KYC_DECIDE)
@require_POST
def final(request: HttpRequest, public_id: str) -> HttpResponse:
    """Refuse for good; the customer may appeal once, to somebody else."""
    code = request.POST.get("code", "")
    act = partial(desk.final_reject, version=_version(request), code=code)
    said = _("Rejected. The customer has been told, and may appeal once.")
    return _decide(request, public_id, act, said)
