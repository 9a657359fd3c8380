"""How much to add; then on to the card company's own page."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from okpay.funding import operations, rules
from okpay.funding.errors import CardNumberRefusedError
from okpay.funding.schemas import TopUpView
from okpay.identity.rules import Permission
from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from okpay.kernel.money import ASSETS, Asset, InvalidAmountError, asset_of, parse_amount
from okpay.kernel.pan import contains_card_number
from okpay.web.actor import actor_of
from okpay.web.pages.refusals import refusal_of
from okpay.web.pages.topup.forms import TopUpForm
from okpay.web.pages.topup.words import Choice, quick_of
from okpay.web.permissions import permission

HOME: Final = "CNY"
OWN_FIELDS: Final = frozenset({"csrfmiddlewaretoken", "request_id"})


@permission(Permission.TOPUPS_WRITE)
@require_http_methods(["GET", "POST"])
def topup(request: HttpRequest) -> HttpResponse:
    """Ask for the amount; begin the top-up and go to the card page."""
    if request.method == "POST":
        return _begin(request)
    asset = _asset(request.GET.get("currency", HOME))
    initial = {"amount": request.GET.get("amount", "")[:48], "currency": asset.code}
    return _page(request, TopUpForm(initial=initial), asset)


def _asset(code: str) -> Asset:
    return ASSETS[code] if code in rules.ASSET_CODES else ASSETS[HOME]


def _begin(request: HttpRequest) -> HttpResponse:
    form = TopUpForm(request.POST)
    asset = _asset(request.POST.get("currency", HOME))
    try:
        _refuse_card_numbers(request)
        if not form.is_valid():
            return _page(request, form, asset, status=422)
        view = _start(request, form)
    except InvalidAmountError as error:
        form.add_error("amount", error.text())
        return _page(request, form, asset, status=error.status)
    except CardNumberRefusedError as error:
        fresh = TopUpForm(initial={"currency": asset.code})
        return _page(request, fresh, asset, status=error.status, refusal=refusal_of(error))
    except DomainError as error:
        return _page(request, form, asset, status=error.status, refusal=refusal_of(error))
    return redirect(view.hosted_url or reverse("topup_result", args=[view.public_id]))


def _start(request: HttpRequest, form: TopUpForm) -> TopUpView:
    typed = form.cleaned_data
    return operations.start_top_up(
        actor=actor_of(request),
        money=parse_amount(typed["amount"], asset_of(typed["currency"])),
        client_key=f"web:{typed['request_id']}",
        now=clock.now(),
    )


def _refuse_card_numbers(request: HttpRequest) -> None:
    """A card number that is sent to us anyway goes no further: not into a page, not into a log."""
    fields = {name: request.POST.getlist(name) for name in request.POST if name not in OWN_FIELDS}
    typed = [text for name, values in fields.items() for text in (name, *values)]
    if any(contains_card_number(text) for text in typed):
        raise CardNumberRefusedError


def _page(
    request: HttpRequest, form: TopUpForm, asset: Asset, *, status: int = 200, **more: Any
) -> HttpResponse:
    address = reverse("topup")
    context = {
        "form": form,
        "asset": asset,
        "bounds": rules.bounds(asset),
        "fee": rules.fee_of(rules.bounds(asset).least),
        "quick": [quick_of(money, address) for money in rules.quick_amounts(asset)],
        "currencies": [
            Choice(one.code, f"{address}?currency={one.code}", one == asset)
            for one in rules.assets()
        ],
        **more,
    }
    return render(request, "web/topup/amount.html", context, status=status)
