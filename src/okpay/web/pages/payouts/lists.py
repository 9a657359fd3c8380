"""The first page: send a list; below it, the lists so far."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from okpay.identity.rules import Permission
from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from okpay.kernel.ids import BadIdError, decode, encode
from okpay.payments.lookups import count_lookup
from okpay.payments.operations import payouts as operations
from okpay.payments.payouts import csv_result, queries
from okpay.payments.payouts.errors import PayoutInvalidError
from okpay.payments.payouts.queries import PayoutHead
from okpay.payments.payouts.wishes import Problem, read_wish
from okpay.web.actor import actor_of, person_of
from okpay.web.pages.payouts.forms import ListForm
from okpay.web.pages.refusals import Refusal, refusal_of
from okpay.web.permissions import permission

PAGE: Final = 20
PREFIX: Final = "pyt"


@permission(Permission.PAYOUTS_WRITE)
@require_http_methods(["GET", "POST"])
def payouts(request: HttpRequest) -> HttpResponse:
    """Take a list in and go on to look it through; or say which lines have which mistakes."""
    form = ListForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        form = ListForm(request.POST, request.FILES)
        return _taken(request, form) if form.is_valid() else page(request, form, status=422)
    return page(request, form)


def _taken(request: HttpRequest, form: ListForm) -> HttpResponse:
    actor, now = actor_of(request), clock.now()
    try:
        wish = read_wish(
            form.lines(), title=form.cleaned_data["title"], invite=form.cleaned_data["invite"]
        )
        if any(line.alias for line in wish.lines):
            count_lookup(actor=actor, now=now)
        started = operations.draft_payout(actor=actor, wish=wish, now=now)
    except PayoutInvalidError as error:
        return page(request, form, refusal=refusal_of(error), problems=error.problems, status=422)
    except DomainError as error:
        return page(request, form, refusal=refusal_of(error), status=error.status)
    return redirect("payout_confirm", encode(PREFIX, started.payout_id))


def page(
    request: HttpRequest,
    form: ListForm,
    *,
    refusal: Refusal | None = None,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
) -> HttpResponse:
    """Render the first page."""
    before = cursor(request)
    found = queries.payouts(person_of(request).id, before=before, limit=PAGE + 1)
    more = encode(PREFIX, found[PAGE - 1].id) if len(found) > PAGE else ""
    context = {
        "form": form,
        "refusal": refusal,
        "problems": problems,
        "lists": [(encode(PREFIX, head.id), head) for head in found[:PAGE]],
        "more": more,
        "further": before is not None,
    }
    return render(request, "web/payouts/list.html", context, status=status)


def cursor(request: HttpRequest) -> UUID | None:
    """Read from which list on to show; 404 for what is no number of one."""
    text = request.GET.get("before", "")
    return number_of(text) if text else None


def number_of(text: str) -> UUID:
    """Read the number of a list; what is none is not there."""
    try:
        return decode(text, PREFIX)
    except BadIdError as error:
        raise Http404 from error


def find(request: HttpRequest, public_id: str) -> PayoutHead:
    """Return a list of the signed-in person; somebody else's is not there."""
    head = queries.payout(person_of(request).id, number_of(public_id))
    if head is None:
        raise Http404
    return head


@permission(Permission.PAYOUTS_WRITE)
@require_GET
def template(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 — the same for everybody
    """Send an empty list to fill in."""
    return as_file(csv_result.template(), "okpay-list.csv")


def as_file(body: bytes, name: str) -> HttpResponse:
    """Answer with a file to keep."""
    response = HttpResponse(body, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
