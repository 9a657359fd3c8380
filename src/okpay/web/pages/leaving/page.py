"""Take a copy of one's data along; close the account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from okpay.identity.leaving import exports, obstacles, operations
from okpay.identity.leaving.hooks import Obstacle, Way
from okpay.identity.leaving.states import ExportState
from okpay.identity.rules import Permission
from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from okpay.web.actor import actor_of, person_of
from okpay.web.pages.refusals import page_named
from okpay.web.permissions import permission, public
from okpay.web.step_up import stepped_up
from okpay.web.typeset import figure

if TYPE_CHECKING:
    from okpay.identity.leaving.models import Export


@permission(Permission.LEAVING_WRITE)
@never_cache
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Say what stands in the way of closing, and offer the copy."""
    person_id = person_of(request).pk
    context = {
        "obstacles": [_shown(one) for one in obstacles.in_the_way(person_id)],
        "export": _export(exports.latest(person_id)),
        "tab": "me",
    }
    return render(request, "web/leaving/overview.html", context)


def _export(export: Export | None) -> dict[str, Any] | None:
    if export is None:
        return None
    now = clock.now()
    fresh = export.expires_at is not None and export.expires_at > now
    return {
        "id": export.pk,
        "waiting": export.state == ExportState.ASKED,
        "ready": export.state == ExportState.READY and fresh,
        "until": export.expires_at,
        "kilobytes": -(-export.size // 1000),
    }


def _shown(one: Obstacle) -> dict[str, str]:
    """Put what stands in the way into words, with where it is settled."""
    money = figure(one.money).plain() if one.money is not None else ""
    words = {
        Way.BALANCE: (
            "wallet",
            _("%(amount)s is still in your wallet") % {"amount": money},
            _("Send it to somebody."),
            "transfer",
        ),
        Way.HELD: (
            "clock",
            _("%(amount)s is set aside for a payment that waits") % {"amount": money},
            _("Cancel it, or wait until it ends."),
            "records",
        ),
        Way.INCOMING: (
            "arrow-down-left",
            _("%(amount)s is on its way to you") % {"amount": money},
            _("Accept it or send it back."),
            "records",
        ),
        Way.FROZEN: (
            "snowflake",
            _("The account is frozen"),
            _("It can be closed once it is open again."),
            "security_freeze",
        ),
        Way.TICKETS: (
            "message-square-text",
            ngettext("%(count)s ticket is open", "%(count)s tickets are open", one.count)
            % {"count": one.count},
            _("Close it, or wait for the answer."),
            "support",
        ),
    }
    icon, title, text, name = words[one.way]
    return {"icon": icon, "title": title, "text": text, "url": page_named(name)}


@permission(Permission.LEAVING_WRITE)
@never_cache
@stepped_up
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest) -> HttpResponse:
    """Say what closing means, and ask for it."""
    if request.method == "POST":
        try:
            operations.ask_to_close(actor=actor_of(request), now=clock.now())
        except DomainError as refused:
            messages.error(request, refused.text())
            return redirect("leaving")
        request.session.flush()  # its row is gone with all the others
        return redirect("leaving_asked")
    if obstacles.in_the_way(person_of(request).pk):
        return redirect("leaving")
    context = {"days": operations.GRACE.days, "tab": "me"}
    return render(request, "web/leaving/close.html", context)


@public
@never_cache
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """The account closes in a month, unless its owner signs in."""
    return render(request, "web/leaving/asked.html", {"days": operations.GRACE.days})


@permission(Permission.LEAVING_WRITE)
@never_cache
@require_POST
def ask_copy(request: HttpRequest) -> HttpResponse:
    """Ask for a copy of one's data."""
    try:
        exports.ask_for_copy(actor=actor_of(request), now=clock.now())
    except DomainError as refused:
        messages.error(request, refused.text())
    else:
        messages.success(request, _("We put it together and write to you when it is ready."))
    return redirect("leaving")


@permission(Permission.LEAVING_WRITE)
@never_cache
@stepped_up
@require_http_methods(["GET", "HEAD", "POST"])
def download(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """Hand the copy out, once."""
    if request.method != "POST":
        return render(request, "web/leaving/download.html", {"id": export_id, "tab": "me"})
    try:
        content = exports.take(actor=actor_of(request), export_id=export_id, now=clock.now())
    except DomainError as refused:
        messages.error(request, refused.text())
        return redirect("leaving")
    answer = HttpResponse(content, content_type="application/zip")
    answer["Content-Disposition"] = 'attachment; filename="okpay-data.zip"'
    answer["Content-Security-Policy"] = "sandbox"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
