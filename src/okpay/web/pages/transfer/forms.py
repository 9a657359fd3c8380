"""What is typed into a transfer: the payee, the amount, the payment password."""

from __future__ import annotations

from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _

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
