"""The requests: those who ask this person, and those this person asked."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from okpay.identity.rules import Permission
from okpay.kernel import clock
from okpay.payments import queries
from okpay.web.actor import person_of
from okpay.web.pages.records.filters import Chip
from okpay.web.pages.requests.words import row_of
from okpay.web.permissions import permission


@permission(Permission.REQUESTS_WRITE)
@require_GET
def requests(request: HttpRequest) -> HttpResponse:
    """List the requests of one side, newest first."""
    mine, now = request.GET.get("side") == "mine", clock.now()
    lines = queries.money_requests(person_of(request).id)
    side = "out" if mine else "in"
    address = reverse("requests")
    context = {
        "mine": mine,
        "heading": _("Asked by me") if mine else _("Asking me"),
        "tabs": [
            Chip(_("Asking me"), address, not mine),
            Chip(_("Asked by me"), f"{address}?side=mine", mine),
        ],
        "rows": [row_of(line, now=now) for line in lines if line.direction == side],
    }
    return render(request, "web/requests/list.html", context)
