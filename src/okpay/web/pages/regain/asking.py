"""Asking: first an address that the claimant can read, then the account and the document."""

from __future__ import annotations

import secrets
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from okpay.support.regain import asking
from okpay.web.pages.account.forms import CodeForm
from okpay.web.pages.account.who import address_of
from okpay.web.pages.regain.forms import ClaimForm, ContactForm
from okpay.web.permissions import public
from okpay.web.uploads import REGAIN_PROVEN

CONTACT: Final = "okpay_regain_contact"
ATTEMPT: Final = "okpay_regain_attempt"
TEMPLATE: Final = "web/regain/ask.html"


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Say what it takes, and ask where to write to."""
    form = ContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        contact, attempt = form.cleaned_data["email"], secrets.token_hex(8)
        try:
            asking.send_contact_code(
                contact=contact, attempt=attempt, address=address_of(request), now=clock.now()
            )
        except DomainError as refused:
            form.add_error(None, refused.text())
        else:
            request.session.pop(REGAIN_PROVEN, None)
            request.session[CONTACT], request.session[ATTEMPT] = contact, attempt
            return redirect("regain_code")
    return _page(request, form, _("Send me a code"), first=True)


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Type the code that came to that address."""
    contact = request.session.get(CONTACT, "")
    if not contact:
        return redirect("regain")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            asking.prove_contact(
                contact=contact,
                attempt=request.session[ATTEMPT],
                code=form.cleaned_data["code"],
                now=clock.now(),
            )
        except DomainError as refused:
            form.add_error("code", refused.text())
        else:
            request.session[REGAIN_PROVEN] = True
            return redirect("regain_show")
    return _page(request, form, _("Go on"), contact=contact)


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """Say which account it is and show the document; the answer is the same for everybody."""
    if not request.session.get(REGAIN_PROVEN):
        return redirect("regain")
    if request.method == "POST" and not asking.may_send(
        contact=request.session[CONTACT], now=clock.now()
    ):
        return _over(request)
    form = ClaimForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            asking.ask(claim=_claim(request, form.cleaned_data), now=clock.now())
        except DomainError as refused:
            form.add_error(None, refused.text())
        else:
            _forget(request)
            return redirect("regain_asked")
    return _page(request, form, _("Send it"))


def _forget(request: HttpRequest) -> None:
    for key in (CONTACT, ATTEMPT, REGAIN_PROVEN):
        request.session.pop(key, None)


def _over(request: HttpRequest) -> HttpResponse:
    _forget(request)
    return redirect("regain")


def _claim(request: HttpRequest, given: dict[str, Any]) -> asking.Claim:
    return asking.Claim(
        alias=given["alias"],
        contact=request.session[CONTACT],
        name=given["name"],
        number=given["number"],
        story=given["story"],
        shots={slot: given[slot].read() for slot in asking.SLOTS},
    )


def _page(request: HttpRequest, form: Any, action: str, **more: Any) -> HttpResponse:  # noqa: ANN401 — any form
    return render(request, TEMPLATE, {"form": form, "action": action, **more})


@public
@never_cache
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """Say what happens now, if it fits."""
    return render(request, "web/regain/asked.html")
