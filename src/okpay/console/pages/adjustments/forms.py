"""The form of a manual adjustment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from okpay.kernel.money import ASSETS, InvalidAmountError, asset_of, parse_amount
from okpay.payments.adjustments import Cause, Way, Wish
from okpay.payments.adjustments.operations import SHORTEST_NOTE
from okpay.payments.memos import MAX_MEMO

if TYPE_CHECKING:
    from uuid import UUID


class AdjustmentForm(forms.Form):
    """Which way, how much, why, and what each of the two readers is told."""

    way = forms.ChoiceField(label=_("Way"), choices=Way.choices, widget=forms.RadioSelect)
    currency = forms.ChoiceField(
        label=_("Currency"), choices=[(code, code) for code in ASSETS], initial="CNY"
    )
    amount = forms.CharField(
        label=_("Amount"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    cause = forms.ChoiceField(
        label=_("Kind of mistake"), choices=Cause.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("What the customer reads"),
        min_length=SHORTEST_NOTE,
        max_length=MAX_MEMO,
        help_text=_("Stands beside the record, in the customer's language: at most 40 characters."),
    )
    reason = forms.CharField(
        label=_("What you checked"),
        min_length=10,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The second person reads it: which records, which ticket, what was wrong."),
    )

    def clean(self) -> dict[str, Any]:
        """Read amount and currency together."""
        cleaned = super().clean() or {}
        if "amount" in cleaned and "currency" in cleaned:
            try:
                cleaned["money"] = parse_amount(cleaned["amount"], asset_of(cleaned["currency"]))
            except InvalidAmountError as wrong:
                self.add_error("amount", wrong.text())
        return cleaned

    def wish(self, person_id: UUID) -> Wish:
        """Return what a valid form asks for."""
        return Wish(
            person_id=person_id,
            way=Way(self.cleaned_data["way"]),
            money=self.cleaned_data["money"],
            cause=Cause(self.cleaned_data["cause"]),
            note=self.cleaned_data["note"],
        )
