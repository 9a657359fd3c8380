"""Proposing that a customer's balance is corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from okpay.console.frame import actor_of, page, staff_page
from okpay.console.pages.adjustments.forms import AdjustmentForm
from okpay.console.pages.ids import id_of
from okpay.console.pages.refusals import Refused, refused
from okpay.identity.models import Person
from okpay.identity.rules import mask_name
from okpay.identity.staff import StaffPermission
from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from okpay.kernel.ids import encode
from okpay.payments.adjustments import propose_adjustment
from okpay.wallets.queries import balances

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@staff_page(StaffPermission.ADJUSTMENTS_PROPOSE)
@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show what an adjustment does, and put one to a second person."""
    person = Person.objects.filter(pk=id_of(public_id, "cus"), is_active=True).first()
    if person is None:
        raise Http404
    form = AdjustmentForm(request.POST or None)
    if request.method != "POST":
        return _asked(request, person, form)
    if not form.is_valid():
        return _asked(request, person, form, status=422)
    try:
        made = propose_adjustment(
            actor=actor_of(request),
            wish=form.wish(person.id),
            reason=form.cleaned_data["reason"],
            now=clock.now(),
        )
    except DomainError as error:
        return _asked(request, person, form, wrong=refused(error), status=error.status)
    messages.success(request, _("A second person is asked now. Nothing has moved yet."))
    return redirect("console_approvals_detail", encode("apr", made.id))


def _asked(
    request: HttpRequest,
    person: Person,
    form: AdjustmentForm,
    *,
    wrong: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "name": mask_name(person.name),
        "public_id": encode("cus", person.id),
        "balances": balances(person.id),
        "form": form,
        "wrong": wrong,
    }
    return page(request, "console/adjustments/propose.html", context, status=status)
