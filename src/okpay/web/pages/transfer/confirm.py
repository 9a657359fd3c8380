"""Step three: see what will happen, and confirm exactly that with the payment password."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
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
from okpay.web.pages.transfer import drafts, people
from okpay.web.pages.transfer.drafts import Draft
from okpay.web.pages.transfer.forms import PasswordForm
from okpay.web.permissions import permission

# Refusals after which the same confirmation may be tried again, on the same sheet.
AGAIN: Final = frozenset(
    {
        "payment_password_wrong",
        "payment_password_locked",
        "payment_password_required",
        "sign_in_busy",
    }
)


@permission(Permission.TRANSFERS_WRITE)
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, draft_id: str) -> HttpResponse:
    """Show payee, amount, fee, arrival and total; on POST carry out exactly this, once."""
    draft = drafts.find(request, draft_id)
    if request.method == "POST":
        return _pay(request, draft)
    return _page(request, draft, PasswordForm(initial={"intent": draft.intent}))


@permission(Permission.TRANSFERS_WRITE)
@require_GET
def password(request: HttpRequest, draft_id: str) -> HttpResponse:
    """Ask for the payment password on a page of its own, for browsers without script."""
    draft = drafts.find(request, draft_id)
    form = PasswordForm(initial={"intent": draft.intent})
    return _page(request, draft, form, at_password=True)


def _pay(request: HttpRequest, draft: Draft) -> HttpResponse:
    form = PasswordForm(request.POST)
    if not form.is_valid():
        return _page(request, draft, form, at_password=True, status=422)
    try:
        outcome = _send(request, draft, form)
    except DomainError as error:
        return _refused(request, draft, form, error)
    if outcome.result == "unknown":
        return redirect("transfer_checking", draft.id)
    if outcome.result == "refused":
        return _refused(request, draft, form, outcome.error())
    assert outcome.record_id is not None  # noqa: S101 — done means that there is a record
    draft.record = encode("trf", outcome.record_id)
    drafts.keep(request, draft)
    return redirect("transfer_result", draft.record)


def _send(request: HttpRequest, draft: Draft, form: PasswordForm) -> Outcome:
    operation = operations.pay_request if draft.request_id else operations.send_transfer
    return operation(
        actor=actor_of(request),
        intent_token=form.cleaned_data["intent"],
        payment_password=form.cleaned_data["payment_password"],
        now=clock.now(),
    )


def _refused(
    request: HttpRequest, draft: Draft, form: PasswordForm, error: DomainError
) -> HttpResponse:
    if error.code in AGAIN:
        refusal = refusals.refusal_of(error)
        return _page(request, draft, form, at_password=True, status=error.status, refusal=refusal)
    draft.refusal = refusals.pack(error)
    drafts.keep(request, draft)
    return redirect("transfer_refused", draft.id)


def _page(
    request: HttpRequest,
    draft: Draft,
    form: PasswordForm,
    *,
    at_password: bool = False,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    if draft.record:
        return redirect("transfer_result", draft.record)
    try:
        quote = operations.open_quote(
            actor=actor_of(request), intent_token=draft.intent, now=clock.now()
        )
    except QuoteExpiredError as error:
        if draft.intent:
            messages.warning(request, error.text())
        return redirect("transfer_amount", draft.id)
    context = {
        "draft": draft,
        "form": form,
        "quote": quote,
        "payee": people.shown(quote),
        "has_password": has_payment_password(person_of(request).id),
        "set_password_url": refusals.page_named("payment_password"),
        "forgotten_url": refusals.page_named("payment_password_forgotten"),
        "at_password": at_password,
        **more,
    }
    return render(request, "web/transfer/confirm.html", context, status=status)
