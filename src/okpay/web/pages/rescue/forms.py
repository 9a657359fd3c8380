"""What is typed on the way. The rules live in identity."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okpay.web.pages.account.forms import pin_field

_CODE = {"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": "6"}


class OneCodeForm(forms.Form):
    """The code that came by one way."""

    code = forms.RegexField(
        r"^\s*\d{6}\s*$",
        label=gettext_lazy("6-digit code"),
        widget=forms.TextInput(attrs=_CODE),
        error_messages={"invalid": gettext_lazy("Type the six digits.")},
    )


class NumberForm(forms.Form):
    """The number of the document that was checked."""

    number = forms.CharField(
        label=gettext_lazy("Number of your identity document"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


class PasswordForm(forms.Form):
    """A new sign-in password; it can be shown, so it is typed once."""

    password1 = forms.CharField(
        label=gettext_lazy("New sign-in password"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "maxlength": "128"}),
    )


class PinForm(forms.Form):
    """New six digits, typed twice: the boxes cannot be read back."""

    new_pin = pin_field(gettext_lazy("New payment password"))
    again = pin_field(gettext_lazy("The same six digits again"))

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("new_pin", again):
            raise ValidationError(_("The two entries differ."), code="differs")
        return again


class StoryForm(forms.Form):
    """What happened, in the owner's words."""

    text = forms.CharField(
        label=gettext_lazy("What happened?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": "5"}),
    )
