"""What staff do with a case. Each form carries the version that was shown (I9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

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

    from okpay.kernel.errors import DomainError as Refusal
    from okpay.kyc.models import Case

_DIGITS: Final = 9
_MOST: Final = 20  # remarks of one decision


def _version(request: HttpRequest) -> int:
    """Return the version that the page showed; anything else is none that ever was."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else -1


def _done(
    request: HttpRequest, case: Case, act: Callable[[], object], said: str, *, stay: bool = False
) -> HttpResponse:
    """Do it; a refusal is explained above the case as it stands now, and nothing has changed."""
    try:
        act()
    except DomainError as error:
        return _refused(request, case, error)
    if said:
        messages.success(request, said)
    return redirect("console_kyc_detail", str(case)) if stay else redirect("console_kyc")


def _refused(request: HttpRequest, case: Case, error: Refusal) -> HttpResponse:
    return draw(request, found(str(case)), refused(error))


@staff_page(StaffPermission.KYC_DECIDE)
@require_POST
def take(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a case for half an hour."""
    case, actor = found(public_id), actor_of(request)
    return _done(
        request,
        case,
        lambda: desk.take(actor=actor, case_id=case.id, now=clock.now()),
        "",
        stay=True,
    )


@staff_page(StaffPermission.KYC_DECIDE)
@require_POST
def release(request: HttpRequest, public_id: str) -> HttpResponse:
    """Give a case back; it keeps its place."""
    case, actor = found(public_id), actor_of(request)
    return _done(
        request,
        case,
        lambda: desk.release(actor=actor, case_id=case.id, now=clock.now()),
        _("Given back. It keeps its place in the queue."),
    )


@staff_page(StaffPermission.KYC_DECIDE)
@require_POST
def approve(request: HttpRequest, public_id: str) -> HttpResponse:
    """Approve what was shown; high risk goes to a second person."""
    case, actor = found(public_id), actor_of(request)
    try:
        decided = desk.approve(
            actor=actor,
            case_id=case.id,
            version=_version(request),
            reason=request.POST.get("reason", ""),
            now=clock.now(),
        )
    except DomainError as error:
        return _refused(request, case, error)
    second = decided.state == CaseState.SECOND_LOOK
    waits = _("Approved by you. A second person looks at it now; until then nothing changes.")
    messages.success(request, waits if second else _("Approved. The customer has been told."))
    return redirect("console_kyc")


@staff_page(StaffPermission.KYC_DECIDE)
@require_POST
def more(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask for further proof."""
    case, actor = found(public_id), actor_of(request)
    codes = request.POST.getlist("code")[:_MOST]
    return _done(
        request,
        case,
        lambda: desk.ask_more(
            actor=actor,
            case_id=case.id,
            version=_version(request),
            codes=codes,
            now=clock.now(),
        ),
        _("Asked. The customer has been told."),
    )


@staff_page(StaffPermission.KYC_DECIDE)
@require_POST
def reject(request: HttpRequest, public_id: str) -> HttpResponse:
    """Send it back, naming each field and what is wrong with it."""
    case, actor = found(public_id), actor_of(request)
    named = [(name[3:], request.POST[name]) for name in request.POST if name.startswith("is-")]
    wrongs = [Wrong(part, code) for part, code in named if code][:_MOST]
    return _done(
        request,
        case,
        lambda: desk.reject_fields(
            actor=actor,
            case_id=case.id,
            version=_version(request),
            wrongs=wrongs,
            now=clock.now(),
        ),
        _("Sent back. The customer gives only these parts again."),
    )


@staff_page(StaffPermission.KYC_DECIDE)
@require_POST
def final(request: HttpRequest, public_id: str) -> HttpResponse:
    """Refuse for good; the customer may appeal once, to somebody else."""
    case, actor = found(public_id), actor_of(request)
    return _done(
        request,
        case,
        lambda: desk.final_reject(
            actor=actor,
            case_id=case.id,
            version=_version(request),
            code=request.POST.get("code", ""),
            now=clock.now(),
        ),
        _("Rejected. The customer has been told, and may appeal once."),
    )
