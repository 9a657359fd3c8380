"""Say which account, prove it, freeze it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from okpay.identity.freezing import recovery as attempts
from okpay.identity.freezing.errors import RecoveryOverError
from okpay.identity.freezing.models import Recovery
from okpay.identity.freezing.recovery import Channel
from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from okpay.web.pages.account.forms import AliasForm
from okpay.web.pages.account.who import asked_from
from okpay.web.pages.rescue import browser
from okpay.web.pages.rescue.forms import NumberForm, OneCodeForm
from okpay.web.permissions import public


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Ask which account it is. What follows looks the same whether it exists or not."""
    form = AliasForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            recovery = attempts.begin(
                alias=form.cleaned_data["alias"], now=clock.now(), **asked_from(request)
            )
        except DomainError as refused:
            form.add_error(None, refused.text())
        else:
            browser.keep(request, recovery)
            return redirect("rescue_prove")
    return render(request, "web/rescue/begin.html", {"form": form})


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def prove(request: HttpRequest) -> HttpResponse:
    """Type the codes, each by itself; one is enough to freeze."""
    try:
        recovery = browser.attempt_of(request)
        if recovery.finished_at is not None:
            return redirect("rescue_done")
        form, channel = _answered(request, recovery)
        if request.method == "POST" and form is None:
            return redirect("rescue_prove")
    except RecoveryOverError:
        return browser.restart(request)
    return render(request, "web/rescue/prove.html", _shown(recovery, form, channel))


def _answered(request: HttpRequest, recovery: Recovery) -> tuple[forms.Form | None, str]:
    """Return the form that was not right and its channel; no form when there is nothing to say."""
    channel = request.POST.get("channel", "") if request.method == "POST" else ""
    if request.POST.get("action") == "resend":
        attempts.send(recovery_id=recovery.id, now=clock.now(), **asked_from(request))
        return None, ""
    if not channel:
        return None, ""
    form = NumberForm(request.POST) if channel == "identity" else OneCodeForm(request.POST)
    if form.is_valid() and _proven(recovery, channel, form):
        return None, ""
    return form, channel


def _proven(recovery: Recovery, channel: str, form: forms.Form) -> bool:
    try:
        if channel == "identity":
            attempts.prove_identity(
                recovery_id=recovery.id, number=form.cleaned_data["number"], now=clock.now()
            )
        elif channel in set(Channel):
            attempts.prove(
                recovery_id=recovery.id,
                channel=Channel(channel),
                code=form.cleaned_data["code"],
                now=clock.now(),
            )
    except RecoveryOverError:
        raise
    except DomainError as refused:
        form.add_error(next(iter(form.fields)), refused.text())
        return False
    return True


def _shown(recovery: Recovery, wrong: forms.Form | None, channel: str) -> dict[str, Any]:
    def form_of(name: str) -> forms.Form:
        if wrong is not None and channel == name:
            return wrong
        return NumberForm(prefix="") if name == "identity" else OneCodeForm(auto_id=f"{name}_%s")

    return {
        "proven": attempts.proven(recovery),
        "froze": recovery.froze_at is not None,
        "steps": browser.steps(recovery),
        "mail_form": form_of("mail"),
        "phone_form": form_of("phone"),
        "identity_form": form_of("identity"),
        "wait": attempts.seconds_to_wait(recovery, clock.now()),
    }


@public
@never_cache
@require_POST
def freeze(request: HttpRequest) -> HttpResponse:
    """Freeze now."""
    try:
        recovery = browser.attempt_of(request)
        attempts.freeze_now(recovery_id=recovery.id, now=clock.now())
    except RecoveryOverError:
        return browser.restart(request)
    except DomainError:
        return redirect("rescue_prove")
    return redirect("rescue_steps")
