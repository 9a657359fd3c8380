"""The form that lifts a mask."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from okpay.console.pages.customers.words import FIELDS, REASONS
from okpay.identity.looking.operations import LONGEST_NOTE, Field, Why


class UnmaskForm(forms.Form):
    """Which fact, why, and in one's own words."""

    field = forms.ChoiceField(
        label=_("What you need to see"), choices=list(FIELDS.items()), widget=forms.RadioSelect
    )
    why = forms.ChoiceField(label=_("Why"), choices=list(REASONS.items()), widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("In your words"),
        max_length=LONGEST_NOTE,
        required=False,
        help_text=_("For example the number of the ticket. It stays in the audit trail."),
    )

    def chosen(self) -> tuple[Field, Why]:
        """Return the fact and the reason of a valid form."""
        return Field(self.cleaned_data["field"]), Why(self.cleaned_data["why"])
