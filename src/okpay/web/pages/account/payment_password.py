"""The payment password: set, change, forgotten."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from okpay.identity import operations, phones, queries
from okpay.identity.codes import Purpose
from okpay.identity.errors import (
    CodeExpiredError,
    CodeLockedError,
    CodeWrongError,
    PasswordWrongError,
    PaymentPasswordWrongError,
    SignInLockedError,
    WeakPaymentPasswordError,
)
from okpay.identity.factors.queries import has_second
from okpay.identity.factors.step_up import began_just_now
from okpay.identity.rules import Permission
from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from okpay.web.actor import actor_of
from okpay.web.pages.account.forms import LinkPasswordForm, pin_field
from okpay.web.pages.account.who import address_of, person_of, waiting
from okpay.web.permissions import permission
from okpay.web.step_up import second_shown, stepped_up_when

FIELDS = {
    PaymentPasswordWrongError: "pin",
    WeakPaymentPasswordError: "new_pin",
    PasswordWrongError: "password",
    SignInLockedError: "password",
    CodeWrongError: "code",
    CodeExpiredError: "code",
    CodeLockedError: "code",
}


class SetForm(forms.Form):
    """The first payment password, typed twice: the boxes cannot be read back."""

    new_pin = pin_field(gettext_lazy("New payment password"))
    again = pin_field(gettext_lazy("The same six digits again"))

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("new_pin", again):
            raise forms.ValidationError(_("The two entries differ."), code="differs")
        return again


class ChangeForm(SetForm):
    """The current one and the new one."""

    pin = pin_field(gettext_lazy("Current payment password"))
    field_order = ("pin", "new_pin", "again")


class ForgottenPinForm(SetForm, LinkPasswordForm):
    """Sign-in password, code, and the new one."""

    code = forms.RegexField(
        r"^\s*\d{6}\s*$",
        label=gettext_lazy("6-digit code"),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": "6"}
        ),
    )
    field_order = ("code", "password", "new_pin", "again")


def refuse(form: forms.Form, refused: DomainError) -> None:
    """Put a refusal where it belongs: at its field, else above the form."""
    name = FIELDS.get(type(refused), "")
    form.add_error(name if name in form.fields else None, refused.text())


def _asked_first(request: HttpRequest) -> bool:
    """Whether the page asks who is there: the current digits, or a sign-in just now, say it too."""
    person_id = person_of(request).pk
    if has_second(person_id):
        return True
    return not queries.has_payment_password(person_id) and not began_just_now(request.session)


@permission(Permission.SECURITY_WRITE)
@never_cache
@stepped_up_when(_asked_first)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def payment_password(request: HttpRequest) -> HttpResponse:
    """Set it, or change it when there is one."""
    has_one = queries.has_payment_password(person_of(request).pk)
    form = (ChangeForm if has_one else SetForm)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _store(request, form, has_one=has_one)
        except DomainError as refused:
            refuse(form, refused)
        else:
            text = (
                _("Your payment password was changed.")
                if has_one
                else _("Your payment password is set. You can pay now.")
            )
            messages.success(request, text)
            return redirect(_onward(request))
    return render(
        request,
        "web/account/payment_password.html",
        {"form": form, "has_one": has_one, "tab": "me"},
    )


def _onward(request: HttpRequest) -> str:
    """Return where the person came from, if that is a path of ours: a payment goes on there."""
    wanted = request.GET.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, None) else "security"


def _store(request: HttpRequest, form: forms.Form, *, has_one: bool) -> None:
    actor, now, new = actor_of(request), clock.now(), form.cleaned_data["new_pin"]
    if not has_one:
        operations.set_payment_password(actor=actor, pin=new, now=now)
        return
    operations.change_payment_password(
        actor=actor, pin=form.cleaned_data["pin"], new_pin=new, now=now
    )


@permission(Permission.SECURITY_WRITE)
@never_cache
@second_shown
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Choose a new one with a code by SMS and the sign-in password."""
    person, action = person_of(request), request.POST.get("action", "")
    form = ForgottenPinForm(request.POST if action == "reset" else None)
    refusal = ""
    if request.method == "POST" and action == "send":
        try:
            operations.send_reset_code(
                actor=actor_of(request), address=address_of(request), now=clock.now()
            )
        except DomainError as refused:
            refusal = refused.text()
    if action == "reset" and form.is_valid() and _reset(request, form):
        messages.success(request, _("Your payment password was changed."))
        return redirect("security")
    wait = waiting(Purpose.PAYMENT_PASSWORD, person.pk, person.phone)
    context = {
        "form": form,
        "refusal": refusal,
        "sent": bool(wait) or action == "reset",
        "wait": wait,
        "phone": phones.shown_phone(person.phone),
        "tab": "me",
    }
    return render(request, "web/account/payment_password_forgotten.html", context)


def _reset(request: HttpRequest, form: forms.Form) -> bool:
    try:
        operations.reset_payment_password(
            actor=actor_of(request),
            password=form.cleaned_data["password"],
            code=form.cleaned_data["code"],
            new_pin=form.cleaned_data["new_pin"],
            now=clock.now(),
        )
    except DomainError as refused:
        refuse(form, refused)
        return False
    return True
