"""Stopping a claim by the link of the notice, and choosing new secrets by the link at its end."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from okpay.identity.errors import WeakPaymentPasswordError
from okpay.kernel import clock
from okpay.support.regain import deciding, opening
from okpay.support.regain.errors import RegainContactTakenError, RegainOverError
from okpay.web.pages.regain.forms import SecretsForm
from okpay.web.permissions import public


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Ask once (mail programs open links by themselves), then stop it."""
    if request.method != "POST":
        return render(request, "web/regain/stop.html", {"token": token})
    try:
        deciding.stop(token=token, now=clock.now())
    except RegainOverError as refused:
        return _dead(request, refused)
    return render(request, "web/regain/stop.html", {"stopped": True})


def _dead(request: HttpRequest, refused: RegainOverError) -> HttpResponse:
    return render(request, "web/regain/dead.html", {"refusal": refused.text()}, status=410)


@public
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Choose both passwords, once."""
    form = SecretsForm(request.POST or None)
    try:
        opening.find(token, clock.now())
        if request.method == "POST" and form.is_valid() and _chosen(token, form):
            return redirect("regain_done")
    except RegainOverError as refused:
        return _dead(request, refused)
    return render(request, "web/regain/link.html", {"form": form})


def _chosen(token: str, form: SecretsForm) -> bool:
    given = form.cleaned_data
    try:
        opening.complete(
            token=token, password=given["password1"], pin=given["new_pin"], now=clock.now()
        )
    except ValidationError as refused:
        form.add_error("password1", refused)
    except WeakPaymentPasswordError as weak:
        form.add_error("new_pin", weak.text())
    except RegainContactTakenError as taken:
        form.add_error(None, taken.text())
    else:
        return True
    return False


@public
@never_cache
@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """Say how to sign in, and what to do first there."""
    return render(request, "web/regain/done.html")
