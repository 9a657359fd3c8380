"""What is typed into a transfer: the payee, the amount, the payment password."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from okpay.identity.factors.queries import Way
from okpay.payments.operations import Proof

MEMO_LENGTH: Final = 40


class PayeeForm(forms.Form):
    """An e-mail address or a phone number."""

    payee = forms.CharField(
        label=_("E-mail or phone of the payee"),
        max_length=254,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )


class AmountForm(forms.Form):
    """How much, in which currency, and a note. The amount is read by the kernel, not here."""

    amount = forms.CharField(label=_("Amount"), max_length=48)
    currency = forms.CharField(max_length=8, widget=forms.HiddenInput)
    memo = forms.CharField(label=_("Note"), max_length=MEMO_LENGTH, required=False)


class PasswordForm(forms.Form):
    """The six digits, and the intent they confirm."""

    intent = forms.CharField(widget=forms.HiddenInput, max_length=4096)
    payment_password = forms.CharField(
        label=_("Payment password, 6 digits"),
        max_length=6,
        widget=forms.PasswordInput,
        error_messages={"required": _("Enter your 6-digit payment password.")},
    )


class ConfirmForm(PasswordForm):
    """The same, with when it is to arrive and, where it is asked for, a second proof.

    A passkey's answer is put in by the browser; then the digits may be missing.
    """

    payment_password = forms.CharField(
        label=_("Payment password, 6 digits"),
        max_length=6,
        widget=forms.PasswordInput,
        required=False,
    )
    delay = forms.TypedChoiceField(
        label=_("When should it arrive?"),
        choices=[(0, _("At once")), (7200, _("In 2 hours")), (86400, _("In 24 hours"))],
        coerce=int,
        empty_value="0",
        required=False,
        widget=forms.RadioSelect,
    )
    code = forms.CharField(
        label=_("Six-digit code"),
        max_length=12,
        required=False,
        widget=forms.TextInput(
            attrs={"class": "input", "inputmode": "numeric", "autocomplete": "one-time-code"}
        ),
    )
    way = forms.ChoiceField(
        choices=[("sms", _("Code by SMS")), ("app", _("Authenticator code"))],
        required=False,
        widget=forms.RadioSelect,
    )
    passkey = forms.CharField(required=False, max_length=20_000, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Ask for the digits unless a passkey came in their place."""
        data = super().clean() or {}
        if not data.get("payment_password") and not data.get("passkey"):
            self.add_error("payment_password", _("Enter your 6-digit payment password."))
        return data

    def proof(self) -> Proof | None:
        """Return what was given as a second proof, if anything."""
        data = self.cleaned_data
        if data["passkey"]:
            return Proof(Way.PASSKEY, data["passkey"])
        if data["code"]:
            return Proof(Way(data["way"] or Way.SMS), data["code"])
        return None
