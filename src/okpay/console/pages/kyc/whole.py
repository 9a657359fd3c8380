"""One case as the desk sees it: pictures, what was typed, read and checked, and its past."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from django.urls import reverse

from okpay.console.pages.customers.words import CASES
from okpay.console.pages.ids import id_of
from okpay.console.pages.kyc import queue, reading, words
from okpay.console.pages.people import face_of, shown
from okpay.kernel.ids import decode, encode
from okpay.kyc import documents, files
from okpay.kyc.documents import DOCUMENTS, word_of
from okpay.kyc.models import Case, CaseEvent, Finding, Picture
from okpay.kyc.states import CaseState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from okpay.console.pages.kyc.queue import QueueRow
    from okpay.console.pages.kyc.reading import FieldRow
    from okpay.console.pages.people import Face

DUPLICATES: Final = 3
EVENTS: Final = 50
OLD_PICTURES: Final = 20


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture of a document and the signed address that opens it for five minutes."""

    slot: str
    label: str
    url: str
    version: int
    at: datetime
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Check:
    """What one check found, in words. `facts` is what a program adds."""

    text: str
    outcome: str
    icon: str
    label: str


@dataclass(frozen=True, slots=True)
class Twin:
    """Another account's case that looks like this one."""

    public_id: str
    face: Face
    state: tuple[object, str, str]
    shots: list[Shot]
    why: list[str]


@dataclass(frozen=True, slots=True)
class CasePage:
    """Everything on the page of one case; `full` says whether documents are shown."""

    row: QueueRow
    state: tuple[object, str, str]
    full: bool
    mine: bool
    shots: list[Shot]
    old_shots: list[Shot]
    fields: list[FieldRow]
    checks: list[Check]
    twins: list[Twin]
    events: list[tuple[tuple[object, str, str], str, CaseEvent]]
    parts: list[tuple[str, object]] = field(default_factory=list)


def find(public_id: str) -> Case | None:
    """Return the case with this number, or None."""
    found = Case.objects.select_related("person").filter(pk=id_of(public_id, "kyc"))
    return found.exclude(state=CaseState.DRAFT).first()


def whole(case: Case, *, viewer: UUID, full: bool, now: datetime) -> CasePage:
    """Read all about a case; what is personal is masked unless `full`."""
    document = DOCUMENTS[case.document]
    pictures = list(case.pictures.defer("sealed", "look", "marks").order_by("id"))
    slots = documents.slots_of(case.document, case.target)
    row = queue.row(case, viewer, now, shown([case.lock_staff]))
    checks = _latest(case)
    return CasePage(
        row=row,
        state=CASES[CaseState(case.state)],
        full=full,
        mine=row.mine and case.state == CaseState.IN_REVIEW,
        shots=_shots((one for one in pictures if one.replaced_at is None), viewer, full=full),
        old_shots=_shots(
            [one for one in pictures if one.replaced_at is not None][-OLD_PICTURES:],
            viewer,
            full=full,
        ),
        fields=reading.fields_of(case, full=full, now=now),
        checks=[_check(one) for one in checks],
        twins=_twins(checks, viewer, full=full),
        events=_events(case),
        parts=[(part, word_of(part)) for part in (*slots, *document.fields)],
    )


def _latest(case: Case) -> list[Finding]:
    """Return the latest word of each check: a version that nothing checked keeps the older."""
    found = Finding.objects.filter(case=case).order_by("id")
    return list({(one.code, one.field): one for one in found}.values())


def _check(one: Finding) -> Check:
    label = str(word_of(one.field)) if one.field else ""
    text = words.finding(one.code, one.outcome)
    return Check(text, words.BADGES[one.outcome], words.ICONS[one.outcome], label)


def _shots(pictures: Iterable[Picture], viewer: UUID, *, full: bool) -> list[Shot]:
    if not full:
        return []
    sides = list(documents.SLOT_WORDS)
    return [
        Shot(
            slot=one.slot,
            label=str(word_of(one.slot)),
            url=reverse("console_kyc_file", args=[files.sign(viewer=viewer, file_id=one.id)]),
            version=one.version,
            at=one.created_at,
            width=one.width,
            height=one.height,
        )
        for one in sorted(pictures, key=lambda one: (sides.index(one.slot), one.id))
    ]


def _twins(checks: list[Finding], viewer: UUID, *, full: bool) -> list[Twin]:
    """Cases of others with the same number or picture, side by side with this one."""
    why: dict[str, list[str]] = {}
    for one in checks:
        if one.code in {"number_elsewhere", "picture_elsewhere"}:
            for number in one.facts.get("cases", []):
                why.setdefault(number, []).append(words.finding(one.code, one.outcome))
    ids = [decode(number, "kyc") for number in list(why)[:DUPLICATES]]
    others = Case.objects.select_related("person").filter(pk__in=ids)
    current = Picture.objects.filter(case_id__in=ids, replaced_at__isnull=True)
    pictures = list(current.defer("sealed", "look", "marks"))
    return [
        Twin(
            public_id=encode("kyc", other.id),
            face=face_of(other.person),
            state=CASES[CaseState(other.state)],
            shots=_shots((p for p in pictures if p.case_id == other.id), viewer, full=full),
            why=why[encode("kyc", other.id)],
        )
        for other in others
    ]


def _events(case: Case) -> list[tuple[tuple[object, str, str], str, CaseEvent]]:
    found = list(case.events.order_by("-id")[:EVENTS])
    names = shown(one.actor_id for one in found if one.actor_kind == "staff")
    return [(CASES[CaseState(one.new)], names.get(one.actor_id, ""), one) for one in found]
