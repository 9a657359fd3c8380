"""The customer's page: what was published, their part of it, and the file that proves it."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from okpay.identity.rules import Permission
from okpay.kernel import clock
from okpay.kernel.ids import encode
from okpay.ledger.liabilities import queries
from okpay.web import typeset
from okpay.web.actor import person_of
from okpay.web.permissions import permission

if TYPE_CHECKING:
    from uuid import UUID

    from okpay.ledger.liabilities.queries import Published, Share

PAGE: Final = "web/proof/proof.html"


def day_of(text: str) -> date | None:
    """Read a day from an address; what is no day counts as none chosen."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@permission(Permission.RECORDS_READ)
@never_cache
@require_GET
def proof(request: HttpRequest) -> HttpResponse:
    """Show the newest publication, or that of `day`, and the person's part of it."""
    found, shares = _read(request)
    if found is None:
        return render(request, PAGE, {"tab": "me"})
    shown = _shown(shares, request.GET.get("currency", ""))
    context: dict[str, Any] = {
        "tab": "me",
        "published": found,
        "shown": shown,
        "chips": [_chip(found, share, shown) for share in shares] if len(shares) > 1 else [],
    }
    if shown is not None:
        context |= _check(found, shown, person_of(request).id)
    return render(request, PAGE, context)


@permission(Permission.RECORDS_READ)
@never_cache
@require_GET
def file(request: HttpRequest) -> HttpResponse:
    """Send the proof of one currency as a file."""
    found, shares = _read(request)
    wanted = request.GET.get("currency", "")
    share = next((one for one in shares if one.asset.code == wanted), None)
    if found is None or share is None or share.steps is None:
        raise Http404
    written = json.dumps(queries.proof_file(person_of(request).id, found, share), indent=1)
    response = HttpResponse(written + "\n", content_type="application/json")
    name = f"okpay-proof-{found.day}-{share.asset.code}.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _read(request: HttpRequest) -> tuple[Published | None, list[Share]]:
    found = queries.latest(day_of(request.GET.get("day", "")))
    if found is None:
        return None, []
    return found, queries.shares(person_of(request).id, found.day, clock.now())


def _shown(shares: list[Share], wanted: str) -> Share | None:
    return next((one for one in shares if one.asset.code == wanted), next(iter(shares), None))


def _chip(found: Published, share: Share, shown: Share | None) -> dict[str, object]:
    query = urlencode({"day": found.day.isoformat(), "currency": share.asset.code})
    return {"label": share.asset.code, "url": f"?{query}", "current": share is shown}


def _check(found: Published, share: Share, person_id: UUID) -> dict[str, str]:
    """What the script needs: where to ask, and what the page itself said."""
    day, code = found.day.isoformat(), share.asset.code
    figure = typeset.figure(share.balance)
    return {
        "file_url": f"{reverse('proof_file')}?{urlencode({'day': day, 'currency': code})}",
        "statement_url": reverse("proof_statement", args=[day]),
        "customer": encode("cus", person_id),
        "balance": share.balance.decimal_string(),
        "symbol": figure.symbol,
        "code": figure.code,
        "root": share.root.hex(),
    }
