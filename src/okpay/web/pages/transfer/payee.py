"""Step one: whom to pay."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from okpay.identity.rules import Permission
from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from okpay.payments.lookups import look_up
from okpay.payments.payee_errors import LookupLimitError
from okpay.web.actor import actor_of
from okpay.web.pages.refusals import Refusal, refusal_of
from okpay.web.pages.transfer import drafts, people
from okpay.web.pages.transfer.forms import PayeeForm
from okpay.web.permissions import permission


@permission(Permission.TRANSFERS_WRITE)
@require_http_methods(["GET", "POST"])
def transfer(request: HttpRequest) -> HttpResponse:
    """Ask for the payee; go on to the amount once there is one, or an invitation is wanted."""
    form = PayeeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return choose(request, form.cleaned_data["payee"], invite="invite" in request.POST)
    return page(request, form)


def choose(request: HttpRequest, alias: str, *, invite: bool = False) -> HttpResponse:
    """Begin a draft for this payee, or show the first step again with the reason why not."""
    form = PayeeForm({"payee": alias if not alias.startswith("cus_") else ""})
    try:
        payee = look_up(actor=actor_of(request), payee=alias, now=clock.now())
    except LookupLimitError as error:
        return page(request, form, status=error.status, refusal=refusal_of(error))
    except DomainError as error:
        form.add_error("payee", refusal_of(error).text)
        return page(request, form, status=error.status)
    if payee.payee_id is None and not invite:
        return page(request, form, missing=payee.payee_alias)
    draft = drafts.start(request, payee.name)
    return redirect("transfer_amount", draft.id)


def page(
    request: HttpRequest,
    form: PayeeForm,
    *,
    missing: str = "",
    status: int = 200,
    refusal: Refusal | None = None,
) -> HttpResponse:
    """Render the first step."""
    context = {
        "form": form,
        "missing": {"alias": missing} if missing else None,
        "people": people.choices(actor_of(request)),
        "refusal": refusal,
    }
    return render(request, "web/transfer/payee.html", context, status=status)


@permission(Permission.TRANSFERS_WRITE)
@require_GET
def pay_person(request: HttpRequest, public_id: str) -> HttpResponse:
    """Follow a receive link: begin a draft for its owner."""
    return choose(request, public_id)
