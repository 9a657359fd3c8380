"""Freezing one's own account, and the page that says why it is frozen and until when."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from okpay.identity.freezing import operations, queries
from okpay.identity.freezing.models import Freeze
from okpay.identity.rules import Permission
from okpay.kernel import clock
from okpay.kernel.approvals.queries import waiting_about
from okpay.kernel.errors import DomainError
from okpay.kernel.ids import encode
from okpay.support import Topic, open_ticket
from okpay.support.queries import tickets_of
from okpay.support.states import TicketState
from okpay.web.actor import actor_of, person_of
from okpay.web.pages.rescue.forms import StoryForm
from okpay.web.permissions import permission, public


@permission(Permission.SECURITY_WRITE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def freeze(request: HttpRequest) -> HttpResponse:
    """Say exactly what a freeze does, and freeze; or say why the account is frozen."""
    standing = queries.standing(person_of(request).pk)
    if standing is not None:
        return _why(request, standing, StoryForm())
    if request.method == "POST":
        operations.freeze_own(actor=actor_of(request), now=clock.now())
        request.session.flush()  # its row is gone with all the others
        return redirect("frozen")
    return render(request, "web/rescue/freeze.html", {"tab": "me"})


def _why(request: HttpRequest, standing: Freeze, form: StoryForm) -> HttpResponse:
    person_id = person_of(request).pk
    appeals = [
        one
        for one in tickets_of(person_id)
        if one.topic in {Topic.APPEAL, Topic.STOLEN} and one.state != TicketState.CLOSED
    ]
    context = {
        "freeze": standing,
        "number": str(standing),
        "cause": standing.get_cause_display(),
        "deciding": bool(waiting_about(encode("cus", person_id))),
        "appeal": appeals[0] if appeals else None,
        "form": form,
        "tab": "me",
    }
    return render(request, "web/rescue/why.html", context)


@permission(Permission.SECURITY_WRITE)
@never_cache
@require_POST
def appeal(request: HttpRequest) -> HttpResponse:
    """Ask for another look: a ticket with the freeze attached."""
    standing = queries.standing(person_of(request).pk)
    if standing is None:
        return redirect("security")
    form = StoryForm(request.POST)
    if not form.is_valid():
        return _why(request, standing, form)
    try:
        ticket = open_ticket(
            actor=actor_of(request),
            topic=Topic.APPEAL,
            text=form.cleaned_data["text"],
            facts={"freeze": str(standing), "cause": standing.cause},
            now=clock.now(),
        )
    except DomainError as refused:
        form.add_error("text", refused.text())
        return _why(request, standing, form)
    return redirect("support_ticket", ticket.pk)


@public
@never_cache
@require_safe
def frozen(request: HttpRequest) -> HttpResponse:
    """The account was frozen a moment ago, from this browser."""
    return render(request, "web/rescue/frozen.html", {"title": _("Your account is frozen")})
