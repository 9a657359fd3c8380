"""The list of claims, one claim with its pictures, and putting it to a second person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from okpay.console.frame import actor_of, page, staff_page
from okpay.console.pages.refusals import Refused, refused
from okpay.identity.rules import mask_email
from okpay.identity.staff import StaffPermission
from okpay.kernel import clock
from okpay.kernel.approvals.queries import waiting_about
from okpay.kernel.errors import DomainError
from okpay.kernel.ids import BadIdError, decode, encode
from okpay.kyc import queries as kyc
from okpay.kyc.files import HEADERS
from okpay.support.regain import deciding, queries
from okpay.support.regain.states import RegainState

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from okpay.support.models import Regain


class CompareForm(forms.Form):
    """What was compared, for the second person."""

    reason = forms.CharField(
        label=gettext_lazy("What you compared"),
        min_length=10,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def _found(public_id: str) -> Regain:
    try:
        found = queries.find(decode(public_id, "rgn"))
    except BadIdError as error:
        raise Http404 from error
    if found is None:
        raise Http404
    return found


@staff_page(StaffPermission.REGAINS_READ)
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """List what goes on, the oldest first."""
    return page(request, "console/regains/list.html", {"rows": queries.going_on()})


@staff_page(StaffPermission.REGAINS_READ)
@require_GET
def detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one claim beside the approved case."""
    return _detail(request, _found(public_id), CompareForm())


def _detail(
    request: HttpRequest,
    regain: Regain,
    form: CompareForm,
    *,
    wrong: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    customer = encode("cus", regain.person_id)
    context = {
        "regain": regain,
        "customer": customer,
        "contact": mask_email(queries.contact_of(regain)),
        "story": queries.story_of(regain),
        "pictures": queries.pictures_of(regain),
        "case": kyc.approved_case(regain.person_id),
        "proposals": [one for one in waiting_about(customer) if one.kind == deciding.KIND],
        "to_decide": regain.state == RegainState.ASKED,
        "form": form,
        "wrong": wrong,
    }
    return page(request, "console/regains/detail.html", context, status=status)


@staff_page(StaffPermission.REGAINS_PROPOSE)
@require_POST
def propose(request: HttpRequest, public_id: str) -> HttpResponse:
    """Put it to a second person."""
    regain, form = _found(public_id), CompareForm(request.POST)
    if not form.is_valid():
        return _detail(request, regain, form, status=422)
    try:
        deciding.propose(
            actor=actor_of(request),
            regain_id=regain.id,
            reason=form.cleaned_data["reason"],
            now=clock.now(),
        )
    except DomainError as error:
        return _detail(request, regain, form, wrong=refused(error), status=error.status)
    messages.success(request, _("A second person is asked now. Nothing is opened by that."))
    return redirect("console_regains_detail", public_id)


@staff_page(StaffPermission.REGAINS_PROPOSE)
@require_POST
def refuse(request: HttpRequest, public_id: str) -> HttpResponse:
    """Refuse it; the claimant hears nothing."""
    regain = _found(public_id)
    try:
        deciding.refuse(actor=actor_of(request), regain_id=regain.id, now=clock.now())
    except DomainError as error:
        return _detail(request, regain, CompareForm(), wrong=refused(error), status=error.status)
    messages.success(request, _("Refused. Nothing was changed."))
    return redirect("console_regains")


@staff_page(StaffPermission.DOCUMENTS_READ)
@require_GET
def picture(request: HttpRequest, picture_id: UUID) -> HttpResponse:
    """Serve one picture; each opening is in the trail."""
    try:
        body = queries.open_picture(actor=actor_of(request), picture_id=picture_id, now=clock.now())
    except DomainError as error:
        raise Http404 from error
    return HttpResponse(body, content_type="image/jpeg", headers=HEADERS)
