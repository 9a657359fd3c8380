"""Look a list through, and confirm exactly that list, with a second proof where it asks for one."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from okpay.identity.factors.queries import Way
from okpay.identity.queries import has_payment_password
from okpay.identity.rules import Permission
from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from okpay.kernel.ids import encode
from okpay.payments.operations import confirming_lists
from okpay.payments.operations import payouts as operations
from okpay.payments.payouts import queries
from okpay.payments.payouts.states import PayoutState
from okpay.web.actor import actor_of, person_of
from okpay.web.pages import refusals
from okpay.web.pages.account.who import address_of
from okpay.web.pages.payouts import lines
from okpay.web.pages.payouts.lists import PREFIX, find, number_of
from okpay.web.pages.transfer import proving
from okpay.web.pages.transfer.forms import ConfirmForm
from okpay.web.permissions import permission

AT_FIRST: Final = 50  # lines shown before somebody asks for more


@permission(Permission.PAYOUTS_WRITE)
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show what would be paid and what would not; on POST let exactly this be paid, once."""
    if request.method == "POST":
        deed = _send_code if "send_code" in request.POST else _pay
        return deed(request, public_id)
    return _page(request, public_id)


@permission(Permission.PAYOUTS_WRITE)
@require_GET
def password(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask for the payment password on a page of its own, for browsers without script."""
    return _page(request, public_id, at_password=True)


@permission(Permission.PAYOUTS_WRITE)
@require_POST
def passkey(request: HttpRequest, public_id: str) -> HttpResponse:
    """Tell the browser what a passkey has to sign: this list as it was shown, nothing else."""
    find(request, public_id)
    try:
        options = confirming_lists.list_passkey_options(
            actor=actor_of(request), intent_token=request.POST.get("intent", ""), now=clock.now()
        )
    except DomainError as error:
        return JsonResponse({"detail": error.text()}, status=error.status)
    return JsonResponse(options)


def _send_code(request: HttpRequest, public_id: str) -> HttpResponse:
    """Send a code by SMS for exactly the list as it was shown, and show the form again."""
    intent = request.POST.get("intent", "")
    form = ConfirmForm(initial={"intent": intent, "way": Way.SMS})
    try:
        confirming_lists.send_list_code(
            actor=actor_of(request), intent_token=intent, address=address_of(request),
            now=clock.now(),
        )  # fmt: skip
    except DomainError as error:
        return _again(request, public_id, form, error)
    return _page(request, public_id, form=form, at_password=True, code_sent=True)


def _again(
    request: HttpRequest, public_id: str, form: ConfirmForm, error: DomainError
) -> HttpResponse:
    """Say why not; a list that is not what was shown is shown anew."""
    fresh = None if error.code == "quote_expired" else form
    return _page(
        request, public_id, form=fresh, at_password=fresh is not None, status=error.status,
        refusal=refusals.refusal_of(error),
    )  # fmt: skip


def _pay(request: HttpRequest, public_id: str) -> HttpResponse:
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        return _page(request, public_id, form=form, at_password=True, status=422)
    try:
        payout_id = operations.confirm_payout(
            actor=actor_of(request),
            intent_token=form.cleaned_data["intent"],
            payment_password=form.cleaned_data["payment_password"],
            proof=form.proof(),
            now=clock.now(),
        )
    except DomainError as error:
        return _again(request, public_id, form, error)
    return redirect("payout", encode(PREFIX, payout_id))


def _page(
    request: HttpRequest,
    public_id: str,
    *,
    form: ConfirmForm | None = None,
    at_password: bool = False,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    head = find(request, public_id)
    if head.state != PayoutState.RECEIVED:
        return redirect("payout", public_id)
    quote = operations.quote_payout(
        actor=actor_of(request), payout_id=number_of(public_id), now=clock.now()
    )
    context = {
        "number": public_id,
        "quote": quote,
        "head": quote.head,
        "form": form or ConfirmForm(initial={"intent": quote.intent_token, "way": Way.SMS}),
        "asked": proving.list_shown(quote.asked),
        "alike": encode(PREFIX, quote.alike.id) if quote.alike else "",
        "has_password": has_payment_password(person_of(request).id),
        "set_password_url": refusals.page_named("payment_password"),
        "forgotten_url": refusals.page_named("payment_password_forgotten"),
        "at_password": at_password,
        **_rows(request, head, quote.remarks),
        **more,
    }
    return render(request, "web/payouts/confirm.html", context, status=status)


def _rows(
    request: HttpRequest, head: queries.PayoutHead, remarks: queries.Remarks
) -> dict[str, Any]:
    only = "remarks" if request.GET.get("show") == "remarks" and remarks.total else ""
    found = queries.lines(
        head.id,
        after=lines.after(request),
        limit=AT_FIRST + 1,
        named=True,
        remarked_for=head.owner if only else None,
    )
    return lines.page_of(found, AT_FIRST, head, show=only)
