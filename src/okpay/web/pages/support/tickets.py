"""A person's tickets: list, open, read, write, close."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from okpay.identity.rules import Permission
from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from okpay.support import Topic, operations, queries
from okpay.support.errors import TicketNotFoundError
from okpay.support.models import Ticket
from okpay.support.states import CHOSEN, TicketState
from okpay.web.actor import actor_of, person_of
from okpay.web.pages.support.forms import MessageForm, NewForm
from okpay.web.permissions import permission

BADGES = {TicketState.OPEN: "warn", TicketState.ANSWERED: "ok", TicketState.CLOSED: ""}


@permission(Permission.SUPPORT_READ)
@never_cache
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """All tickets of the person, the latest touched first."""
    rows = [_row(one) for one in queries.tickets_of(person_of(request).pk)]
    return render(request, "web/support/list.html", {"rows": rows, "tab": "me"})


def _row(ticket: Ticket) -> dict[str, object]:
    return {
        "id": ticket.pk,
        "number": str(ticket),
        "topic": ticket.get_topic_display(),
        "state": ticket.get_state_display(),
        "kind": BADGES[TicketState(ticket.state)],
        "at": ticket.updated_at,
        "closed": ticket.state == TicketState.CLOSED,
    }


@permission(Permission.SUPPORT_WRITE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Report something suspicious or a security hole, or ask."""
    wanted = request.GET.get("topic", "")
    first = wanted if wanted in {str(one) for one in CHOSEN} else str(Topic.SUSPICIOUS)
    form = NewForm(request.POST or None, initial={"topic": first})
    if request.method == "POST" and form.is_valid():
        try:
            ticket = operations.open_ticket(
                actor=actor_of(request),
                topic=Topic(form.cleaned_data["topic"]),
                text=form.cleaned_data["text"],
                now=clock.now(),
            )
        except DomainError as refused:
            form.add_error("text", refused.text())
        else:
            messages.success(request, _("Sent. We answer here and write you a mail."))
            return redirect("support_ticket", ticket.pk)
    return render(request, "web/support/new.html", {"form": form, "tab": "me"})


@permission(Permission.SUPPORT_WRITE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ticket(request: HttpRequest, ticket_id: UUID) -> HttpResponse:
    """One ticket with what was said; write in it."""
    form = MessageForm(request.POST or None)
    try:
        if request.method == "POST" and form.is_valid() and _sent(request, ticket_id, form):
            return redirect("support_ticket", ticket_id)
        opened = queries.ticket_of(actor=actor_of(request), ticket_id=ticket_id)
    except TicketNotFoundError as none:
        raise Http404 from none
    context = {
        "row": _row(opened.ticket),
        "said": opened.messages,
        "marked": opened.facts.get("unknown_payments") or [],
        "form": form,
        "tab": "me",
    }
    return render(request, "web/support/ticket.html", context)


def _sent(request: HttpRequest, ticket_id: UUID, form: MessageForm) -> bool:
    try:
        operations.add_message(
            actor=actor_of(request),
            ticket_id=ticket_id,
            text=form.cleaned_data["text"],
            now=clock.now(),
        )
    except TicketNotFoundError:
        raise
    except DomainError as refused:
        form.add_error("text", refused.text())
        return False
    return True


@permission(Permission.SUPPORT_WRITE)
@require_POST
def close(request: HttpRequest, ticket_id: UUID) -> HttpResponse:
    """Close one's own ticket."""
    try:
        operations.close(actor=actor_of(request), ticket_id=ticket_id, now=clock.now())
    except TicketNotFoundError as none:
        raise Http404 from none
    messages.success(request, _("The ticket is closed. Write in it to open it again."))
    return redirect("support")
