"""The requests: those who ask this person, and those this person asked."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from okpay.identity.rules import Permission
from okpay.kernel import clock
from okpay.kernel.ids import BadIdError, decode, encode
from okpay.payments import queries
from okpay.web.actor import person_of
from okpay.web.pages.records.filters import Chip
from okpay.web.pages.requests.words import row_of
from okpay.web.permissions import permission

PAGE: Final = 20


@permission(Permission.REQUESTS_WRITE)
@require_GET
def requests(request: HttpRequest) -> HttpResponse:
    """List the requests of one side, newest first."""
    mine, now = request.GET.get("side") == "mine", clock.now()
    side, address = "out" if mine else "in", reverse("requests")
    found = queries.money_requests(
        person_of(request).id, direction=side, before=_cursor(request), limit=PAGE + 1
    )
    lines = found[:PAGE]
    context = {
        "mine": mine,
        "heading": _("Asked by me") if mine else _("Asking me"),
        "tabs": [
            Chip(_("Asking me"), address, not mine),
            Chip(_("Asked by me"), f"{address}?side=mine", mine),
        ],
        "rows": [row_of(line, now=now) for line in lines],
        "more_url": _more_url(address, lines, mine=mine) if len(found) > PAGE else "",
    }
    return render(request, "web/requests/list.html", context)


def _cursor(request: HttpRequest) -> UUID | None:
    before = request.GET.get("before", "")
    try:
        return decode(before, "req") if before else None
    except BadIdError as error:
        raise Http404 from error


def _more_url(address: str, shown: list[queries.RequestLine], *, mine: bool) -> str:
    """Return the address of the requests older than those shown."""
    side = {"side": "mine"} if mine else {}
    return f"{address}?{urlencode({**side, 'before': encode('req', shown[-1].id)})}"
