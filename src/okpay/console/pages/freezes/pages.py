"""The list of freezes, one freeze, and freezing a customer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from okpay.console.frame import actor_of, page, staff_page
from okpay.console.pages.freezes import queries
from okpay.console.pages.freezes.forms import FreezeForm, UnfreezeForm
from okpay.console.pages.ids import id_of
from okpay.console.pages.refusals import Refused, refused
from okpay.identity.freezing import Cause, freeze, propose_unfreeze
from okpay.identity.freezing import queries as freezes
from okpay.identity.models import Person
from okpay.identity.staff import StaffPermission
from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from okpay.kernel.ids import encode

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

FILTERS: Final = ("all", "due", "owner", "staff", "rule")


@staff_page(StaffPermission.FREEZES_READ)
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """List what is frozen, the passed review days first."""
    now = clock.now()
    rows = queries.rows(now)
    chosen = request.GET.get("show", "all")
    chosen = chosen if chosen in FILTERS else "all"
    context = {
        "rows": [row for row in rows if chosen == "all" or chosen in row.groups],
        "chosen": chosen,
        "chips": [
            (name, queries.FILTER_WORDS[name], sum(name in row.groups for row in rows))
            for name in FILTERS
        ],
    }
    return page(request, "console/freezes/list.html", context)


@staff_page(StaffPermission.FREEZES_READ)
@require_GET
def detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one freeze with its steps, appeals and proposals."""
    return _detail(request, id_of(public_id, "frz"), UnfreezeForm())


def _detail(
    request: HttpRequest,
    freeze_id: UUID,
    form: UnfreezeForm,
    *,
    wrong: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    found = queries.whole(freeze_id, clock.now())
    if found is None:
        raise Http404
    context = {"one": found, "form": form, "wrong": wrong}
    return page(request, "console/freezes/detail.html", context, status=status)


@staff_page(StaffPermission.FREEZES_PROPOSE)
@require_POST
def propose(request: HttpRequest, public_id: str) -> HttpResponse:
    """Propose to a second person that the account is opened again."""
    freeze_id = id_of(public_id, "frz")
    found = queries.whole(freeze_id, clock.now())
    if found is None:
        raise Http404
    form = UnfreezeForm(request.POST)
    if not form.is_valid():
        return _detail(request, freeze_id, form, status=422)
    try:
        propose_unfreeze(
            actor=actor_of(request),
            person_id=found.row.freeze.person_id,
            reason=form.cleaned_data["reason"],
            now=clock.now(),
        )
    except DomainError as error:
        return _detail(request, freeze_id, form, wrong=refused(error), status=error.status)
    messages.success(
        request, _("A second person is asked now. The account stays frozen meanwhile.")
    )
    return redirect("console_freezes_detail", public_id)


@staff_page(StaffPermission.FREEZES_FREEZE)
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show what freezing a customer does, and do it."""
    person = Person.objects.filter(pk=id_of(public_id, "cus"), is_active=True).first()
    if person is None:
        raise Http404
    standing = freezes.standing(person.id)
    if standing is not None:
        return redirect("console_freezes_detail", encode("frz", standing.id))
    today = clock.now().date()
    form = FreezeForm(request.POST or None, today=today)
    if request.method == "POST" and form.is_valid():
        return _frozen(request, person, form)
    return _asked(request, person, form, status=422 if request.method == "POST" else 200)


def _frozen(request: HttpRequest, person: Person, form: FreezeForm) -> HttpResponse:
    try:
        made = freeze(
            actor=actor_of(request),
            person_id=person.id,
            cause=Cause.STAFF,
            reason=form.words_for(person.language),
            review_on=form.cleaned_data["review_on"],
            staff_note=form.note(),
            now=clock.now(),
        )
    except DomainError as error:
        return _asked(request, person, form, wrong=refused(error), status=error.status)
    messages.success(request, _("Frozen. The customer has been told."))
    return redirect("console_freezes_detail", encode("frz", made.id))


def _asked(request: HttpRequest, person: Person, form: FreezeForm, **more: Any) -> HttpResponse:
    status: int = more.pop("status", 200)
    context = {"preview": queries.preview(person, clock.now()), "form": form, **more}
    return page(request, "console/freezes/begin.html", context, status=status)
