"""What is typed to ask somebody for money."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from okpay.web.pages.transfer.forms import MEMO_LENGTH


class RequestForm(forms.Form):
    """Whom, how much, in which currency, and what for."""

    payer = forms.CharField(
        label=_("E-mail or phone of the payer"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    currency = forms.ChoiceField(label=_("Currency"), widget=forms.RadioSelect)
    amount = forms.CharField(label=_("Amount"), max_length=48)
    memo = forms.CharField(label=_("What it is for"), max_length=MEMO_LENGTH, required=False)

    def __init__(self, *args: object, currencies: Sequence[str], **kwargs: object) -> None:
        """Offer the currencies of the person's wallet."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through unchanged
        chosen = self.fields["currency"]
        assert isinstance(chosen, forms.ChoiceField)  # noqa: S101 — declared above
        chosen.choices = [(code, code) for code in currencies]
        chosen.initial = currencies[0]
