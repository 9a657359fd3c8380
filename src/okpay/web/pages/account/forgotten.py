"""A forgotten sign-in password: by mail link or by a code to the phone."""

from __future__ import annotations

from typing import Final

from allauth.account.forms import default_token_generator
from allauth.account.internal.flows.password_reset import request_password_reset
from allauth.account.utils import user_pk_to_url_str
from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from okpay.identity import operations, phones, queries
from okpay.identity.codes import Purpose
from okpay.identity.errors import CodeCoolingError
from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from okpay.kernel.ids import new_uuid
from okpay.web.pages.account.forms import AliasForm, CodeForm
from okpay.web.pages.account.who import address_of, asked_from, waiting
from okpay.web.permissions import public

PHONE: Final = "okpay_forgotten_phone"
ALIAS: Final = "okpay_forgotten_alias"
ATTEMPT: Final = "okpay_forgotten_attempt"


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask which sign-in it is. What follows looks the same whether it exists or not."""
    form = AliasForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        alias = form.cleaned_data["alias"]
        slow = ratelimit.consume_or_429(request, action="reset_password", key=alias)
        if slow is not None:
            answer: HttpResponse = slow
            return answer
        return _by_mail(request, alias) if "@" in alias else _by_code(request, alias)
    return render(request, "account/password_reset.html", {"form": form})


def _by_mail(request: HttpRequest, email: str) -> HttpResponse:
    person = queries.find_person(email)
    people = [person] if person is not None else []
    request_password_reset(request, email, people, default_token_generator)
    request.session[ALIAS] = email
    return redirect("account_reset_password_done")


def _by_code(request: HttpRequest, phone: str) -> HttpResponse:
    if request.session.get(PHONE) != phone or ATTEMPT not in request.session:
        # A code of one's own: no stranger who asks for this phone ends it or guesses it away.
        request.session[ATTEMPT] = new_uuid().hex
    try:
        _send(request, phone)
    except CodeCoolingError:
        pass  # the code of a moment ago still works; its page says when the next may be sent
    except DomainError as refused:
        context = {"form": AliasForm(), "refusal": refused.text()}
        return render(request, "account/password_reset.html", context)
    request.session[PHONE] = phone
    return redirect("account_reset_password_code")


def _send(request: HttpRequest, phone: str) -> None:
    person, browser = queries.find_person(phone), asked_from(request)["browser"]
    operations.send_code(
        purpose=Purpose.PASSWORD_RESET,
        person_id=None,
        phone=phone,
        address=address_of(request),
        bound_to=request.session[ATTEMPT],
        now=clock.now(),
        real=person is not None,
        own_browser=person is not None and queries.is_known_device(person.pk, browser),
    )


@public
@require_safe
def mail_sent(request: HttpRequest) -> HttpResponse:
    """Say that a mail is on its way, if there is anybody to write to."""
    context = {"email": request.session.get(ALIAS, "")}
    return render(request, "account/password_reset_done.html", context)


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Type the code; a right one leads to the page for a new password."""
    phone = request.session.get(PHONE, "")
    if not phone or ATTEMPT not in request.session:
        return redirect("account_reset_password")
    action = request.POST.get("action", "") if request.method == "POST" else ""
    form = CodeForm(request.POST if action == "verify" else None)
    refusal = ""
    try:
        if action == "resend":
            _send(request, phone)
            return redirect("account_reset_password_code")
        if action == "verify" and form.is_valid():
            return _checked(request, phone, form.cleaned_data["code"])
    except DomainError as refused:
        refusal = refused.text()
    context = {
        "form": form,
        "refusal": refusal,
        "phone": phones.shown_phone(phone),
        "wait": waiting(Purpose.PASSWORD_RESET, None, phone, request.session[ATTEMPT]),
    }
    return render(request, "web/account/forgotten_code.html", context)


def _checked(request: HttpRequest, phone: str, typed: str) -> HttpResponse:
    operations.check_code(
        purpose=Purpose.PASSWORD_RESET,
        person_id=None,
        phone=phone,
        code=typed,
        bound_to=request.session[ATTEMPT],
        now=clock.now(),
    )
    person = queries.find_person(phone)
    if person is None:
        return redirect("account_reset_password")
    del request.session[PHONE], request.session[ATTEMPT]
    token = default_token_generator.make_token(person)
    uid = user_pk_to_url_str(person)
    return redirect(reverse("account_reset_password_from_key", args=[uid, token]))
