"""Find a customer, see everything about them, lift a mask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from okpay.console.frame import actor_of, page, staff_page
from okpay.console.pages.customers import words
from okpay.console.pages.customers.finding import LONGEST, find
from okpay.console.pages.customers.forms import UnmaskForm
from okpay.console.pages.customers.whole import whole
from okpay.console.pages.ids import id_of
from okpay.console.pages.people import face_of
from okpay.console.pages.refusals import refused
from okpay.identity.looking import operations
from okpay.identity.staff import StaffPermission
from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from okpay.kernel.ids import encode
from okpay.kyc.states import CaseState

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from okpay.console.pages.customers.whole import Whole

LANGUAGES: Final = {"en": "English", "zh-hans": "\u4e2d\u6587"}  # each in its own letters


@staff_page(StaffPermission.CUSTOMERS_READ)
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Go to whom the typed text means; several are listed, masked. Each search is in the trail."""
    typed = request.GET.get("q", "").strip()[:LONGEST]
    if not typed:
        return page(request, "console/customers/search.html", {"typed": ""})
    found = find(typed)
    people = [one.id for one in found.people]
    try:
        operations.note_search(
            actor=actor_of(request), kind=found.kind or "unknown", found=people, now=clock.now()
        )
    except DomainError as error:
        context: dict[str, Any] = {"typed": typed, "wrong": refused(error)}
        return page(request, "console/customers/search.html", context, status=error.status)
    if len(people) == 1:
        return redirect("console_customers_detail", encode("cus", people[0]))
    context = {
        "typed": typed,
        "kind": words.SEARCHES.get(found.kind, ""),
        "faces": [face_of(one) for one in found.people],
    }
    return page(request, "console/customers/search.html", context)


@staff_page(StaffPermission.CUSTOMERS_READ)
@require_GET
def detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show a customer, masked. That somebody looked is in the trail."""
    found = _find(public_id)
    operations.note_view(actor=actor_of(request), person_id=found.face.person.id, now=clock.now())
    return _detail(request, found, UnmaskForm())


def _find(public_id: str) -> Whole:
    found = whole(id_of(public_id, "cus"), clock.now())
    if found is None:
        raise Http404
    return found


def _detail(
    request: HttpRequest, found: Whole, form: UnmaskForm, status: int = 200, **more: Any
) -> HttpResponse:
    case = found.case
    context = {
        "one": found,
        "language": LANGUAGES.get(found.face.person.language, found.face.person.language),
        "form": form,
        "facts": [
            (name, words.FIELDS[name], value)
            for name, value in (
                (operations.Field.PHONE, found.face.phone),
                (operations.Field.EMAIL, found.face.email),
            )
        ],
        "case_words": words.CASES[CaseState(case.state)] if case else None,
        "factors": [(words.FACTORS[one.way], one) for one in found.factors],
        "lines": [(words.RECORDS[one.kind], one) for one in found.records],
        **more,
    }
    return page(request, "console/customers/detail.html", context, status=status)


@staff_page(StaffPermission.CUSTOMERS_UNMASK)
@require_POST
def unmask(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one fact in full for a minute; the page goes back behind its mask by itself."""
    found, form = _find(public_id), UnmaskForm(request.POST)
    if not form.is_valid():
        return _detail(request, found, form, 422, asking=True)
    field, why = form.chosen()
    try:
        value = operations.unmask(
            actor=actor_of(request),
            person_id=found.face.person.id,
            field=field,
            why=why,
            note=form.cleaned_data["note"],
            now=clock.now(),
        )
    except DomainError as error:
        return _detail(request, found, form, error.status, asking=True, wrong=refused(error))
    seconds = int(operations.SHOWN_FOR.total_seconds())
    shown = {"field": field, "label": words.FIELDS[field], "value": value, "seconds": seconds}
    response = _detail(request, found, UnmaskForm(), shown=shown)
    here = reverse("console_customers_detail", args=[public_id])
    response.headers["Refresh"] = f"{seconds}; url={here}"
    return response
