"""One record, and its receipt."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from okpay.identity.rules import Permission, mask_name
from okpay.kernel import clock
from okpay.kernel.ids import BadIdError, decode, encode
from okpay.wallets.models import PREFIXES
from okpay.wallets.queries import RecordDetail, record_detail
from okpay.web import typeset
from okpay.web.actor import person_of
from okpay.web.pages.records import related, story, waiting
from okpay.web.pages.records.rows import row_of
from okpay.web.permissions import permission


def find(request: HttpRequest, public_id: str) -> RecordDetail:
    """Return a record of the signed-in person; Http404 for anybody else's."""
    try:
        record_id = decode(public_id, *PREFIXES.values())
    except BadIdError as error:
        raise Http404 from error
    detail = record_detail(person_of(request).id, record_id)
    if detail is None or detail.line.public_id != public_id:
        raise Http404
    return detail


def context_of(request: HttpRequest, detail: RecordDetail) -> dict[str, Any]:
    """Return what every page about one record shows."""
    now = clock.now()
    waits = waiting.of(person_of(request).id, detail, now)
    return {
        "detail": detail,
        "line": detail.line,
        "row": row_of(detail.line, now=now, dated=True),
        "steps": story.steps_of(detail, waits),
        "facts": story.facts_of(detail),
        "numbers": story.numbers_of(detail),
        "waiting": waits,
        "made": typeset.full(now),
    }


@permission(Permission.RECORDS_READ)
@require_GET
def record(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one record with its timeline, its numbers and what may be done."""
    detail = find(request, public_id)
    other = detail.line.counterparty_id
    context = context_of(request, detail)
    context["again"] = encode("cus", other) if other and detail.line.kind == "transfer" else ""
    context["related"] = related.of(person_of(request).id, detail, clock.now())
    context["receipt_url"] = reverse("record_receipt", args=[public_id])
    return render(request, "web/records/detail.html", context)


@permission(Permission.RECORDS_READ)
@require_GET
def receipt(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show a receipt to print; names are masked, so that it may be shown to others."""
    detail = find(request, public_id)
    context = context_of(request, detail)
    context["parties"] = story.parties_of(detail, mask_name(person_of(request).name))
    return render(request, "web/records/receipt.html", context)
