"""Read what customers wrote, answer it, close it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from okpay.console.frame import actor_of, at_work, page, staff_page
from okpay.console.pages.refusals import Refused, refused
from okpay.console.spans import span_text
from okpay.identity.rules import mask_name
from okpay.identity.staff import StaffPermission
from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from okpay.kernel.ids import BadIdError, decode, encode
from okpay.support import operations, queries
from okpay.support.errors import TicketNotFoundError

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse
    from django.utils.functional import _StrPromise

    from okpay.support.models import Ticket

FILTERS: Final[dict[str, _StrPromise]] = {
    "all": pgettext_lazy("tickets", "All"),
    "mine": pgettext_lazy("tickets", "Mine"),
    "urgent": pgettext_lazy("tickets", "Urgent"),
}


class AnswerForm(forms.Form):
    """What is answered."""

    text = forms.CharField(
        label=gettext_lazy("Your answer"),
        max_length=operations.LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy(
            "The customer reads it in the app. Never ask for a password or a code."
        ),
    )


@staff_page(StaffPermission.TICKETS_READ)
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """List what waits for an answer, the urgent first, then the oldest."""
    staff = at_work(request)
    rows = [_row(one, staff.person.id) for one in queries.queue(actor=actor_of(request))]
    chosen = request.GET.get("show", "all")
    chosen = chosen if chosen in FILTERS else "all"
    context = {
        "rows": [row for row in rows if chosen in row["groups"]],
        "chosen": chosen,
        "chips": [
            (name, words, sum(name in row["groups"] for row in rows))
            for name, words in FILTERS.items()
        ],
    }
    return page(request, "console/tickets/list.html", context)


def _row(ticket: Ticket, staff_id: UUID) -> dict[str, Any]:
    mine = {"mine"} if ticket.taken_by == staff_id else set()
    urgent = {"urgent"} if ticket.urgent else set()
    return {
        "ticket": ticket,
        "number": str(ticket),
        "name": mask_name(ticket.person.name),
        "customer_id": encode("cus", ticket.person_id),
        "groups": {"all"} | mine | urgent,
        "age": span_text(clock.now() - ticket.opened_at),
    }


@staff_page(StaffPermission.TICKETS_READ)
@require_GET
def detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one ticket: what was written, and the facts that came with it."""
    return _detail(request, _id(public_id), AnswerForm())


def _id(public_id: str) -> UUID:
    try:
        return decode(public_id, "tkt")
    except BadIdError as error:
        raise Http404 from error


def _detail(
    request: HttpRequest,
    ticket_id: UUID,
    form: AnswerForm,
    *,
    wrong: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    try:
        opened = queries.ticket_of(actor=actor_of(request), ticket_id=ticket_id)
    except TicketNotFoundError as error:
        raise Http404 from error
    context = {
        "ticket": opened.ticket,
        "messages_said": opened.messages,
        "facts": [(name, _plain(value)) for name, value in opened.facts.items()],
        "name": mask_name(opened.ticket.person.name),
        "customer_id": encode("cus", opened.ticket.person_id),
        "form": form,
        "wrong": wrong,
    }
    return page(request, "console/tickets/detail.html", context, status=status)


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@staff_page(StaffPermission.TICKETS_WRITE)
@require_POST
def answer(request: HttpRequest, public_id: str) -> HttpResponse:
    """Answer the customer."""
    ticket_id, form = _id(public_id), AnswerForm(request.POST)
    if not form.is_valid():
        return _detail(request, ticket_id, form, status=422)
    try:
        operations.reply(
            actor=actor_of(request),
            ticket_id=ticket_id,
            text=form.cleaned_data["text"],
            now=clock.now(),
        )
    except TicketNotFoundError as error:
        raise Http404 from error
    except DomainError as error:
        return _detail(request, ticket_id, form, wrong=refused(error), status=error.status)
    messages.success(request, _("Answered. The customer has been told."))
    return redirect("console_tickets_detail", public_id)


@staff_page(StaffPermission.TICKETS_WRITE)
@require_POST
def take(request: HttpRequest, public_id: str) -> HttpResponse:
    """Say that one works on it."""
    try:
        operations.take(actor=actor_of(request), ticket_id=_id(public_id), now=clock.now())
    except TicketNotFoundError as error:
        raise Http404 from error
    return redirect("console_tickets_detail", public_id)


@staff_page(StaffPermission.TICKETS_WRITE)
@require_POST
def close(request: HttpRequest, public_id: str) -> HttpResponse:
    """Close the ticket."""
    try:
        operations.close(actor=actor_of(request), ticket_id=_id(public_id), now=clock.now())
    except TicketNotFoundError as error:
        raise Http404 from error
    messages.success(request, _("Closed. The customer has been told."))
    return redirect("console_tickets")
