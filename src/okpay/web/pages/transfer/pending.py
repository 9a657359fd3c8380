"""What may be done while a transfer waits: remind, cancel, decline."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from okpay.identity.rules import Permission
from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from okpay.kernel.ids import BadIdError, decode
from okpay.payments import operations
from okpay.payments.errors import OutcomeUnknownError
from okpay.web.actor import actor_of
from okpay.web.pages.refusals import CHECKING, refusal_of
from okpay.web.permissions import permission


@permission(Permission.TRANSFERS_WRITE)
@require_POST
def cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a waiting transfer back."""
    said = _("The transfer is canceled. The full amount is yours again.")
    return _act(request, public_id, operations.cancel_transfer, said)


@permission(Permission.TRANSFERS_WRITE)
@require_POST
def remind(request: HttpRequest, public_id: str) -> HttpResponse:
    """Send the payee a reminder."""
    said = _("They have been reminded.")
    return _act(request, public_id, operations.remind_payee, said, now=clock.now())


@permission(Permission.TRANSFERS_WRITE)
@require_POST
def decline(request: HttpRequest, public_id: str) -> HttpResponse:
    """Send a waiting transfer back to its sender."""
    said = _("You declined. The money goes back to its sender in full.")
    return _act(request, public_id, operations.decline_transfer, said)


def _act(
    request: HttpRequest,
    public_id: str,
    operation: Callable[..., object],
    said: str,
    **more: object,
) -> HttpResponse:
    """Run one operation on a record and return to it with one sentence."""
    try:
        record_id = decode(public_id, "trf")
    except BadIdError as error:
        raise Http404 from error
    try:
        operation(actor=actor_of(request), record_id=record_id, **more)
    except DomainError as error:
        if error.status == 404:  # noqa: PLR2004 — not theirs: say nothing about it
            raise Http404 from error
        refusal = refusal_of(error)
        messages.error(request, f"{refusal.text} {refusal.remedy}")
    except OutcomeUnknownError:
        messages.warning(request, CHECKING)
    else:
        messages.success(request, said)
    return redirect("record_detail", public_id)
