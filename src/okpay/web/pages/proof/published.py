"""What anybody may see, signed in or not: every statement, and the program that checks proofs."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from okpay.ledger.liabilities import okpay_proof, queries
from okpay.web.pages.proof.page import day_of
from okpay.web.permissions import public

PAGE: Final = 30
_PROGRAM: Final = Path(okpay_proof.__file__)


@public
@never_cache
@require_GET
def published(request: HttpRequest) -> HttpResponse:
    """List statements, newest first; `before` a day for older ones."""
    before = day_of(request.GET.get("before", ""))
    rows = queries.published(before=before, limit=PAGE + 1)
    older = f"{reverse('proof_published')}?before={rows[PAGE - 1].day}" if len(rows) > PAGE else ""
    statements = [
        {
            "row": row,
            "digest": hashlib.sha256(row.text.encode()).hexdigest(),
            "signature": row.signature.hex(),
            "key": row.public_key.hex(),
            "text_url": reverse("proof_statement", args=[row.day.isoformat()]),
            "totals": [(total, root.hex()) for total, root in row.totals],
        }
        for row in rows[:PAGE]
    ]
    context = {"statements": statements, "older": older, "program": _digest()}
    return render(request, "web/proof/published.html", context)


@public
@never_cache
@require_GET
def statement(request: HttpRequest, day: str) -> HttpResponse:  # noqa: ARG001 — Django passes it
    """Send the signed text of one day, letter by letter."""
    wanted = day_of(day)
    found = queries.latest(wanted) if wanted is not None else None
    if found is None:
        raise Http404
    response = HttpResponse(found.text, content_type="text/plain; charset=us-ascii")
    response.headers["OKPay-Signature"] = found.signature.hex()
    response.headers["OKPay-Public-Key"] = found.public_key.hex()
    return response


@public
@require_GET
def verifier(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 — Django passes it
    """Send the stand-alone program."""
    response = HttpResponse(_PROGRAM.read_bytes(), content_type="text/x-python; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{_PROGRAM.name}"'
    return response


def _digest() -> str:
    return hashlib.sha256(_PROGRAM.read_bytes()).hexdigest()
