"""Read what customers wrote, answer it, close it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from okpay.console.frame import actor_of, at_work, page, staff_page
from okpay.console.pages.facts import lines_of
from okpay.console.pages.ids import id_of
from okpay.console.pages.people import face_of
from okpay.console.pages.refusals import Refused, refused
from okpay.console.spans import span_text
from okpay.identity.staff import StaffPermission
from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from okpay.support import operations, queries
from okpay.support.errors import TicketNotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable
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
        "face": face_of(ticket.person),
        "groups": {"all"} | mine | urgent,
        "age": span_text(clock.now() - ticket.opened_at),
    }


@staff_page(StaffPermission.TICKETS_READ)
@require_GET
def detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one ticket: what was written, and the facts that came with it."""
    return _detail(request, id_of(public_id, "tkt"), AnswerForm())


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
        "facts": lines_of(opened.facts),
        "face": face_of(opened.ticket.person),
        "form": form,
        "wrong": wrong,
    }
    return page(request, "console/tickets/detail.html", context, status=status)


@staff_page(StaffPermission.TICKETS_WRITE)
@require_POST
def answer(request: HttpRequest, public_id: str) -> HttpResponse:
    """Answer the customer."""
    ticket_id, form = id_of(public_id, "tkt"), AnswerForm(request.POST)
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
    _do(request, public_id, operations.take)
    return redirect("console_tickets_detail", public_id)


@staff_page(StaffPermission.TICKETS_WRITE)
@require_POST
def close(request: HttpRequest, public_id: str) -> HttpResponse:
    """Close the ticket."""
    _do(request, public_id, operations.close)
    messages.success(request, _("Closed. The customer has been told."))
    return redirect("console_tickets")


def _do(request: HttpRequest, public_id: str, act: Callable[..., None]) -> None:
    try:
        act(actor=actor_of(request), ticket_id=id_of(public_id, "tkt"), now=clock.now())
    except TicketNotFoundError as error:
        raise Http404 from error
