"""What staff see of cases: the queue, and one case with all that a decision needs.

Names, numbers and pictures need `console:documents:read`; the rest `console:kyc:read`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import Q

from okpay.identity.staff import StaffPermission, permissions_of, require
from okpay.kyc import documents, vault
from okpay.kyc.errors import CaseNotFoundError
from okpay.kyc.models import Case, CaseEvent, Finding, Picture, Remark
from okpay.kyc.queries import current_answers, current_pictures
from okpay.kyc.states import DECIDED, QUEUED, CaseState

if TYPE_CHECKING:
    from okpay.kernel.actor import Actor

MOST: Final = 200
PAST: Final = 50


@dataclass(frozen=True, slots=True)
class Queued:
    """A line of the queue. `locked_by` is set while a colleague has it."""

    id: UUID
    person_id: UUID
    state: CaseState
    region: str
    document: str
    target: int
    high_risk: bool
    queued_at: datetime | None
    locked_by: UUID | None
    locked_until: datetime | None
    rounds: int


@dataclass(frozen=True, slots=True)
class Field:
    """A field as it stands; `before` is what stood there at the last decision, if it differs."""

    name: str
    value: str
    before: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Side:
    """A picture as it stands; `before` is the one that stood there at the last decision."""

    slot: str
    id: UUID
    width: int
    height: int
    changed: bool
    before: UUID | None


@dataclass(frozen=True, slots=True)
class Dossier:
    """A case with all that a decision needs. `fields` are empty without the right to see them."""

    case: Case
    fields: tuple[Field, ...]
    sides: tuple[Side, ...]
    findings: tuple[Finding, ...]
    remarks: tuple[Remark, ...]
    history: tuple[CaseEvent, ...]
    appeal: str
    may_see: bool


def queue(*, actor: Actor, now: datetime, limit: int = MOST) -> list[Queued]:
    """Return what waits for staff, the oldest first; what a colleague has stays in sight.

    Raises:
        StaffNotPermittedError: the role has no desk.
    """
    require(actor, StaffPermission.KYC_READ)
    waiting = Q(state__in=sorted(QUEUED)) | Q(state=CaseState.IN_REVIEW)
    found = Case.objects.filter(waiting).order_by("queued_at", "id")[:limit]
    return [_line(case, now) for case in found]


def _line(case: Case, now: datetime) -> Queued:
    held = case.lock_until is not None and case.lock_until > now
    return Queued(
        id=case.id,
        person_id=case.person_id,
        state=CaseState(case.state),
        region=case.region,
        document=case.document,
        target=case.target,
        high_risk=case.high_risk,
        queued_at=case.queued_at,
        locked_by=case.lock_staff if held else None,
        locked_until=case.lock_until if held else None,
        rounds=case.rounds,
    )


def dossier(*, actor: Actor, case_id: UUID) -> Dossier:
    """Return one case.

    Raises:
        StaffNotPermittedError: the role has no desk.
        CaseNotFoundError: there is no such case.
    """
    require(actor, StaffPermission.KYC_READ)
    case = Case.objects.filter(pk=case_id).first()
    if case is None:
        raise CaseNotFoundError
    may_see = StaffPermission.DOCUMENTS_READ in permissions_of(actor.require_person())
    seen = _seen_version(case)
    latest = case.findings.order_by("code", "field", "-version").distinct("code", "field")
    appeal = current_answers(case).get("appeal")
    return Dossier(
        case=case,
        fields=tuple(_fields(case, seen)) if may_see else (),
        sides=tuple(_sides(case, seen)),
        findings=tuple(latest),
        remarks=tuple(case.remarks.order_by("id")),
        history=tuple(case.events.order_by("id")[:PAST]),
        appeal=vault.text_of(appeal) if appeal and may_see else "",
        may_see=may_see,
    )


def cases_of(*, actor: Actor, person_id: UUID) -> list[Case]:
    """Return all cases of a person, the newest first.

    Raises:
        StaffNotPermittedError: the role has no desk.
    """
    require(actor, StaffPermission.KYC_READ)
    return list(Case.objects.filter(person_id=person_id).order_by("-id")[:PAST])


def _seen_version(case: Case) -> int:
    """Return the version at the last decision: what is newer was sent again since."""
    decided = case.events.filter(new__in=sorted(DECIDED), actor_kind="staff")
    return decided.order_by("-id").values_list("version", flat=True).first() or 0


def _fields(case: Case, seen: int) -> list[Field]:
    now_there = current_answers(case)
    found = []
    for name in documents.DOCUMENTS[case.document].fields:
        if name not in now_there:
            continue
        one = now_there[name]
        earlier = case.answers.filter(field=name, version__lte=seen).order_by("-version").first()
        value, before = vault.text_of(one), vault.text_of(earlier) if earlier else ""
        changed = bool(seen) and one.version > seen and value != before
        found.append(Field(name, value, before if changed else "", changed))
    return found


def _sides(case: Case, seen: int) -> list[Side]:
    there = current_pictures(case)
    order = (*documents.slots_of(case.document, case.target), documents.EXTRA)
    return [_side(case, there[slot], seen) for slot in order if slot in there]


def _side(case: Case, picture: Picture, seen: int) -> Side:
    changed = bool(seen) and picture.version > seen
    earlier = case.pictures.filter(slot=picture.slot, version__lte=seen).order_by("-version")
    before = earlier.values_list("pk", flat=True).first() if changed else None
    return Side(picture.slot, picture.id, picture.width, picture.height, changed, before)
