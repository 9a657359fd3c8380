"""Step two: confirm exactly this return with the payment password, and see what became of it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from okpay.identity.queries import has_payment_password
from okpay.identity.rules import Permission
from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from okpay.kernel.ids import encode
from okpay.payments import operations
from okpay.payments.errors import QuoteExpiredError
from okpay.payments.outcomes import Outcome
from okpay.web.actor import actor_of, person_of
from okpay.web.pages import refusals
from okpay.web.pages.records import detail as record_pages
from okpay.web.pages.records import story
from okpay.web.pages.records.rows import letter_of
from okpay.web.pages.refund import amount as amounts
from okpay.web.pages.refund import intents
from okpay.web.pages.transfer.confirm import AGAIN
from okpay.web.pages.transfer.forms import PasswordForm
from okpay.web.pages.transfer.result import Headline
from okpay.web.permissions import permission


@permission(Permission.TRANSFERS_WRITE)
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show whom the money goes back to and how much; on POST return exactly this, once."""
    if request.method == "POST":
        return _return(request, public_id)
    token = intents.find(request, public_id)
    return _page(request, public_id, PasswordForm(initial={"intent": token}), token)


def _return(request: HttpRequest, public_id: str) -> HttpResponse:
    form = PasswordForm(request.POST)
    token = str(form.data.get("intent", ""))
    if not form.is_valid():
        return _page(request, public_id, form, token, status=422)
    try:
        outcome = operations.confirm_refund(
            actor=actor_of(request),
            intent_token=token,
            payment_password=form.cleaned_data["payment_password"],
            now=clock.now(),
        )
        if outcome.result == "refused":
            raise outcome.error()
    except DomainError as error:
        return _refused(request, public_id, form, error)
    return _told(public_id, outcome)


def _told(public_id: str, outcome: Outcome) -> HttpResponse:
    if outcome.result == "done" and outcome.record_id is not None:
        return redirect("refund_result", encode("rfd", outcome.record_id))
    return redirect("refund_checking", public_id)


def _refused(
    request: HttpRequest, public_id: str, form: PasswordForm, error: DomainError
) -> HttpResponse:
    """Ask again on the same sheet, or go back to the amount with what happened."""
    refusal = refusals.refusal_of(error)
    if error.code in AGAIN:
        token = str(form.data["intent"])
        return _page(request, public_id, form, token, status=error.status, refusal=refusal)
    found = amounts.find(request, public_id)
    again = amounts.AmountForm(initial={"amount": found.left.decimal_string()})
    return amounts.page(request, public_id, found, again, status=error.status, refusal=refusal)


def _page(
    request: HttpRequest,
    public_id: str,
    form: PasswordForm,
    token: str,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    try:
        quote = operations.open_refund_quote(
            actor=actor_of(request), intent_token=token, now=clock.now()
        )
    except QuoteExpiredError:
        return redirect("refund", public_id)
    if quote.found.record_id != amounts.find(request, public_id).record_id:
        raise Http404
    context = {
        "public_id": public_id,
        "quote": quote,
        "found": quote.found,
        "letter": letter_of(quote.found.payer_masked),
        "form": form,
        "has_password": has_payment_password(person_of(request).id),
        "set_password_url": refusals.page_named("payment_password"),
        "forgotten_url": refusals.page_named("payment_password_forgotten"),
        **more,
    }
    return render(request, "web/refund/confirm.html", context, status=status)


@permission(Permission.RECORDS_READ)
@require_GET
def result(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show a return of one's own right after it was made, from the book."""
    found = record_pages.find(request, public_id)
    if found.line.direction != "out" or found.line.kind != "refund":
        raise Http404
    name = {"name": found.line.counterparty}
    context = record_pages.context_of(request, found) | {
        "outcome": Headline("ok", _("Returned"), _("%(name)s has it. Both of you are told") % name),
        "facts": story.short_facts_of(found),
    }
    return render(request, "web/refund/result.html", context)


@permission(Permission.TRANSFERS_WRITE)
@require_GET
def checking(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask the book what this return was answered; never say that it failed."""
    token = intents.find(request, public_id)
    if not token:
        return redirect("record_detail", public_id)
    outcome = operations.outcome_of_refund(actor=actor_of(request), intent_token=token)
    if outcome is not None and outcome.result != "unknown":
        done = outcome.record_id if outcome.result == "done" else None
        goal = reverse("refund_result", args=[encode("rfd", done)]) if done else ""
        goal = goal or reverse("refund", args=[public_id])
        if request.headers.get("HX-Request"):
            return HttpResponse(headers={"HX-Redirect": goal})
        return redirect(goal)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    quote = operations.open_refund_quote(
        actor=actor_of(request), intent_token=token, now=clock.now()
    )
    return render(request, "web/refund/checking.html", {"public_id": public_id, "quote": quote})
