"""The queue: what waits for staff, the oldest first, who has it, and what the checks say."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from okpay.console.pages.kyc import words
from okpay.console.pages.people import face_of, shown
from okpay.console.spans import span_text
from okpay.kernel.ids import encode
from okpay.kyc.documents import DOCUMENTS, REGIONS
from okpay.kyc.models import Case, Finding
from okpay.kyc.states import QUEUED, REVIEWED, CaseState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from okpay.console.pages.people import Face

TARGET: Final = timedelta(hours=2)
SOON: Final = timedelta(minutes=45)
MOST: Final = 200


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A waiting case. `urgency` is "over", "warn" or ""; `left` the time to the target in words."""

    case: Case
    public_id: str
    face: Face
    document: str
    region: str
    urgency: str
    left: str
    locked_by: str
    mine: bool
    hints: list[tuple[str, str, str]]  # words, badge, icon
    groups: frozenset[str]


def waiting() -> QuerySet[Case]:
    """Return what waits for staff or is with them, the longest waiting first."""
    rows = Case.objects.filter(state__in=sorted(QUEUED | REVIEWED)).select_related("person")
    return rows.order_by("queued_at", "id")


def rows(staff_id: UUID, now: datetime) -> list[QueueRow]:
    """Read the queue, at most `MOST` cases, in three queries whatever its length."""
    cases = list(waiting()[:MOST])
    holders = shown(one.lock_staff for one in cases if held(one, now))
    hints = _hints(cases)
    return [row(one, staff_id, now, holders, hints[one.id]) for one in cases]


def held(case: Case, now: datetime) -> bool:
    """Whether a member of staff has the case now."""
    return case.lock_until is not None and case.lock_until > now


def _hints(cases: list[Case]) -> dict[UUID, list[tuple[str, str, str]]]:
    """What the checks of each case warn of, the latest word of each check."""
    latest: dict[tuple[UUID, str, str], Finding] = {}
    for one in Finding.objects.filter(case_id__in=[case.id for case in cases]).order_by("id"):
        latest[one.case_id, one.code, one.field] = one
    found: dict[UUID, list[tuple[str, str, str]]] = defaultdict(list)
    for one in latest.values():
        if one.outcome != "ok":
            said = words.finding(one.code, one.outcome)
            found[one.case_id].append((said, words.BADGES[one.outcome], words.ICONS[one.outcome]))
    return found


def row(
    case: Case,
    staff_id: UUID,
    now: datetime,
    holders: dict[UUID | None, str],
    hints: Sequence[tuple[str, str, str]] = (),
) -> QueueRow:
    """Show a case; `holders` are the names of those who have one now."""
    left = (case.queued_at or now) + TARGET - now
    taken = held(case, now)
    mine = taken and case.lock_staff == staff_id
    urgency = "over" if left < timedelta() else ("warn" if left < SOON else "")
    marks = {
        "mine": mine,
        "free": not taken and case.state != CaseState.SECOND_LOOK,
        "risk": case.high_risk,
        "appeal": case.appealed,
        "over": urgency == "over",
        "all": True,
    }
    return QueueRow(
        case=case,
        public_id=encode("kyc", case.id),
        face=face_of(case.person),
        document=str(DOCUMENTS[case.document].title),
        region=str(REGIONS.get(case.region, case.region)),
        urgency=urgency,
        left=span_text(abs(left)),
        locked_by=holders.get(case.lock_staff, "") if taken else "",
        mine=mine,
        hints=list(dict.fromkeys(hints)),
        groups=frozenset(name for name, on in marks.items() if on),
    )
