"""Four eyes: what waits for a second person, and the page on which it is decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from okpay.console.frame import actor_of, at_work, page, staff_page
from okpay.console.pages.ids import id_of
from okpay.console.pages.people import shown
from okpay.console.pages.refusals import Refused, refused
from okpay.console.spans import span_text
from okpay.identity.staff import StaffPermission
from okpay.kernel import clock
from okpay.kernel.approvals import operations, queries
from okpay.kernel.approvals.registry import kind_of
from okpay.kernel.approvals.states import ApprovalState
from okpay.kernel.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.http import HttpRequest, HttpResponse
    from django.utils.functional import _StrOrPromise

    from okpay.kernel.approvals.models import Approval

PAGE: Final = 50
LISTS: Final = ("mine", "all", "made", "closed")
BADGES: Final = {
    ApprovalState.WAITING: ("warn", "clock"),
    ApprovalState.DONE: ("ok", "check"),
    ApprovalState.DECLINED: ("danger", "x"),
    ApprovalState.WITHDRAWN: ("", "undo-2"),
    ApprovalState.EXPIRED: ("", "clock"),
    ApprovalState.VOID: ("danger", "ban"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A proposal in a list."""

    approval: Approval
    title: _StrOrPromise
    maker: str
    age: str
    state: str
    badge: str
    icon: str


def title_of(approval: Approval) -> _StrOrPromise:
    """Return what kind of proposal it is, in words; its name where nobody knows it any more."""
    try:
        return kind_of(approval.kind).title
    except KeyError:
        return approval.kind


def _rows(found: Iterable[Approval]) -> list[Row]:
    approvals = list(found)
    names, now = shown(one.maker for one in approvals), clock.now()
    return [
        Row(
            approval=one,
            title=title_of(one),
            maker=names.get(one.maker, ""),
            age=span_text(now - one.created_at),
            state=str(ApprovalState(one.state).label),
            badge=BADGES[ApprovalState(one.state)][0],
            icon=BADGES[ApprovalState(one.state)][1],
        )
        for one in approvals
    ]


@staff_page(StaffPermission.APPROVALS_READ)
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """List what waits for this member of staff, for anybody, what they proposed, what is over."""
    staff = at_work(request)
    held = frozenset(map(str, staff.permissions))
    lists = {
        "mine": queries.waiting_for(staff.person.id, held),
        "all": queries.waiting(),
        "made": queries.made_by(staff.person.id),
        "closed": queries.closed(),
    }
    chosen = request.GET.get("list", "mine")
    chosen = chosen if chosen in LISTS else "mine"
    context = {
        "rows": _rows(lists[chosen][:PAGE]),
        "chosen": chosen,
        "counts": {name: lists[name].count() for name in ("mine", "all")},
    }
    return page(request, "console/approvals.html", context)


def _find(number: str) -> Approval:
    found = queries.find(id_of(number, "apr"))
    if found is None:
        raise Http404
    return found


@staff_page(StaffPermission.APPROVALS_READ)
@require_GET
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """Show one proposal in full: who, why, what exactly, and its fingerprint."""
    return _page(request, _find(number))


def _page(request: HttpRequest, approval: Approval, wrong: Refused | None = None) -> HttpResponse:
    context = {**_facts(approval), **_choices(request, approval), "wrong": wrong}
    status = wrong.status if wrong else 200
    return page(request, "console/approval.html", context, status=status)


def _facts(approval: Approval) -> dict[str, Any]:
    events = list(approval.events.order_by("id"))
    names = shown([approval.maker, approval.checker, approval.about, *(one.by for one in events)])
    state = ApprovalState(approval.state)
    return {
        "approval": approval,
        "title": title_of(approval),
        "lines": _lines(approval),
        "maker": names.get(approval.maker, ""),
        "about": names.get(approval.about, ""),
        "events": [
            (str(ApprovalState(one.new).label), names.get(one.by, ""), one.reason, one.at)
            for one in events
        ],
        "state": str(state.label),
        "badge": BADGES[state],
        "waits": state == ApprovalState.WAITING,
    }


def _lines(approval: Approval) -> list[tuple[_StrOrPromise, str]]:
    try:
        return kind_of(approval.kind).describe(approval)
    except KeyError:
        return []


def _choices(request: HttpRequest, approval: Approval) -> dict[str, bool]:
    """Say which buttons this member of staff gets; the operations check again."""
    staff = at_work(request)
    try:
        permission = kind_of(approval.kind).permission
    except KeyError:
        permission = ""
    waits = approval.state == ApprovalState.WAITING
    own = staff.person.id == approval.maker
    held = permission in staff.permissions and staff.may(StaffPermission.APPROVALS_DECIDE)
    decides = waits and held and not own and staff.person.id != approval.about
    return {"decides": decides, "own": own, "withdraws": waits and own, "held": held}


def _decide(
    request: HttpRequest, number: str, act: Callable[..., object], **given: str
) -> HttpResponse:
    """Do it; a refusal is explained above the proposal as it stands now."""
    approval = _find(number)
    try:
        act(actor=actor_of(request), approval_id=approval.id, now=clock.now(), **given)
    except DomainError as refusal:
        return _page(request, _find(number), refused(refusal))
    return redirect("console_approvals_detail", number)


def _digest(request: HttpRequest) -> str:
    return request.POST.get("digest", "")[:64]


@staff_page(StaffPermission.APPROVALS_DECIDE)
@require_POST
def approve(request: HttpRequest, number: str) -> HttpResponse:
    """Approve exactly what was shown."""
    return _decide(request, number, operations.approve, digest=_digest(request))


@staff_page(StaffPermission.APPROVALS_DECIDE)
@require_POST
def decline(request: HttpRequest, number: str) -> HttpResponse:
    """Refuse it, with a reason."""
    reason = request.POST.get("reason", "")
    return _decide(request, number, operations.decline, digest=_digest(request), reason=reason)


@staff_page(StaffPermission.APPROVALS_READ)
@require_POST
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Take one's own proposal back."""
    return _decide(request, number, operations.withdraw)
