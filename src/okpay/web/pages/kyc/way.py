"""Where a person is on the way, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import Http404
from django.urls import reverse
from django.utils.translation import pgettext

from okpay.kyc import documents, queries
from okpay.kyc.models import Case
from okpay.kyc.states import EDITABLE, CaseState
from okpay.web.actor import person_of

if TYPE_CHECKING:
    from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Step:
    """One of the four steps above a page."""

    title: str
    state: str


def steps(now_at: int) -> list[Step]:
    """Return the steps, with those before `now_at` done."""
    titles = (
        pgettext("real name", "Document"),
        pgettext("real name", "Pictures"),
        pgettext("real name", "Details"),
        pgettext("real name", "Send"),
    )
    return [
        Step(title, "done" if at < now_at else "now" if at == now_at else "")
        for at, title in enumerate(titles)
    ]


def editable(request: HttpRequest) -> Case | None:
    """Return the case that waits for the person, or None."""
    case = queries.case_of(person_of(request).id)
    return case if case is not None and case.state in EDITABLE else None


def editable_or_404(request: HttpRequest) -> Case:
    """Return the case that waits for the person; 404 where none does."""
    case = editable(request)
    if case is None:
        raise Http404
    return case


def is_draft(case: Case) -> bool:
    """Whether it was never sent."""
    return case.state == CaseState.DRAFT


def next_url(case: Case) -> str:
    """Return the page of what is missing first; the last look when nothing is."""
    lacking = queries.missing(case)
    fields = documents.DOCUMENTS[case.document].fields
    if not lacking:
        return reverse("kyc_review")
    if lacking[0] in fields:
        return reverse("kyc_details")
    return reverse("kyc_picture", args=[lacking[0]])
