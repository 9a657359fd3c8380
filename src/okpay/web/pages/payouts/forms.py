"""What is sent: a file or a pasted table, a name for it, and what to do about strangers."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from okpay.payments.payouts.csv_file import read_file, read_text
from okpay.payments.payouts.wishes import LONGEST_TITLE, MOST_BYTES, RawLine

LONGEST: Final = 1_000_000  # characters pasted; longer lists come as a file


class ListForm(forms.Form):
    """A list of payments. What is in it is read and checked by payments, not here."""

    file = forms.FileField(
        label=_("CSV file"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        help_text=_("UTF-8, at most 10,000 lines and 2 MB."),
    )
    pasted = forms.CharField(
        label=_("Or paste it from a spreadsheet"),
        required=False,
        strip=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false", "autocomplete": "off"}),
        help_text=_("With the line that names the columns."),
    )
    title = forms.CharField(
        label=_("Name of the list"),
        required=False,
        max_length=LONGEST_TITLE,
        help_text=_("For yourself, for example: Salaries November."),
    )
    invite = forms.BooleanField(
        label=_("Hold the money for people without a wallet until they register"),
        required=False,
        help_text=_("After seven days it comes back. Otherwise these lines are not paid."),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for exactly one of the two ways."""
        given = super().clean() or {}
        file, pasted = given.get("file"), (given.get("pasted") or "").strip()
        if not self.errors and bool(file is not None) == bool(pasted):
            self.add_error("file", _("Choose a file or paste a table, one of the two."))
        if file is not None and file.size > MOST_BYTES:
            self.add_error("file", _("The file is larger than 2 MB."))
        return given

    def lines(self) -> list[RawLine]:
        """Read the table; refusals are those of payments."""
        file = self.cleaned_data["file"]
        return read_file(file.read()) if file else read_text(self.cleaned_data["pasted"])
