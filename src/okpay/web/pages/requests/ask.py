"""Ask a person for money."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from okpay.identity.rules import Permission
from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from okpay.kernel.ids import encode
from okpay.kernel.money import InvalidAmountError, asset_of, parse_amount
from okpay.payments import operations
from okpay.wallets.queries import balances
from okpay.web import typeset
from okpay.web.actor import actor_of, person_of
from okpay.web.pages.refusals import Refusal, refusal_of
from okpay.web.pages.requests.forms import RequestForm
from okpay.web.permissions import permission


@permission(Permission.REQUESTS_WRITE)
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Show the form, or send the request."""
    held = [balance.asset.code for balance in balances(person_of(request).id, clock.now())]
    currencies = held or [typeset.HOME_ASSET]
    form = RequestForm(request.POST or None, currencies=currencies)
    if request.method == "POST" and form.is_valid():
        return _send(request, form)
    return _page(request, form, status=422 if form.is_bound else 200)


def _send(request: HttpRequest, form: RequestForm) -> HttpResponse:
    typed = form.cleaned_data
    try:
        made = operations.request_money(
            actor=actor_of(request),
            payer=typed["payer"],
            money=parse_amount(typed["amount"], asset_of(typed["currency"])),
            memo=typed["memo"],
            now=clock.now(),
        )
    except InvalidAmountError as error:
        form.add_error("amount", error.text())
        return _page(request, form, status=error.status)
    except DomainError as error:
        return _page(request, form, status=error.status, refusal=refusal_of(error))
    messages.success(request, _("Asked. They see it in their wallet and get a message."))
    return redirect("request_detail", encode("req", made.id))


def _page(
    request: HttpRequest, form: RequestForm, *, status: int = 200, refusal: Refusal | None = None
) -> HttpResponse:
    currencies = [code for code, _label in form.fields["currency"].choices]  # type: ignore[attr-defined]  # a ChoiceField
    chosen = form["currency"].value()
    context = {
        "form": form,
        "refusal": refusal,
        "currencies": currencies,
        "asset": asset_of(chosen if chosen in currencies else currencies[0]),
    }
    return render(request, "web/requests/new.html", context, status=status)
