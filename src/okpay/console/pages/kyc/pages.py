"""The queue, one case, and its pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from okpay.console.frame import actor_of, at_work, page, staff_page
from okpay.console.pages.kyc import queue, words
from okpay.console.pages.kyc.whole import find, whole
from okpay.identity.looking.operations import note_case
from okpay.identity.staff import StaffPermission
from okpay.kernel import clock
from okpay.kernel.approvals import queries as approvals
from okpay.kernel.crypto import ShreddedError
from okpay.kyc import files
from okpay.kyc.errors import CaseNotFoundError
from okpay.kyc.reasons import REASONS, Kind, codes_of
from okpay.kyc.states import QUEUED, REVIEWED

if TYPE_CHECKING:
    from django.http import HttpRequest

    from okpay.console.pages.refusals import Refused
    from okpay.kyc.models import Case


@staff_page(StaffPermission.KYC_READ)
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """List what waits, the oldest first."""
    rows = queue.rows(at_work(request).person.id, clock.now())
    chosen = request.GET.get("show", "all")
    chosen = chosen if chosen in words.FILTERS else "all"
    regions = sorted({(row.case.region, row.region) for row in rows})
    region = request.GET.get("region", "")
    kept = [row for row in rows if chosen in row.groups and region in {"", row.case.region}]
    context = {
        "rows": kept,
        "all": len(rows),
        "overdue": sum("over" in row.groups for row in rows),
        "mine": sum(row.mine for row in rows),
        "free": sum("free" in row.groups for row in rows),
        "chosen": chosen,
        "region": region,
        "regions": regions,
        "chips": [
            (name, said, sum(name in row.groups for row in rows))
            for name, said in words.FILTERS.items()
        ],
    }
    return page(request, "console/kyc/queue.html", context)


def found(public_id: str) -> Case:
    """Return a case that was sent; a draft is nobody's but the customer's."""
    case = find(public_id)
    if case is None:
        raise Http404
    return case


@staff_page(StaffPermission.KYC_READ)
@require_GET
def detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show a case. That somebody looked, and whether with documents, is in the trail."""
    case = found(public_id)
    full = at_work(request).may(StaffPermission.DOCUMENTS_READ)
    actor, now = actor_of(request), clock.now()
    note_case(actor=actor, case_id=case.id, person_id=case.person_id, full=full, now=now)
    return draw(request, case)


def draw(
    request: HttpRequest, case: Case, wrong: Refused | None = None, **more: Any
) -> HttpResponse:
    """Draw a case with its decision panel, and above it what was refused."""
    staff = at_work(request)
    full = staff.may(StaffPermission.DOCUMENTS_READ)
    one = whole(case, viewer=staff.person.id, full=full, now=clock.now())
    context = {
        "one": one,
        "wrong": wrong,
        "waits": case.state in QUEUED | REVIEWED,
        "own": case.person_id == staff.person.id,
        "proposals": approvals.waiting_about(one.row.public_id),
        "choices": {
            kind.value: [(code, REASONS[code].text) for code in codes_of(kind)] for kind in Kind
        },
        **more,
    }
    return page(request, "console/kyc/case.html", context, status=wrong.status if wrong else 200)


@staff_page(StaffPermission.DOCUMENTS_READ)
@require_GET
def file(request: HttpRequest, token: str) -> HttpResponse:
    """Serve one picture by its signed address; each opening is in the trail."""
    try:
        body = files.open_signed(
            actor=actor_of(request), token=token, reason="desk", now=clock.now()
        )
    except (CaseNotFoundError, ShreddedError) as error:
        raise Http404 from error
    return HttpResponse(body, content_type="image/jpeg", headers=files.HEADERS)
