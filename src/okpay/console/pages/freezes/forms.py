"""Forms of freezing and of proposing the end of a freeze."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from okpay.console.pages.freezes.words import CLASSES, words_for
from okpay.identity.freezing.operations import LONGEST

_USUAL: Final = timedelta(days=7)


class FreezeForm(forms.Form):
    """A class, words to the customer, a note for staff, and the day of the next look."""

    reason_class = forms.ChoiceField(
        label=_("Why"),
        choices=[(name, words[0]) for name, words in CLASSES.items()],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("What the customer reads"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Left empty, the usual words of the reason are sent, in their language."),
    )
    staff_note = forms.CharField(
        label=_("Note for staff"),
        max_length=900,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    review_on = forms.DateField(
        label=_("Look at it again by"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        """Suggest a week; at most what the rule allows."""
        kwargs.setdefault("initial", {"review_on": today + _USUAL})
        super().__init__(*args, **kwargs)
        limits = {"min": today.isoformat(), "max": (today + LONGEST).isoformat()}
        self.fields["review_on"].widget.attrs.update(limits)

    def words_for(self, language: str) -> str:
        """Return what the customer reads: what was written, else the words of the class."""
        written: str = self.cleaned_data["words"].strip()
        return written or words_for(self.cleaned_data["reason_class"], language)

    def note(self) -> str:
        """Return what staff read later: the class and the note."""
        name = self.cleaned_data["reason_class"]
        return f"[{name}] {self.cleaned_data['staff_note']}".strip()


class UnfreezeForm(forms.Form):
    """What was checked, for the second person."""

    reason = forms.CharField(
        label=_("What you checked"),
        min_length=10,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
