"""How a top-up stands, the way back from the card page, and the card page once more."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from okpay.funding import operations, queries
from okpay.funding.declines import decline_of
from okpay.funding.errors import InstrumentDeclinedError, TopUpNotFoundError
from okpay.funding.schemas import TopUpView
from okpay.funding.states import TopUpState
from okpay.identity.rules import Permission
from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from okpay.kernel.ids import BadIdError, decode
from okpay.kernel.money import Money
from okpay.wallets.queries import balances
from okpay.web.actor import actor_of
from okpay.web.pages.refusals import page_named, refusal_of
from okpay.web.pages.topup import words
from okpay.web.permissions import permission


@permission(Permission.TOPUPS_WRITE)
@require_GET
def result(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show how it stands; while it is under way the page asks again by itself."""
    return _page(request, _find(request, public_id))


@permission(Permission.TOPUPS_WRITE)
@require_GET
def back(request: HttpRequest, public_id: str) -> HttpResponse:
    """Come back from the card page. What happened there is learnt from the acquirer, not here."""
    view = _find(request, public_id)
    operations.come_back(actor=actor_of(request), top_up_id=view.id, now=clock.now())
    return redirect("topup_result", view.public_id)


@permission(Permission.TOPUPS_WRITE)
@require_POST
def go_on(request: HttpRequest, public_id: str) -> HttpResponse:
    """Open the card page of a top-up that was begun."""
    view = _find(request, public_id)
    try:
        view = operations.continue_top_up(
            actor=actor_of(request), top_up_id=view.id, now=clock.now()
        )
    except DomainError as error:
        return _page(request, view, status=error.status, refusal=refusal_of(error))
    return redirect(view.hosted_url) if view.hosted_url else redirect("topup_result", public_id)


def _find(request: HttpRequest, public_id: str) -> TopUpView:
    try:
        return queries.top_up(actor_of(request).require_person(), decode(public_id, "tup"))
    except (BadIdError, TopUpNotFoundError) as error:
        raise Http404 from error


def _page(request: HttpRequest, view: TopUpView, *, status: int = 200, **more: Any) -> HttpResponse:
    context: dict[str, Any] = {"view": view, "told": words.told(view), **more}
    if view.state is TopUpState.DECLINED:
        context["decline"] = decline_of(view.decline_code)
        context["code"] = InstrumentDeclinedError.code
        context["help_url"] = page_named("error_code", InstrumentDeclinedError.code)
    elif view.state is not TopUpState.CANCELED:
        context["steps"] = words.steps(view)
    if view.state is TopUpState.SUCCEEDED:
        context["balance"] = _balance(request, view)
        context["record_url"] = page_named("record_detail", view.public_id)
    htmx = getattr(request, "htmx", False)
    template = "web/topup/slip.html" if htmx else "web/topup/result.html"
    return render(request, template, context, status=status)


def _balance(request: HttpRequest, view: TopUpView) -> Money | None:
    held = balances(actor_of(request).require_person())
    return next((one.available for one in held if one.asset == view.money.asset), None)
