"""The statement file: which range, which header; then the file itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from okpay.identity.rules import Permission
from okpay.kernel import clock
from okpay.wallets import csv_export
from okpay.web.actor import person_of
from okpay.web.pages.records.filters import FIRST_DAY, LAST_DAY, local_day, midnight
from okpay.web.pages.refusals import refusal_of
from okpay.web.permissions import permission

MONTH: Final = timedelta(days=30)
DAY: Final = timedelta(days=1)
NEAR: Final = (MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY))


class RangeForm(forms.Form):
    """Two days, and the language of the header."""

    since = forms.DateField(
        label=_("From"), widget=forms.DateInput({"type": "date"}), validators=NEAR
    )
    until = forms.DateField(
        label=_("To and including"), widget=forms.DateInput({"type": "date"}), validators=NEAR
    )
    header = forms.ChoiceField(
        label=_("Column names"),
        widget=forms.RadioSelect,
        required=False,
        choices=[("", _("In my language")), ("machine", _("For programs (English names)"))],
    )


def _initial(now: datetime) -> dict[str, str]:
    today = local_day(now)
    return {"since": (today - MONTH).isoformat(), "until": today.isoformat(), "header": ""}


@permission(Permission.RECORDS_EXPORT)
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """Ask for the range."""
    form = RangeForm(initial=_initial(clock.now()))
    return render(request, "web/records/export.html", {"form": form})


@permission(Permission.RECORDS_EXPORT)
@require_GET
def csv(request: HttpRequest) -> HttpResponseBase:
    """Send the file piece by piece, or the form again with the reason why not."""
    form = RangeForm(request.GET)
    if not form.is_valid():
        return render(request, "web/records/export.html", {"form": form}, status=422)
    since, until = form.cleaned_data["since"], form.cleaned_data["until"]
    try:
        pieces = csv_export.export(
            person_id=person_of(request).id,
            since=midnight(since),
            until=midnight(until + DAY),
            machine_header=form.cleaned_data["header"] == "machine",
        )
    except csv_export.RangeRefusedError as error:
        context = {"form": form, "refusal": refusal_of(error)}
        return render(request, "web/records/export.html", context, status=error.status)
    return _file(pieces, csv_export.file_name(since, until))


def _file(pieces: Iterator[bytes], name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
