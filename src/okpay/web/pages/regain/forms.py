"""What is typed and shown on the way. The rules live in support and identity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy

from okpay.identity.people import NAME_LENGTH
from okpay.support.regain.asking import STORY_LONGEST
from okpay.web.pages.account.forms import AliasForm
from okpay.web.pages.rescue.forms import NumberForm, PasswordForm, PinForm

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


class ContactForm(forms.Form):
    """Where we may write to."""

    email = forms.EmailField(
        label=gettext_lazy("An e-mail that you can read now"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autocapitalize": "none"}),
    )

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


def _picture(label: _StrOrPromise) -> forms.FileField:
    widget = forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"})
    return forms.FileField(
        label=label,
        widget=widget,
        help_text=gettext_lazy("JPEG, PNG or WebP, at most 8 MB."),
    )


class ClaimForm(AliasForm, NumberForm):
    """Whose account, the document, both pictures, and what happened."""

    name = forms.CharField(
        label=gettext_lazy("Name on the document"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    document = _picture(gettext_lazy("A picture of the document"))
    person = _picture(gettext_lazy("A picture of you holding it beside your face"))
    story = forms.CharField(
        label=gettext_lazy("What happened?"),
        max_length=STORY_LONGEST,
        widget=forms.Textarea(attrs={"rows": "4"}),
    )
    field_order = ("alias", "name", "number", "document", "person", "story")


class SecretsForm(PasswordForm, PinForm):
    """A new sign-in password, and six new digits twice."""
