"""The form in which other limits are proposed: every figure of every level."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okpay.limits.changes import WORDS
from okpay.limits.figures import AMOUNTS, GATED, MOST, amount_of
from okpay.limits.levels import TOP, Feature, Level, Limit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.forms import BoundField

LEVELS = range(TOP + 1)


class FiguresForm(forms.Form):
    """One number for each amount and level, in units; one box for each feature that is gated."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea({"rows": 2, "class": "input"}),
    )

    def __init__(self, *args: Any, levels: Mapping[int, Level], **kwargs: Any) -> None:
        """Fill in the figures in force."""
        super().__init__(*args, **kwargs)
        self.levels = levels
        for number in LEVELS:
            for name in AMOUNTS:
                self.fields[f"{number}.{name}"] = _amount(number, name, levels[number])
            for feature in sorted(GATED):
                self.fields[f"{number}.{feature}"] = forms.BooleanField(
                    label=_label(number, feature),
                    required=False,
                    initial=feature in levels[number].features,
                )

    def wanted(self) -> dict[int, Level]:
        """Return the levels that a valid form describes."""
        return {number: self._level(number) for number in LEVELS}

    def _level(self, number: int) -> Level:
        def units(name: str) -> int:
            return int(self.cleaned_data[f"{number}.{name}"])

        def limit(group: str) -> Limit:
            return Limit(*(units(f"{group}.{part}") for part in ("payment", "day", "month")))

        chosen = {one for one in GATED if self.cleaned_data[f"{number}.{one}"]}
        features = self.levels[number].features - GATED | chosen
        return Level(limit("limit"), limit("careful"), units("large"), units("new_payee"), features)

    def bound(self, name: str) -> list[BoundField]:
        """Return the fields of one figure, by level."""
        return [self[f"{number}.{name}"] for number in LEVELS]


def _label(number: int, name: str | Feature) -> str:
    return _("Level %(level)s: %(what)s") % {"level": number, "what": WORDS[str(name)]}


def _amount(number: int, name: str, level: Level) -> forms.IntegerField:
    return forms.IntegerField(
        label=_label(number, name),
        min_value=1,
        max_value=MOST,
        initial=amount_of(level, name),
        widget=forms.NumberInput({"class": "input", "inputmode": "numeric"}),
    )
