"""The balance at the end of any past day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from okpay.identity.rules import Permission
from okpay.kernel import clock
from okpay.wallets.past import balances_as_of
from okpay.web.actor import person_of
from okpay.web.pages.records.filters import FIRST_DAY, LAST_DAY, local_day, midnight
from okpay.web.permissions import permission

PAGE: Final = "web/proof/balance_on.html"
DAY: Final = timedelta(days=1)


class DayForm(forms.Form):
    """One day where the person lives, today at the latest."""

    day = forms.DateField(
        label=gettext_lazy("Day"),
        widget=forms.DateInput({"type": "date"}),
        validators=(MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)),
    )

    def clean_day(self) -> Any:  # noqa: ANN401 — what the field made of it: a date
        day = self.cleaned_data["day"]
        if day > local_day(clock.now()):
            raise forms.ValidationError(_("This day has not come yet."), code="future")
        return day


@permission(Permission.RECORDS_READ)
@require_GET
def balance_on(request: HttpRequest) -> HttpResponse:
    """Ask for a day, and show what was there when it ended (today: what is there now)."""
    now = clock.now()
    today = local_day(now)
    chosen = request.GET.get("day")
    data = {"day": chosen if chosen is not None else (today - DAY).isoformat()}
    form = DayForm(data)
    form.fields["day"].widget.attrs["max"] = today.isoformat()
    if not form.is_valid():
        return render(request, PAGE, {"form": form, "tab": "records"}, status=422)
    day = form.cleaned_data["day"]
    # A day ends at the last microsecond before the next: a booking at midnight belongs to that.
    at = min(midnight(day + DAY) - timedelta(microseconds=1), now)
    context = {
        "form": form,
        "tab": "records",
        "day": midnight(day),
        "today": day == today,
        "now": now,
        "balances": balances_as_of(person_of(request).id, at, now),
    }
    return render(request, PAGE, context)
