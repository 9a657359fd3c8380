"""Transfers, holds and batches: the rows of the book themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.views.decorators.http import require_GET

from okpay.console.frame import page, staff_page
from okpay.console.pages.ledger import words
from okpay.console.pages.ledger.rows import hold_row, id_of, transfer_row
from okpay.identity.staff import StaffPermission
from okpay.kernel import clock
from okpay.payments.explorer import holds, transfers

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@staff_page(StaffPermission.LEDGER_READ)
@require_GET
def transfer(request: HttpRequest, entry_id: str) -> HttpResponse:
    """Show a transfer with both sides; a record that moved nothing shows what became of it."""
    wanted = id_of(entry_id)
    found = transfers.transfer(wanted)
    family_id = found.family if found else wanted
    record = transfers.record(family_id)
    if found is None and record is None:
        raise Http404
    context = {
        "transfer": transfer_row(found) if found else None,
        "batch": transfers.batch(found.batch) if found else None,
        "entry_id": wanted,
        **_around(family_id),
        "record": record,
        "record_kind": words.RECORDS[record.kind] if record else "",
    }
    return page(request, "console/ledger/transfer.html", context)


def _around(family_id: UUID) -> dict[str, Any]:
    """What stands around a transfer: its family, and the hold it made or ended."""
    family = [transfer_row(one) for one in transfers.family(family_id)]
    held = holds.hold(family_id, clock.now())
    return {"family": family, "hold": hold_row(held) if held else None}


@staff_page(StaffPermission.LEDGER_READ)
@require_GET
def hold(request: HttpRequest, entry_id: str) -> HttpResponse:
    """Show a hold: whose, why, until when, who ends it, and its transfers."""
    wanted = id_of(entry_id)
    found = holds.hold(wanted, clock.now())
    if found is None:
        raise Http404
    record = transfers.record(wanted)
    context = {
        "hold": hold_row(found),
        "family": [transfer_row(one) for one in transfers.family(wanted)],
        "record": record,
        "record_kind": words.RECORDS[record.kind] if record else "",
    }
    return page(request, "console/ledger/hold.html", context)


@staff_page(StaffPermission.LEDGER_READ)
@require_GET
def batch(request: HttpRequest, number: int) -> HttpResponse:
    """Show one commit of the book: its digest, its seal and its transfers."""
    found = transfers.batch(number)
    if found is None:
        raise Http404
    legs = [transfer_row(one) for one in transfers.batch_legs(number)]
    context = {"batch": found, "legs": legs}
    return page(request, "console/ledger/batch.html", context)
