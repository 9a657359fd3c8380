"""What a person sees of their real-name check. Nothing here writes."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Min

from okpay.kyc import answers, documents, vault
from okpay.kyc.checks.names import same_name
from okpay.kyc.models import Answer, Case, CaseEvent, Picture, Remark
from okpay.kyc.states import ASKED, DECIDED, QUEUED, REVIEWED, CaseState

if TYPE_CHECKING:
    from uuid import UUID

USUAL: Final = timedelta(hours=24)  # said while there is too little history
LEAST_HISTORY: Final = 5
HISTORY: Final = 100
_WAITING: Final = sorted(QUEUED | REVIEWED)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Where a case is in the queue: its place (1 is next), and how long it usually takes."""

    place: int
    usual: timedelta
    since: datetime


def case_of(person_id: UUID) -> Case | None:
    """Return the person's newest case that was not given up, or None."""
    mine = Case.objects.filter(person_id=person_id).exclude(state=CaseState.CANCELED)
    return mine.order_by("-id").first()


def case_for(person_id: UUID, case_id: UUID) -> Case | None:
    """Return a case of this person."""
    return Case.objects.filter(pk=case_id, person_id=person_id).first()


def current_answers(case: Case) -> dict[str, Answer]:
    """Return what stands in the fields now, still sealed."""
    return {one.field: one for one in case.answers.filter(replaced_at__isnull=True)}


def current_pictures(case: Case) -> dict[str, Picture]:
    """Return the pictures that stand now, by side, without their bytes."""
    found = case.pictures.filter(replaced_at__isnull=True).defer("sealed", "look", "marks")
    return {one.slot: one for one in found}


def texts(case: Case) -> dict[str, str]:
    """Return what stands in the fields now, opened; for the person's own eyes and the desk's."""
    return {name: vault.text_of(one) for name, one in current_answers(case).items()}


def open_remarks(case: Case) -> list[Remark]:
    """Return what is to be sent again."""
    return list(case.remarks.filter(resolved_at__isnull=True).order_by("id"))


def last_remarks(case: Case) -> list[Remark]:
    """Return what was remarked on at the last decision, sent again since or not."""
    if case.decided_at is None:
        return []
    return list(case.remarks.filter(at=case.decided_at).order_by("id"))


def open_parts(case: Case) -> tuple[str, ...]:
    """Return the pictures and fields that the person may change now.

    In a draft all of them; later only what was remarked on since it was last sent, whether it has
    been changed already or not.
    """
    document = documents.DOCUMENTS[case.document]
    everything = (*documents.slots_of(case.document, case.target), *document.fields)
    if case.state == CaseState.DRAFT:
        return everything
    if case.state not in ASKED:
        return ()
    asked = {one.field for one in last_remarks(case)}
    return tuple(part for part in (*everything, documents.EXTRA) if part in asked)


def missing(case: Case) -> list[str]:
    """Return what must still be given before the case can be sent."""
    document = documents.DOCUMENTS[case.document]
    there = {*current_answers(case), *current_pictures(case)}
    slots = documents.slots_of(case.document, case.target)
    needed = [*slots, *(one for one in document.fields if one not in documents.OPTIONAL)]
    asked = [one.field for one in open_remarks(case)] if case.state != CaseState.DRAFT else []
    lacking = [part for part in needed if part not in there]
    return lacking + [part for part in dict.fromkeys(asked) if part not in lacking]


def place_of(case: Case, now: datetime) -> Waiting | None:
    """Say where a waiting case is; None for one that does not wait for staff."""
    if case.state not in _WAITING or case.queued_at is None:
        return None
    ahead = Case.objects.filter(state__in=sorted(QUEUED), queued_at__lt=case.queued_at).count()
    taken = case.state in REVIEWED
    return Waiting(1 if taken else ahead + 1, usual_time(case.region, now), case.queued_at)


def usual_time(region: str, now: datetime) -> timedelta:
    """Return the median time from sending to a decision, in this region, of the last hundred."""
    since = now - timedelta(days=60)
    decided = CaseEvent.objects.filter(
        new__in=sorted(DECIDED), case__region=region, at__gt=since, actor_kind="staff"
    ).order_by("-id")[:HISTORY]
    spans = [span for event in decided if (span := _span(event))]
    if len(spans) < LEAST_HISTORY:
        return USUAL
    return timedelta(seconds=statistics.median(span.total_seconds() for span in spans))


def _span(event: CaseEvent) -> timedelta | None:
    """Return how long the case had waited since it was last sent before this decision."""
    sent = CaseEvent.objects.filter(
        case_id=event.case_id, new__in=sorted(QUEUED), actor_kind="person", id__lt=event.pk
    )
    last = sent.order_by("-id").values_list("at", flat=True).first()
    return event.at - last if last else None


def oldest_waiting() -> datetime | None:
    """Return since when the oldest case of the queue waits."""
    found: datetime | None = Case.objects.filter(state__in=sorted(QUEUED)).aggregate(
        oldest=Min("queued_at")
    )["oldest"]
    return found


def approved_case(person_id: UUID) -> Case | None:
    """Return the case by which the person is known by their real name, the newest."""
    found = Case.objects.filter(person_id=person_id, state=CaseState.APPROVED)
    return found.order_by("-decided_at").first()


def legal_name(person_id: UUID) -> str:
    """Return the name that was checked, or ""."""
    case = approved_case(person_id)
    return texts(case).get("legal_name", "") if case else ""


def name_fits(person_id: UUID, name: str) -> bool:
    """Whether a name can be the checked one in another writing; any can while none is checked."""
    checked = legal_name(person_id)
    return not checked or same_name(checked, name)


def known_facts(person_id: UUID) -> tuple[date | None, str]:
    """Return birthday and number of the document that was last sent, as far as they are known.

    For refusing payment passwords that are made of them (H17); an unapproved claim counts too.
    """
    case = case_of(person_id)
    if case is None:
        return None, ""
    values = texts(case)
    return answers.born(documents.DOCUMENTS[case.document], values), values.get("number", "")
