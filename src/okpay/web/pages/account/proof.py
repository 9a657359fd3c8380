"""The fields by which the holder proves themselves before the phone or the e-mail changes."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from okpay.identity import operations, phones, queries
from okpay.identity.codes import Purpose
from okpay.kernel import clock
from okpay.web.actor import actor_of
from okpay.web.pages.account.forms import pin_field
from okpay.web.pages.account.who import address_of, person_of, waiting

BY_CODE: Final = "okpay_proof_by_code"
SECRETS: Final = ("payment_password", "holder_code")


def send(request: HttpRequest) -> None:
    """Send a code to the phone on file; from here on the page asks for it.

    Raises:
        DomainError: see `operations.send_holder_code`.
    """
    request.session[BY_CODE] = True
    operations.send_holder_code(
        actor=actor_of(request), address=address_of(request), now=clock.now()
    )


def done(request: HttpRequest) -> None:
    """Ask for the payment password again the next time."""
    request.session.pop(BY_CODE, None)


def add_to(form: forms.Form, request: HttpRequest) -> None:
    """Add the field that this person needs: digits, a code, or none without a payment password."""
    if not queries.has_payment_password(person_of(request).pk):
        return
    if request.session.get(BY_CODE):
        form.fields["holder_code"] = forms.RegexField(
            r"^\s*\d{6}\s*$",
            label=gettext_lazy("Code sent to your present number"),
            error_messages={"invalid": gettext_lazy("The code has six digits.")},
            widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": "6"}),
        )
    else:
        form.fields["payment_password"] = pin_field(gettext_lazy("Payment password"))


def given(form: forms.Form) -> dict[str, str]:
    """Return what was typed, as the operations take it."""
    return {name: form.cleaned_data.get(name, "").strip() for name in SECRETS}


def context_of(request: HttpRequest) -> dict[str, Any]:
    """Return what `web/account/proof_way.html` needs."""
    person = person_of(request)
    return {
        "proof_needed": queries.has_payment_password(person.pk),
        "present": phones.shown_phone(person.phone),
        "proof_wait": waiting(Purpose.HOLDER, person.pk, person.phone),
    }
