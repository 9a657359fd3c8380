"""The last look before it is sent; giving up; the appeal."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from okpay.identity.rules import Permission
from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from okpay.kyc import documents, files, operations, queries
from okpay.kyc.answers import NEVER
from okpay.kyc.models import Case
from okpay.kyc.queries import usual_time
from okpay.web.actor import actor_of, person_of
from okpay.web.pages.kyc import way
from okpay.web.pages.kyc.guide import duration
from okpay.web.pages.refusals import Refusal, refusal_of
from okpay.web.permissions import permission


@permission(Permission.REAL_NAME_WRITE)
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest) -> HttpResponse:
    """Show everything that will be sent, and send it."""
    case = way.editable(request)
    if case is None:
        return redirect("kyc")
    if request.method == "POST":
        return _sent(request, case)
    if queries.missing(case):
        return redirect(way.next_url(case))
    return _page(request, case)


def _sent(request: HttpRequest, case: Case) -> HttpResponse:
    try:
        operations.submit(actor=actor_of(request), case_id=case.pk, now=clock.now())
    except DomainError as error:
        return _page(request, case, refusal_of(error), error.status)
    messages.success(request, _("It is sent. We write to you as soon as it is decided."))
    return redirect("kyc")


def _page(
    request: HttpRequest, case: Case, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    me = person_of(request).id
    opened = queries.open_parts(case)
    values = queries.texts(case)
    fields = documents.DOCUMENTS[case.document].fields
    doubts = case.findings.filter(code="quality", outcome="warn", version__gt=0)
    doubted = {str(one.facts.get("picture")) for one in doubts}
    context: dict[str, Any] = {
        "steps": way.steps(3) if way.is_draft(case) else None,
        "case": case,
        "document": documents.DOCUMENTS[case.document],
        "pictures": [
            {
                "slot": slot,
                "title": documents.SLOT_WORDS[slot],
                "token": files.sign(viewer=me, file_id=one.id),
                "width": one.width,
                "height": one.height,
                "open": slot in opened,
                "doubt": str(one) in doubted,
            }
            for slot, one in _ordered(case)
        ],
        "facts": [(documents.FIELD_WORDS[name], _shown(values, name)) for name in fields],
        "can_type": any(name in opened for name in fields),
        "usual": duration(usual_time(case.region, clock.now())),
        "refusal": refusal,
        "back": reverse("kyc"),
    }
    return render(request, "web/kyc/review.html", context, status=status)


def _ordered(case: Case) -> list[tuple[str, Any]]:
    there = queries.current_pictures(case)
    order = (*documents.slots_of(case.document, case.target), documents.EXTRA)
    return [(slot, there[slot]) for slot in order if slot in there]


def _shown(values: dict[str, str], name: str) -> str:
    text = values.get(name, "")
    return _("without an end") if text == NEVER else text or "—"


@permission(Permission.REAL_NAME_WRITE)
@require_POST
def give_up(request: HttpRequest) -> HttpResponse:
    """Give up a case that waits for the person."""
    case = way.editable(request)
    if case is not None:
        try:
            operations.cancel(actor=actor_of(request), case_id=case.pk, now=clock.now())
        except DomainError as error:
            messages.error(request, error.text())
            return redirect("kyc")
        messages.success(request, _("It was given up. You can begin again at any time."))
    return redirect("kyc")


@permission(Permission.REAL_NAME_WRITE)
@require_POST
def appeal(request: HttpRequest) -> HttpResponse:
    """Appeal against a final refusal."""
    case = queries.case_of(person_of(request).id)
    if case is None:
        return redirect("kyc")
    text = request.POST.get("text", "")
    try:
        operations.appeal(actor=actor_of(request), case_id=case.pk, text=text, now=clock.now())
    except DomainError as error:
        messages.error(request, error.text())
        return redirect("kyc")
    messages.success(request, _("Your appeal is in. Another person looks at everything again."))
    return redirect("kyc")
