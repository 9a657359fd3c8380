"""A list that was confirmed: how far it is, and what became of each line."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from okpay.identity.rules import Permission
from okpay.payments.payouts import csv_result, queries
from okpay.payments.payouts.states import LineOutcome, PayoutState
from okpay.web.pages.payouts import lines
from okpay.web.pages.payouts.lists import as_file, find
from okpay.web.permissions import permission

PAGE: Final = 50
SHOWN: Final = {"done": LineOutcome.DONE, "refused": LineOutcome.REFUSED}


@permission(Permission.RECORDS_READ)
@require_GET
def payout(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show a list; while it is being paid, only how far it is, for the script that asks again."""
    head = find(request, public_id)
    if head.state == PayoutState.RECEIVED:
        return redirect("payout_confirm", public_id)
    running = head.state == PayoutState.RUNNING
    context = {"number": public_id, "head": head, "running": running}
    if running and request.headers.get("HX-Request"):
        return render(request, "web/payouts/progress.html", context)
    if request.headers.get("HX-Request") and "after" not in request.GET:
        return HttpResponse(headers={"HX-Refresh": "true"})
    show = request.GET.get("show", "")
    show = show if show in SHOWN else ""
    found = queries.lines(
        head.id, outcome=SHOWN.get(show), after=lines.after(request), limit=PAGE + 1, named=True
    )
    context |= lines.page_of(found, PAGE, head, show=show)
    return render(request, "web/payouts/detail.html", context)


@permission(Permission.RECORDS_EXPORT)
@require_GET
def result(request: HttpRequest, public_id: str) -> HttpResponse:
    """Send the list with its outcomes as a file."""
    head = find(request, public_id)
    if head.state == PayoutState.RECEIVED:
        return redirect("payout_confirm", public_id)
    return as_file(b"".join(csv_result.export(head)), csv_result.file_name(head))
