"""Recovery codes: shown once, on the page that answers the wish for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from okpay.identity.factors import queries, recovery, step_up
from okpay.identity.rules import Permission
from okpay.kernel import clock
from okpay.web.actor import actor_of
from okpay.web.pages.account.who import person_of
from okpay.web.permissions import permission
from okpay.web.step_up import stepped_up

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


@permission(Permission.SECURITY_WRITE)
@never_cache
@stepped_up
@require_http_methods(["GET", "HEAD", "POST"])
def codes(request: HttpRequest) -> HttpResponse:
    """Say how many are left; make ten new ones."""
    person = person_of(request)
    if not queries.has_second(person.pk):
        return redirect("factors")
    if request.method == "POST":
        return shown(request)
    context = {
        "left": queries.recovery_left(person.pk),
        "low": queries.recovery_left(person.pk) <= queries.LOW,
        "made_at": queries.recovery_made_at(person.pk),
        "tab": "me",
    }
    return render(request, "web/factors/recovery.html", context)


def shown(request: HttpRequest, *, added: _StrOrPromise = "") -> HttpResponse:
    """Make ten codes and show them, for the only time."""
    made = recovery.make_codes(actor=actor_of(request), now=clock.now())
    context: dict[str, Any] = {"codes": made, "text": "\n".join(made), "added": added}
    return render(request, "web/factors/recovery_shown.html", {**context, "tab": "me"})


def after_adding(request: HttpRequest, added: _StrOrPromise) -> HttpResponse | None:
    """Show recovery codes to whoever has just added their first second factor; else None."""
    step_up.strengthen(request.session)
    if queries.recovery_left(person_of(request).pk):
        return None
    return shown(request, added=added)
