"""The audit trail: search, the proof state of each row, and the file."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django import forms
from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from okpay.console.frame import actor_of, page, staff_page
from okpay.console.pages.facts import lines_of
from okpay.console.pages.people import shown
from okpay.identity.staff import StaffPermission
from okpay.kernel import audit, audit_search, clock
from okpay.kernel.audit_search import Wanted
from okpay.kernel.ids import encode

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

DAY: Final = timedelta(days=1)
FIELDS: Final = ("actor", "action", "subject", "since", "until")
LAST_NUMBER: Final = 2**63 - 1


class SearchForm(forms.Form):
    """What is looked for."""

    actor = forms.CharField(label=_("Who (cus_…)"), max_length=40, required=False, strip=True)
    action = forms.CharField(label=_("Action begins with"), max_length=80, required=False)
    subject = forms.CharField(label=_("Subject"), max_length=80, required=False)
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput({"type": "date"})
    )
    until = forms.DateField(
        label=_("To and including"), required=False, widget=forms.DateInput({"type": "date"})
    )
    before = forms.IntegerField(required=False, min_value=1, max_value=LAST_NUMBER)

    def clean_actor(self) -> str:
        """Refuse what is no person's id."""
        text = str(self.cleaned_data["actor"])
        if text and audit_search.read_actor(text) is None:
            raise forms.ValidationError(_("An id begins with cus_ and has 26 characters after it."))
        return text


def _midnight(day: date | None, later: timedelta = timedelta()) -> datetime | None:
    if day is None or day.year >= 9999 or day.year < 1970:  # noqa: PLR2004 — what calendars hold
        return None
    return timezone.make_aware(datetime.combine(day, time())) + later


def _wanted(form: SearchForm) -> Wanted:
    data: dict[str, Any] = form.cleaned_data
    return Wanted(
        actor=audit_search.read_actor(data["actor"]),
        action=data["action"],
        subject=data["subject"],
        since=_midnight(data["since"]),
        until=_midnight(data["until"], DAY),
        before=data["before"],
    )


@staff_page(StaffPermission.AUDIT_READ)
@require_GET
def trail(request: HttpRequest) -> HttpResponse:
    """Show a page of the trail, newest first."""
    form = SearchForm(request.GET)
    entries, more = audit_search.search(_wanted(form)) if form.is_valid() else ([], None)
    names = shown(one.row.actor_id for one in entries)
    kept = {name: request.GET[name] for name in FIELDS if request.GET.get(name)}
    context = {
        "form": form,
        "rows": [
            (one, names.get(one.row.actor_id, ""), lines_of(one.row.data, short=True))
            for one in entries
        ],
        "kept": kept,
        "older": urlencode({**kept, "before": more}) if more else "",
    }
    return page(request, "console/audit.html", context, status=200 if form.is_valid() else 400)


@staff_page(StaffPermission.AUDIT_EXPORT)
@require_POST
def export(request: HttpRequest) -> HttpResponseBase:
    """Send what was found as a file; that it was taken is a row of the trail itself."""
    form = SearchForm(request.POST)
    if not form.is_valid():
        return page(request, "console/audit.html", {"form": form, "rows": []}, status=400)
    actor, now = actor_of(request), clock.now()
    looked = {name: str(form.cleaned_data[name] or "") for name in FIELDS}
    audit.record(
        actor=actor,
        action="audit.exported",
        subject=encode("cus", actor.require_person()),
        data=looked,
        now=now,
    )
    lines = (line.encode() for line in audit_search.csv_rows(_wanted(form)))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = f"okpay-audit-{now:%Y%m%dT%H%M%SZ}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
