"""What is typed to begin a top-up."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class TopUpForm(forms.Form):
    """How much, and in which currency. The amount is read by the kernel, not here."""

    amount = forms.CharField(label=_("Amount to add"), max_length=48, strip=False)
    currency = forms.CharField(max_length=8, widget=forms.HiddenInput)
    request_id = forms.CharField(max_length=64, widget=forms.HiddenInput)
