"""Ask once more who is there, before a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import resume_request
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from okpay.identity.codes import Purpose
from okpay.identity.factors import step_up
from okpay.identity.factors.queries import has_second
from okpay.identity.rules import Permission
from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from okpay.web.pages.account.forms import ReauthenticateForm
from okpay.web.pages.account.who import person_of
from okpay.web.pages.factors import asking
from okpay.web.permissions import permission

if TYPE_CHECKING:
    from okpay.identity.models import Person


@permission(Permission.SECURITY_READ)
@never_cache
@sensitive_post_parameters("code", "response", "password")
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Ask for the second factor, or for the password of somebody who has none, and go on."""
    person = person_of(request)
    return _by_second(request, person) if has_second(person.pk) else _by_password(request, person)


def _by_second(request: HttpRequest, person: Person) -> HttpResponse:
    asked = asking.asked_of(request, person, Purpose.STEP_UP)
    ways = asked.ways()
    way = asking.chosen(request, ways)
    refusal = ""
    try:
        if request.method == "POST" and asking.answered(request, asked, way):
            return _confirmed(request, person, second=True)
    except DomainError as refused:
        refusal = refused.text()
    context = asking.context_of(request, asked, ways, way, refusal)
    return render(request, "web/factors/confirm.html", {**context, **_way_on(request)})


def _by_password(request: HttpRequest, person: Person) -> HttpResponse:
    form = ReauthenticateForm(request.POST or None, user=person)
    if request.method == "POST" and form.is_valid():
        return _confirmed(request, person, second=False)
    context = {"form": form, "tab": "me", **_way_on(request)}
    return render(request, "account/reauthenticate.html", context)


def _way_on(request: HttpRequest) -> dict[str, str]:
    """Carry on where the person wanted to go."""
    wish = request.POST.get("next") or request.GET.get("next") or ""
    return {"redirect_field_name": "next", "redirect_field_value": wish, "tab": "me"}


def _confirmed(request: HttpRequest, person: Person, *, second: bool) -> HttpResponse:
    step_up.mark(request.session, person_id=person.pk, second=second, now=clock.now())
    step_up.rotate(request.session)
    wish = _way_on(request)["redirect_field_value"]
    safe = bool(wish) and get_adapter().is_safe_url(wish)
    answer: HttpResponse | None = resume_request(request) if safe else None
    return answer or HttpResponseRedirect(reverse("security"))
