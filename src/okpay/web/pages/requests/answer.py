"""One request: look at it, pay it, decline it, or take it back."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from okpay.identity.rules import Permission
from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from okpay.kernel.ids import BadIdError, decode, encode
from okpay.payments import operations, queries
from okpay.payments.states import RequestState
from okpay.web.actor import actor_of, person_of
from okpay.web.pages.records.story import Fact
from okpay.web.pages.refusals import refusal_of
from okpay.web.pages.requests.words import row_of, steps_of
from okpay.web.pages.transfer import drafts
from okpay.web.permissions import permission


def _read(public_id: str) -> UUID:
    try:
        return decode(public_id, "req")
    except BadIdError as error:
        raise Http404 from error


def _find(request: HttpRequest, public_id: str) -> queries.RequestLine:
    line = queries.money_request(person_of(request).id, _read(public_id))
    if line is None:
        raise Http404
    return line


@permission(Permission.REQUESTS_WRITE)
@require_GET
def request_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show a request to its two sides only."""
    line, now = _find(request, public_id), clock.now()
    context = {
        "public_id": public_id,
        "row": row_of(line, now=now),
        "mine": line.direction == "out",
        "asked": line.state == RequestState.OPEN,
        "steps": steps_of(line, now=now),
        "facts": [
            *([Fact(_("Note"), text=line.memo)] if line.memo else []),
            Fact(_("Fee"), text=_("None for both sides")),
            Fact(_("Request no."), code=public_id, copy_label=_("Copy the request number")),
        ],
        "record_url": _record_url(line),
    }
    return render(request, "web/requests/detail.html", context)


def _record_url(line: queries.RequestLine) -> str:
    if line.record_id is None:
        return ""
    return reverse("record_detail", args=[encode("trf", line.record_id)])


@permission(Permission.REQUESTS_WRITE)
@require_POST
def pay(request: HttpRequest, public_id: str) -> HttpResponse:
    """Go to the confirmation of a transfer that answers this request."""
    line = _find(request, public_id)
    try:
        quote = operations.quote_request(
            actor=actor_of(request), request_id=line.id, now=clock.now()
        )
    except DomainError as error:
        refusal = refusal_of(error)
        messages.error(request, f"{refusal.text} {refusal.remedy}")
        return redirect("request_detail", public_id)
    draft = drafts.start(
        request,
        encode("cus", quote.payee_id) if quote.payee_id else "",
        currency=line.money.asset.code,
        amount=line.money.decimal_string(),
        memo=line.memo,
        request_id=public_id,
        intent=quote.intent_token,
    )
    return redirect("transfer_confirm", draft.id)


@permission(Permission.REQUESTS_WRITE)
@require_POST
def decline(request: HttpRequest, public_id: str) -> HttpResponse:
    """Decline to pay."""
    said = _("You declined. Nothing was paid, and they have been told.")
    return _act(request, public_id, operations.decline_request, said)


@permission(Permission.REQUESTS_WRITE)
@require_POST
def cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take one's own request back."""
    return _act(request, public_id, operations.cancel_request, _("The request is canceled."))


def _act(
    request: HttpRequest, public_id: str, operation: Callable[..., object], said: str
) -> HttpResponse:
    try:
        operation(actor=actor_of(request), request_id=_read(public_id), now=clock.now())
    except DomainError as error:
        if error.status == 404:  # noqa: PLR2004 — not theirs: say nothing about it
            raise Http404 from error
        refusal = refusal_of(error)
        messages.error(request, f"{refusal.text} {refusal.remedy}")
    else:
        messages.success(request, said)
    return redirect("request_detail", public_id)
