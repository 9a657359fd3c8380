"""What a person writes to staff."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from okpay.support.operations import LONGEST
from okpay.support.states import CHOSEN


class NewForm(forms.Form):
    """A topic and words."""

    topic = forms.ChoiceField(
        label=gettext_lazy("What is it about?"),
        choices=[(one.value, one.label) for one in CHOSEN],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=gettext_lazy("Tell us"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": "6"}),
        help_text=gettext_lazy("No passwords, no codes. Card numbers are made unreadable."),
    )


class MessageForm(forms.Form):
    """Words in a ticket."""

    text = forms.CharField(
        label=gettext_lazy("Your message"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": "4"}),
    )
