"""Adding a second factor: an app, a passkey, or codes by message."""

from __future__ import annotations

import json

import segno
from django import forms
from django.contrib import messages as flashes
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from okpay.identity.codes import Purpose
from okpay.identity.factors import authenticator_app, messages, operations, passkeys, queries, totp
from okpay.identity.factors.models import NAME_LENGTH
from okpay.identity.factors.queries import Way
from okpay.identity.rules import Permission
from okpay.identity.user_agents import describe
from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from okpay.web.actor import actor_of
from okpay.web.pages.account.forms import CodeForm
from okpay.web.pages.account.who import address_of, person_of
from okpay.web.pages.factors import asking, challenges, recovery
from okpay.web.permissions import permission
from okpay.web.step_up import stepped_up

ADDING = "factor_add"
NAME_LABEL = pgettext_lazy("second factor", "Name")
NAME_HINT = gettext_lazy("For your own list, for example the name of the phone.")


class AppForm(forms.Form):
    """The name of the app, and the code that it shows."""

    name = forms.CharField(label=NAME_LABEL, help_text=NAME_HINT, max_length=NAME_LENGTH)
    code = CodeForm.base_fields["code"]


class PasskeyForm(forms.Form):
    """The name of the passkey; the browser puts its answer beside it."""

    name = forms.CharField(label=NAME_LABEL, help_text=NAME_HINT, max_length=NAME_LENGTH)
    response = forms.CharField(widget=forms.HiddenInput, max_length=passkeys.LONGEST_ANSWER)


def _done(request: HttpRequest, text: str) -> HttpResponse:
    shown = recovery.after_adding(request, text)
    if shown is not None:
        return shown
    flashes.success(request, text)
    return redirect("factors")


@permission(Permission.SECURITY_WRITE)
@never_cache
@stepped_up
@sensitive_post_parameters("code")
@sensitive_variables("secret")
@require_http_methods(["GET", "HEAD", "POST"])
def app(request: HttpRequest) -> HttpResponse:
    """Show the secret as a QR code and for typing; its first code takes it into force."""
    form = AppForm(request.POST or None, initial={"name": asking.WORDS[Way.APP]})
    actor, now, refusal = actor_of(request), clock.now(), ""
    secret = b""
    try:
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data
            authenticator_app.confirm(actor=actor, name=data["name"], code=data["code"], now=now)
            return _done(request, _("The authenticator app is your second factor from now on."))
    except DomainError as refused:
        refusal = refused.text()
    try:
        secret = authenticator_app.begin(actor=actor, now=now)
    except DomainError as refused:
        refusal = refused.text()
    context = {"form": form, "refusal": refusal, "tab": "me"}
    if secret:
        link = totp.address(secret, account=person_of(request).email)
        context |= {"drawing": drawing(link), "secret": totp.typed_form(secret)}
    return render(request, "web/factors/app.html", context)


def drawing(link: str) -> SafeString:
    """Draw the secret as a QR code, black on white in every theme, with its quiet zone."""
    code = segno.make(link, error="m", micro=False)
    svg = code.svg_inline(omitsize=True, border=2, dark="#0b1512", light="#ffffff")
    return mark_safe(svg)  # noqa: S308 — drawn from modules by the library, no text of ours in it


@permission(Permission.SECURITY_WRITE)
@never_cache
@stepped_up
@sensitive_post_parameters("response")
@require_http_methods(["GET", "HEAD", "POST"])
def passkey(request: HttpRequest) -> HttpResponse:
    """Make a passkey on this device or a key, and give it a name."""
    person, refusal = person_of(request), ""
    name = str(describe(request.META.get("HTTP_USER_AGENT", ""))) or asking.WORDS[Way.PASSKEY]
    form = PasskeyForm(request.POST or None, initial={"name": name})
    try:
        if request.method == "POST" and form.is_valid():
            passkeys.add(
                actor=actor_of(request),
                name=form.cleaned_data["name"],
                challenge=challenges.take(request, ADDING),
                response=form.cleaned_data["response"],
                now=clock.now(),
            )
            return _done(request, _("The passkey works from now on."))
    except DomainError as refused:
        refusal = refused.text()
    options = passkeys.begin_adding(person, challenges.give(request, ADDING))
    context = {"form": form, "refusal": refusal, "options": json.dumps(options), "tab": "me"}
    return render(request, "web/factors/passkey.html", context)


@permission(Permission.SECURITY_WRITE)
@never_cache
@stepped_up
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def by_message(request: HttpRequest, channel: str) -> HttpResponse:
    """Use codes by SMS or e-mail: the first one shows that they arrive."""
    if channel not in {Way.SMS, Way.EMAIL}:
        raise Http404
    way, person, now = Way(channel), person_of(request), clock.now()
    if way in queries.ways_of(person.pk):
        return redirect("factors")
    asked = asking.asked_of(request, person, Purpose.FACTOR_ENROL)
    action = request.POST.get("action", "") if request.method == "POST" else ""
    form = CodeForm(request.POST if action == "verify" else None)
    refusal = ""
    try:
        if action == "resend":
            messages.send(
                person,
                way,
                purpose=asked.purpose,
                bound_to=asked.bound_to,
                address=address_of(request),
                now=now,
            )
        elif form.is_valid():
            code = form.cleaned_data["code"]
            operations.add_message_factor(
                actor=actor_of(request), way=way, code=code, bound_to=asked.bound_to, now=now
            )
            return _done(request, _("These codes are your second factor from now on."))
    except DomainError as refused:
        refusal = refused.text()
    context = {
        "form": form,
        "refusal": refusal,
        "way": channel,
        "word": asking.WORDS[way],
        "to": messages.address_shown(person, way),
        "wait": messages.wait(person, way, purpose=asked.purpose, now=now),
        "tab": "me",
    }
    return render(request, "web/factors/by_message.html", context)
