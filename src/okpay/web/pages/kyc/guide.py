"""The first page: what the check is for, or how it stands."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from okpay.identity.rules import Permission
from okpay.kernel import clock
from okpay.kernel.ids import encode
from okpay.kyc import documents, queries
from okpay.kyc.models import Case, Remark
from okpay.kyc.reasons import REASONS, Kind
from okpay.kyc.states import ASKED, QUEUED, REVIEWED, CaseState
from okpay.web.actor import person_of
from okpay.web.pages.kyc import levels, way
from okpay.web.permissions import permission

if TYPE_CHECKING:
    from okpay.identity.models import Person

HOUR: Final = 3600
MINUTE: Final = 60
TEMPLATES: Final = {
    **dict.fromkeys(QUEUED | REVIEWED, "waiting"),
    **dict.fromkeys(ASKED, "asked"),
    CaseState.APPROVED: "approved",
    CaseState.FINAL_REJECTED: "refused",
}


@permission(Permission.REAL_NAME_READ)
@require_safe
def kyc(request: HttpRequest) -> HttpResponse:
    """Show the guide to who has nothing under way, and everybody else how it stands."""
    person = person_of(request)
    case = queries.case_of(person.id)
    template = TEMPLATES.get(CaseState(case.state), "guide") if case else "guide"
    if template == "guide" and person.level and (case is None or case.state != CaseState.DRAFT):
        template = "approved"
    context = {"person": person, "case": case, **_levels(person, case)}
    if case is not None:
        context |= about(case)
    return render(request, f"web/kyc/{template}.html", context)


def _levels(person: Person, case: Case | None) -> dict[str, Any]:
    old = person.level
    new = min(2, max(old + 1, case.target if case else 0))
    return {
        "rows": levels.rows(old, new, person.region),
        "gained": levels.gained(old, new, person.region),
        "higher": new if new > old else 0,
        "continues": bool(case and case.state == CaseState.DRAFT),
        "expired": bool(case and case.state == CaseState.EXPIRED),
    }


def about(case: Case) -> dict[str, Any]:
    """Say what a page about a case shows."""
    waiting = queries.place_of(case, clock.now())
    document = documents.DOCUMENTS[case.document]
    shown = case.state in ASKED or case.state == CaseState.FINAL_REJECTED
    remarks = queries.last_remarks(case) if shown else []
    return {
        "number": encode("kyc", case.id),
        "document": document,
        "waiting": waiting,
        "usual": duration(waiting.usual) if waiting else "",
        "remarks": [_remark(one) for one in remarks],
        "left": sum(1 for one in remarks if one.resolved_at is None),
        "more": case.state == CaseState.MORE_ASKED,
        "next_url": way.next_url(case),
    }


def _remark(remark: Remark) -> dict[str, Any]:
    reason = REASONS[remark.code]
    fields = documents.FIELD_WORDS
    return {
        "part": remark.field,
        "title": "" if remark.field == "case" else documents.word_of(remark.field),
        "text": reason.text,
        "help": reason.help,
        "is_field": remark.field in fields,
        "done": remark.resolved_at is not None,
        "final": reason.kind is Kind.FINAL,
    }


def duration(span: timedelta) -> str:
    """Write how long something takes, in minutes or hours, never less than a minute."""
    minutes = max(1, round(span.total_seconds() / MINUTE))
    if minutes < 2 * MINUTE:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    hours = round(minutes / MINUTE)
    return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
