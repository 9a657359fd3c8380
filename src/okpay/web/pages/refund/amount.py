"""Step one: how much of a received payment goes back, and a note."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from okpay.identity.rules import Permission
from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from okpay.kernel.ids import BadIdError, decode
from okpay.kernel.money import InvalidAmountError, parse_amount
from okpay.payments import operations
from okpay.payments.refundable import Refundable, refundable
from okpay.wallets.queries import balances
from okpay.web.actor import actor_of, person_of
from okpay.web.pages.records.rows import letter_of
from okpay.web.pages.refund import intents
from okpay.web.pages.refusals import refusal_of
from okpay.web.permissions import permission

PAYMENTS: Final = ("trf", "pay")
MEMO_LENGTH: Final = 40


class AmountForm(forms.Form):
    """How much goes back, and a note. The amount is read by the kernel, not here."""

    amount = forms.CharField(label=_("Amount"), max_length=48)
    memo = forms.CharField(label=_("Note"), max_length=MEMO_LENGTH, required=False)


def find(request: HttpRequest, public_id: str) -> Refundable:
    """Return a payment that the signed-in person received; Http404 for any other."""
    try:
        record_id = decode(public_id, *PAYMENTS)
    except BadIdError as error:
        raise Http404 from error
    found = refundable(person_of(request).id, record_id)
    if found is None:
        raise Http404
    return found


@permission(Permission.TRANSFERS_WRITE)
@require_http_methods(["GET", "POST"])
def amount(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask how much goes back; all that is left of the payment is written there already."""
    found = find(request, public_id)
    if found.left.minor <= 0:
        return redirect("record_detail", public_id)
    if request.method == "POST":
        return _quote(request, public_id, found)
    return page(
        request, public_id, found, AmountForm(initial={"amount": found.left.decimal_string()})
    )


def _quote(request: HttpRequest, public_id: str, found: Refundable) -> HttpResponse:
    form = AmountForm(request.POST)
    if not form.is_valid():
        return page(request, public_id, found, form, status=422)
    try:
        quote = operations.quote_refund(
            actor=actor_of(request),
            record_id=found.record_id,
            money=parse_amount(form.cleaned_data["amount"], found.left.asset),
            memo=form.cleaned_data["memo"],
            now=clock.now(),
        )
    except InvalidAmountError as error:
        form.add_error("amount", error.text())
        return page(request, public_id, found, form, status=error.status)
    except DomainError as error:
        return page(request, public_id, found, form, status=error.status, refusal=refusal_of(error))
    intents.keep(request, public_id, quote.intent_token)
    return redirect("refund_confirm", public_id)


def page(
    request: HttpRequest,
    public_id: str,
    found: Refundable,
    form: AmountForm,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """Show the form, with what is left of the payment and what is in the balance."""
    held = balances(person_of(request).id, clock.now())
    context = {
        "public_id": public_id,
        "found": found,
        "form": form,
        "asset": found.left.asset,
        "letter": letter_of(found.payer_masked),
        "funds": next((one for one in held if one.asset == found.left.asset), None),
        **more,
    }
    return render(request, "web/refund/amount.html", context, status=status)
