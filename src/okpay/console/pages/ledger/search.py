"""The first page: type any number of the book; below it, the accounts of the house."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from okpay.console.frame import page, staff_page
from okpay.console.pages.ledger.rows import account_row
from okpay.identity.staff import StaffPermission
from okpay.kernel.ids import encode
from okpay.payments.explorer import accounts, finding

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from okpay.payments.explorer.finding import Found


@staff_page(StaffPermission.LEDGER_READ)
@require_GET
def ledger(request: HttpRequest) -> HttpResponse:
    """Go to what the typed number names; where it names several things, list them."""
    typed = request.GET.get("q", "").strip()[: finding.LONGEST]
    found = [(one, address(one)) for one in finding.find(typed)] if typed else []
    if len(found) == 1:
        return redirect(found[0][1])
    context = {
        "typed": typed,
        "found": found,
        "house": [account_row(one) for one in accounts.house_accounts()],
    }
    return page(request, "console/ledger/search.html", context)


def address(found: Found) -> str:
    """Return the page of something found."""
    if found.kind in {"account", "batch"}:
        return reverse(f"console_ledger_{found.kind}", args=[found.number])
    if found.kind == "customer" and found.id is not None:
        return reverse("console_ledger_owner", args=[encode("cus", found.id)])
    return reverse(f"console_ledger_{found.kind}", args=[found.id])
