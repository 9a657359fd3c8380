"""Signing in to the console: password, then passkey or authenticator app; and signing out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from allauth.account.adapter import get_adapter
from django import forms
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from okpay.console.frame import PATH, entrance, give_key, session_of, take_key
from okpay.console.pages.refusals import refused
from okpay.identity.errors import PasswordWrongError
from okpay.identity.factors import passkeys
from okpay.identity.factors.authenticator_app import verify_totp
from okpay.identity.factors.queries import Way
from okpay.identity.staff import sign_in as entering
from okpay.kernel import clock
from okpay.kernel.errors import DomainError

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from okpay.identity.staff.models import StaffSession

LONGEST: Final = 400
PASSWORD_LONGEST: Final = 1024


class SignInForm(forms.Form):
    """What a member of staff signs in with: the same as in the app."""

    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=_("Sign-in password"),
        max_length=PASSWORD_LONGEST,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )


class CodeForm(forms.Form):
    """The six digits of the authenticator app."""

    code = forms.CharField(
        label=_("Code of the authenticator app"),
        max_length=10,
        widget=forms.TextInput(
            {"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}
        ),
    )


def _next(request: HttpRequest) -> str:
    """Return where to go on: a page of the console, and nothing else."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    odd = "\\" in wanted or "//" in wanted or len(wanted) > LONGEST
    return PATH if odd or not wanted.startswith(PATH) else wanted


def _browser(request: HttpRequest) -> entering.Browser:
    return entering.Browser(
        user_agent=request.META.get("HTTP_USER_AGENT", "")[:200],
        address=str(get_adapter().get_client_ip(request)),
    )


@entrance
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for e-mail and password; nobody is let in by them alone."""
    session = session_of(request)
    if request.method != "POST" and session is not None and session.proven_at:
        return redirect(_next(request))
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            key = entering.with_password(
                email=form.cleaned_data["email"],
                password=form.cleaned_data["password"],
                browser=_browser(request),
                now=clock.now(),
            )
        except PasswordWrongError:
            form.add_error(None, _("This e-mail and this password open nothing here."))
        except DomainError as refusal:
            form.add_error(None, refusal.text())
        else:
            target = f"{reverse('console_second')}?next={_next(request)}"
            return give_key(redirect(target), key)
    status = 400 if form.errors else 200
    context = {"form": form, "next": _next(request)}
    return render(request, "console/sign_in.html", context, status=status)


@entrance
@sensitive_post_parameters("code", "response")
@require_http_methods(["GET", "HEAD", "POST"])
def second(request: HttpRequest) -> HttpResponse:
    """Ask for the second factor; whoever has none that is strong enough is led to add one."""
    session = session_of(request)
    if session is None:
        return take_key(redirect("console_sign_in"))
    if session.proven_at:
        return redirect(_next(request))
    ways = entering.strong_ways(session.person_id)
    if not ways:
        return render(request, "console/enrol.html", {"next": _next(request)}, status=403)
    return _answer(request, session, ways)


def _answer(request: HttpRequest, session: StaffSession, ways: list[Way]) -> HttpResponse:
    wrong = None
    if request.method == "POST":
        try:
            way = _show(request, session)
        except DomainError as refusal:
            wrong = refused(refusal)
        else:
            key = entering.finish(session=session, way=way, now=clock.now())
            return give_key(redirect(_next(request)), key)
    options = passkeys.begin(session.person_id, _challenge(session))
    context = {
        "form": CodeForm(),
        "wrong": wrong,
        "app": Way.APP in ways,
        "passkey": json.dumps(options) if Way.PASSKEY in ways else "",
        "next": _next(request),
    }
    return render(request, "console/second.html", context, status=wrong.status if wrong else 200)


def _challenge(session: StaffSession) -> bytes:
    return bytes(session.challenge or b"")


def _show(request: HttpRequest, session: StaffSession) -> Way:
    """Check what was shown.

    Raises:
        FactorWrongError, FactorLockedError: it proves nothing.
    """
    response = request.POST.get("response", "")
    if response:
        passkeys.finish(
            person_id=session.person_id,
            challenge=_challenge(session),
            response=response,
            now=clock.now(),
        )
        return Way.PASSKEY
    code = request.POST.get("code", "")[:20]
    verify_totp(person_id=session.person_id, code=code, now=clock.now())
    return Way.APP


@entrance
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session and take its key back."""
    session = session_of(request)
    if session is not None:
        entering.sign_out(session=session, now=clock.now())
    return take_key(redirect("console_sign_in"))
