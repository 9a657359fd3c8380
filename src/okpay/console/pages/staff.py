"""Who works here, and the proposals that change it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from okpay.console.frame import actor_of, at_work, page, staff_page
from okpay.console.pages.refusals import Refused, refused
from okpay.identity.staff import Role, StaffPermission
from okpay.identity.staff.operations import propose_roles
from okpay.identity.staff.queries import Member
from okpay.identity.staff.queries import members as all_members
from okpay.identity.staff.words import ROLE_WORDS, roles_text
from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from okpay.kernel.ids import encode

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class ChangeForm(forms.Form):
    """Which roles somebody is to have."""

    email = forms.EmailField(label=_("E-mail of their account"), max_length=254)
    roles = forms.MultipleChoiceField(
        label=_("Roles (none: they leave)"),
        choices=[(role.value, ROLE_WORDS[role]) for role in Role],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea({"rows": 2, "class": "input"})
    )


def _page(request: HttpRequest, form: ChangeForm, wrong: Refused | None = None) -> HttpResponse:
    shown = [(one, roles_text(one.roles), encode("cus", one.person_id)) for one in all_members()]
    context: dict[str, Any] = {"rows": shown, "form": form, "wrong": wrong}
    context["proposes"] = at_work(request).may(StaffPermission.STAFF_PROPOSE)
    bad = wrong.status if wrong else 400 if form.errors else 200
    return page(request, "console/staff.html", context, status=bad)


def _initial(request: HttpRequest) -> dict[str, Any]:
    """Fill the form in for a member who was chosen in the list."""
    email = request.GET.get("email", "")[:254]
    found: list[Member] = [one for one in all_members() if email and one.email == email]
    return {"email": found[0].email, "roles": list(found[0].roles)} if found else {}


@staff_page(StaffPermission.STAFF_READ)
@require_GET
def members(request: HttpRequest) -> HttpResponse:
    """List everybody who works or worked here."""
    return _page(request, ChangeForm(initial=_initial(request)))


@staff_page(StaffPermission.STAFF_PROPOSE)
@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """Propose other roles for somebody; a second administrator decides."""
    form = ChangeForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    try:
        approval = propose_roles(actor=actor_of(request), now=clock.now(), **form.cleaned_data)
    except DomainError as refusal:
        return _page(request, form, refused(refusal))
    return redirect("console_approvals_detail", str(approval))
