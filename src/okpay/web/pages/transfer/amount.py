"""Step two: how much, and a note."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from okpay.identity.rules import Permission
from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from okpay.kernel.money import ASSETS, Asset, InvalidAmountError, Money, asset_of, parse_amount
from okpay.payments import operations
from okpay.payments.errors import InsufficientFundsError
from okpay.payments.lookups import find_payee
from okpay.wallets.queries import Balance, balances
from okpay.web.actor import actor_of, person_of
from okpay.web.pages.records.filters import Chip
from okpay.web.pages.refusals import refusal_of
from okpay.web.pages.transfer import drafts, people
from okpay.web.pages.transfer.drafts import Draft
from okpay.web.pages.transfer.forms import AmountForm
from okpay.web.permissions import permission


@permission(Permission.TRANSFERS_WRITE)
@require_http_methods(["GET", "POST"])
def amount(request: HttpRequest, draft_id: str) -> HttpResponse:
    """Ask for the amount; go on to the confirmation of exactly this payee and amount."""
    draft = drafts.find(request, draft_id)
    if draft.record:
        return redirect("transfer_result", draft.record)
    if request.method == "POST":
        return _quote(request, draft)
    typed = {"amount": draft.amount, "currency": draft.currency, "memo": draft.memo}
    wanted = ASSETS.get(request.GET.get("currency", ""))
    if wanted is not None:
        typed["currency"] = wanted.code
    return _page(request, draft, AmountForm(initial=typed), asset_of(typed["currency"]))


def _quote(request: HttpRequest, draft: Draft) -> HttpResponse:
    form = AmountForm(request.POST)
    asset = ASSETS.get(request.POST.get("currency", ""), ASSETS[draft.currency])
    if not form.is_valid():
        return _page(request, draft, form, asset, status=422)
    draft.amount, draft.memo = form.cleaned_data["amount"], form.cleaned_data["memo"]
    draft.currency, draft.refusal = asset.code, {}
    try:
        quote = operations.quote_transfer(
            actor=actor_of(request),
            payee=draft.payee,
            money=parse_amount(draft.amount, asset),
            memo=draft.memo,
            now=clock.now(),
        )
        _refuse_in_vain(request, quote.total)
    except InvalidAmountError as error:
        form.add_error("amount", error.text())
        return _page(request, draft, form, asset, status=error.status)
    except DomainError as error:
        drafts.keep(request, draft)
        return _page(request, draft, form, asset, status=error.status, refusal=refusal_of(error))
    draft.intent = quote.intent_token
    drafts.keep(request, draft)
    return redirect("transfer_confirm", draft.id)


def _refuse_in_vain(request: HttpRequest, total: Money) -> None:
    """Spare the payment password where the balance cannot pay for this; the engine decides later.

    Raises:
        InsufficientFundsError: how much is short now.
    """
    held = balances(person_of(request).id, clock.now())
    funds = next((one.available for one in held if one.asset == total.asset), None)
    if funds is not None and funds < total:
        short = (total - funds).decimal_string()
        raise InsufficientFundsError(short=short, currency=total.asset.code)


def _page(
    request: HttpRequest,
    draft: Draft,
    form: AmountForm,
    asset: Asset,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    held = balances(person_of(request).id, clock.now())
    context = {
        "draft": draft,
        "form": form,
        "asset": asset,
        "payee": people.shown(find_payee(actor=actor_of(request), payee=draft.payee)),
        "funds": next((one for one in held if one.asset == asset), None),
        "currencies": _currencies(held, asset, draft),
        "zero": Money(asset, 0),
        **more,
    }
    return render(request, "web/transfer/amount.html", context, status=status)


def _currencies(held: list[Balance], asset: Asset, draft: Draft) -> list[Chip]:
    address = reverse("transfer_amount", args=[draft.id])
    return [
        Chip(one.asset.code, f"{address}?currency={one.asset.code}", one.asset == asset)
        for one in held
    ]
