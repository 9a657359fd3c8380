"""The list of records: filters, months, and one page after another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from okpay.identity.rules import Permission
from okpay.kernel import clock
from okpay.kernel.ids import BadIdError, decode
from okpay.kernel.money import Money
from okpay.wallets import queries, sums
from okpay.wallets.models import PREFIXES, RecordKind
from okpay.wallets.queries import Choice, RecordLine
from okpay.web.actor import person_of
from okpay.web.pages.records import filters
from okpay.web.pages.records.filters import Filters
from okpay.web.pages.records.months import Month, group
from okpay.web.pages.records.rows import row_of
from okpay.web.permissions import permission

PAGE: Final = 20
CHOICES: Final[dict[str, dict[str, Any]]] = {
    "in": {"direction": "in"},
    "out": {"direction": "out"},
    "transfer": {"kind": RecordKind.TRANSFER},
    "topup": {"kind": RecordKind.TOP_UP},
}


@dataclass(frozen=True, slots=True)
class SumLine:
    """A line of the summary beside the list."""

    label: str
    money: Money
    sign: str


@permission(Permission.RECORDS_READ)
@require_GET
def records(request: HttpRequest) -> HttpResponse:
    """Show the chosen records, newest first; for the script only the next page of them."""
    now = clock.now()
    chosen = filters.read(request.GET, now)
    if _is_number(chosen.search):
        return redirect("record_detail", chosen.search)
    found = _read(request, chosen, _cursor(request))
    shown, more = found[:PAGE], len(found) > PAGE
    months = group([row_of(line, now=now, dated=False) for line in shown], now)
    _total(request, months, chosen)
    if months and more:
        months[-1].more_url = filters.more_url(chosen, shown[-1].public_id, months[-1].first)
    if request.headers.get("HX-Request") and "before" in request.GET:
        return render(request, "web/records/more.html", _joined(request, months))
    context = {
        "filters": chosen,
        "months": months,
        "summed": any(month.totals for month in months),
        "summary": _summary(request, now),
    }
    return render(request, "web/records/list.html", context)


def _is_number(search: str) -> bool:
    """Whether what was searched for is the number of a record, which leads right to it."""
    try:
        decode(search, *PREFIXES.values())
    except BadIdError:
        return False
    return True


def _cursor(request: HttpRequest) -> UUID | None:
    before = request.GET.get("before", "")
    try:
        return decode(before, *PREFIXES.values()) if before else None
    except BadIdError as error:
        raise Http404 from error


def _read(request: HttpRequest, chosen: Filters, before: UUID | None) -> list[RecordLine]:
    person, choice = person_of(request).id, _choice(chosen)
    return queries.records(person, choice, before=before, limit=PAGE + 1)


def _choice(chosen: Filters) -> Choice:
    narrow: dict[str, Any] = CHOICES.get(chosen.kind, {})
    return Choice(**narrow, since=chosen.begin, until=chosen.end, search=chosen.search)


def _total(request: HttpRequest, months: list[Month], chosen: Filters) -> None:
    """Put beside each month's name what came in and went out in it, of all that is chosen."""
    moments = [filters.midnight(month.first) for month in months]
    found = sums.month_totals(person_of(request).id, moments, _choice(chosen))
    for month in months:
        month.totals = [total for total in found if filters.local_day(total.month) == month.first]


def _joined(request: HttpRequest, months: list[Month]) -> dict[str, Any]:
    """Tell whether the next page goes on in the month in which the last one ended."""
    last = request.GET.get("month", "")
    joined = bool(months) and f"{months[0].first:%Y-%m}" == last
    return {"months": months, "joined": joined}


def _summary(request: HttpRequest, now: datetime) -> list[SumLine]:
    """Sum the whole running month, whatever is chosen, for the card beside the list."""
    lines = []
    for total in sums.month_totals(person_of(request).id, [now]):
        lines.append(SumLine(_("Received"), total.income, "in"))
        if total.expense.minor:
            lines.append(SumLine(_("Paid"), total.expense, "out"))
    return lines
