"""Step three: see what will happen, and confirm exactly that, with a second proof where asked."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from okpay.identity.factors.queries import Way
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
from okpay.web.pages.account.who import address_of
from okpay.web.pages.transfer import drafts, people, proving
from okpay.web.pages.transfer.drafts import Draft
from okpay.web.pages.transfer.forms import ConfirmForm
from okpay.web.permissions import permission

# Refusals after which the same confirmation may be tried again, on the same sheet.
AGAIN: Final = frozenset(
    {
        "payment_password_wrong",
        "payment_password_locked",
        "payment_password_required",
        "sign_in_busy",
        "step_up_required",
        "factor_wrong",
        "factor_locked",
        "code_wrong",
        "code_expired",
        "code_locked",
        "code_too_soon",
        "too_many_codes",
    }
)


@permission(Permission.TRANSFERS_WRITE)
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, draft_id: str) -> HttpResponse:
    """Show payee, amount, fee, arrival and total; on POST carry out exactly this, once."""
    draft = drafts.find(request, draft_id)
    if request.method == "POST":
        return _send_code(request, draft) if "send_code" in request.POST else _pay(request, draft)
    return _page(request, draft, _fresh_form(draft))


@permission(Permission.TRANSFERS_WRITE)
@require_GET
def password(request: HttpRequest, draft_id: str) -> HttpResponse:
    """Ask for the payment password on a page of its own, for browsers without script."""
    draft = drafts.find(request, draft_id)
    return _page(request, draft, _fresh_form(draft), at_password=True)


@permission(Permission.TRANSFERS_WRITE)
@require_POST
def passkey(request: HttpRequest, draft_id: str) -> HttpResponse:
    """Tell the browser what a passkey has to sign: this intent and this arrival, nothing else."""
    draft = drafts.find(request, draft_id)
    try:
        options = operations.passkey_options(
            actor=actor_of(request),
            intent_token=draft.intent,
            delay=_delay(request),
            now=clock.now(),
        )
    except DomainError as error:
        return JsonResponse({"detail": error.text()}, status=error.status)
    return JsonResponse(options)


def _fresh_form(draft: Draft) -> ConfirmForm:
    return ConfirmForm(initial={"intent": draft.intent, "delay": 0, "way": Way.SMS})


def _delay(request: HttpRequest) -> int:
    """Read the chosen arrival of a form that is not complete yet."""
    form = ConfirmForm(request.POST)
    form.is_valid()
    return int(form.cleaned_data.get("delay") or 0)


def _send_code(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Send a code by SMS for exactly what this form says, and show the form again."""
    delay = _delay(request)
    chosen = {"intent": draft.intent, "delay": delay, "way": Way.SMS}
    page = partial(_page, request, draft, ConfirmForm(initial=chosen), at_password=True)
    try:
        operations.send_payment_code(
            actor=actor_of(request),
            intent_token=draft.intent,
            delay=delay,
            address=address_of(request),
            now=clock.now(),
        )
    except DomainError as error:
        return page(status=error.status, refusal=refusals.refusal_of(error))
    return page(code_sent=True)


def _pay(request: HttpRequest, draft: Draft) -> HttpResponse:
    form = ConfirmForm(request.POST)
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


def _send(request: HttpRequest, draft: Draft, form: ConfirmForm) -> Outcome:
    send = operations.pay_request
    if not draft.request_id:
        send = partial(operations.send_transfer, delay=int(form.cleaned_data["delay"]))
    return send(
        actor=actor_of(request),
        intent_token=form.cleaned_data["intent"],
        payment_password=form.cleaned_data["payment_password"],
        proof=form.proof(),
        now=clock.now(),
    )


def _refused(
    request: HttpRequest, draft: Draft, form: ConfirmForm, error: DomainError
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
    form: ConfirmForm,
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
        "asked": proving.shown(quote, may_wait=not draft.request_id),
        "has_password": has_payment_password(person_of(request).id),
        "set_password_url": refusals.page_named("payment_password"),
        "forgotten_url": refusals.page_named("payment_password_forgotten"),
        "at_password": at_password,
        **more,
    }
    return render(request, "web/transfer/confirm.html", context, status=status)
