"""What staff do with a case. Each operation asks for its permission and leaves a trail.

`take` gives a case to one person for half an hour; every decision needs it, and names the version
that was looked at. Nobody decides about themselves, or an appeal against their own decision.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction

from okpay.identity.hooks import SecurityEvent
from okpay.identity.staff import StaffPermission, require
from okpay.kernel import audit
from okpay.kernel.ids import encode
from okpay.kyc import answers, documents, letters, moves, second_look
from okpay.kyc.checks.names import same_name
from okpay.kyc.desk_errors import (
    CaseChangedError,
    CaseNotApprovableError,
    CaseNotTakenError,
    CaseTakenError,
    DecisionInvalidError,
    OwnCaseError,
)
from okpay.kyc.models import Case, Remark
from okpay.kyc.queries import texts
from okpay.kyc.reasons import REASONS, Kind
from okpay.kyc.states import QUEUED, CaseState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from okpay.kernel.actor import Actor

LOCKED: Final = timedelta(minutes=30)
_BY_FIELD: Final = frozenset({Kind.RETRY, Kind.MISMATCH})


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with one field or picture: a code of `reasons.REASONS`."""

    field: str
    code: str


def take(*, actor: Actor, case_id: UUID, now: datetime) -> Case:
    """Take a waiting case, or keep one that one has; for half an hour from now.

    Raises:
        StaffNotPermittedError: the role does not decide.
        CaseTakenError: a colleague has it.
        OwnCaseError: it is the actor's, or appeals against their decision.
        CaseNotTakenError: it does not wait for staff.
    """
    require(actor, StaffPermission.KYC_DECIDE)
    with transaction.atomic():
        case = moves.lock(case_id)
        _not_own(actor, case)
        if case.state == CaseState.IN_REVIEW:
            _take_over(actor, case, now)
        elif (
            case.state == CaseState.SECOND_LOOK and second_look.is_over(case)
        ) or case.state in QUEUED:
            moves.move(case, CaseState.IN_REVIEW, actor=actor, now=now)
        else:
            raise CaseNotTakenError
        case.lock_staff, case.lock_until = actor.require_person(), now + LOCKED
        case.save(update_fields=["lock_staff", "lock_until"])
    return case


def _left_by_the_second(case: Case) -> bool:
    return case.state == CaseState.SECOND_LOOK and second_look.is_over(case)


def _take_over(actor: Actor, case: Case, now: datetime) -> None:
    """A case that somebody left alone may be taken by another; the trail says so."""
    mine = case.lock_staff == actor.require_person()
    if not mine and case.lock_until is not None and case.lock_until > now:
        raise CaseTakenError(until=case.lock_until.isoformat())
    if not mine:
        audit.record(
            actor=actor,
            action="kyc.taken_over",
            subject=encode("kyc", case.id),
            data={"from": encode("cus", case.lock_staff) if case.lock_staff else None},
            now=now,
        )


def release(*, actor: Actor, case_id: UUID, now: datetime) -> None:
    """Give a case back to the queue, where it keeps its place.

    Raises:
        StaffNotPermittedError, CaseNotTakenError.
    """
    require(actor, StaffPermission.KYC_DECIDE)
    with transaction.atomic():
        case = _taken(actor, case_id, now)
        moves.move(case, CaseState(case.came_from), actor=actor, now=now, reason="released")


def approve(*, actor: Actor, case_id: UUID, version: int, reason: str = "", now: datetime) -> Case:
    """Approve what was looked at. A case of high risk goes to a second person first.

    Look at the state of what is returned: APPROVED, or SECOND_LOOK until somebody with
    `console:kyc:second` approves it in the inbox of four eyes.

    Args:
        actor: staff who has the case.
        case_id: which.
        version: of the case as it was shown.
        reason: needed for high risk: why it is right all the same.
        now: the moment.

    Raises:
        StaffNotPermittedError, CaseNotTakenError, CaseChangedError, OwnCaseError.
        CaseNotApprovableError: the document has run out, or the person is too young.
        ApprovalReasonError: high risk without words.
    """
    require(actor, StaffPermission.KYC_DECIDE)
    with transaction.atomic():
        case = _seen(actor, case_id, version, now)
        check_approvable(case, now)
        if not case.high_risk:
            return finish(actor=actor, case=case, now=now)
        second_look.ask(actor=actor, case=case, reason=reason, now=now)
        moves.move(case, CaseState.SECOND_LOOK, actor=actor, now=now)
    return case


def check_approvable(case: Case, now: datetime) -> None:
    """Return when the document is valid today and its holder old enough.

    Raises:
        CaseNotApprovableError: it is not.
    """
    today = answers.day_of(now)
    over = case.valid_until is not None and case.valid_until <= today
    birthday = answers.born(documents.DOCUMENTS[case.document], texts(case))
    least = documents.least_age(case.region)
    if over or birthday is None or answers.age_on(birthday, today) < least:
        raise CaseNotApprovableError


def finish(*, actor: Actor, case: Case, now: datetime) -> Case:
    """Approve a locked case for good: state, remarks, level, name, and the letter.

    Whoever was shown by another name is shown by the checked one from now on.
    """
    from okpay.identity.levels import set_level  # noqa: PLC0415 — only approvals raise a level
    from okpay.identity.models import Person  # noqa: PLC0415 — beside it
    from okpay.identity.people import show_name  # noqa: PLC0415 — beside it

    case.remarks.filter(resolved_at__isnull=True).update(resolved_at=now)
    moves.move(case, CaseState.APPROVED, actor=actor, now=now)
    level, shown = Person.objects.values_list("level", "name").get(pk=case.person_id)
    checked = texts(case).get("legal_name", "")
    if checked and not same_name(checked, shown):
        show_name(actor=actor, person_id=case.person_id, name=checked, now=now)
    wanted = max(level, case.target)
    set_level(actor=actor, person_id=case.person_id, level=wanted, until=case.valid_until, now=now)
    letters.tell(case, SecurityEvent.KYC_APPROVED, now)
    return case


def ask_more(
    *, actor: Actor, case_id: UUID, version: int, codes: Sequence[str], now: datetime
) -> None:
    """Ask for further proof; `codes` are reasons of the kind MORE.

    Raises:
        StaffNotPermittedError, CaseNotTakenError, CaseChangedError, OwnCaseError.
        DecisionInvalidError: no code, or one of another kind.
    """
    wrongs = [Wrong(documents.EXTRA, code) for code in codes]
    _decide(actor, case_id, version, wrongs, CaseState.MORE_ASKED, frozenset({Kind.MORE}), now)


def reject_fields(
    *, actor: Actor, case_id: UUID, version: int, wrongs: Sequence[Wrong], now: datetime
) -> None:
    """Send a case back: the customer gives these fields and pictures again, and no others.

    Raises:
        StaffNotPermittedError, CaseNotTakenError, CaseChangedError, OwnCaseError.
        DecisionInvalidError: none, or one that is no part of this document.
    """
    _decide(actor, case_id, version, wrongs, CaseState.REJECTED, _BY_FIELD, now)


def final_reject(*, actor: Actor, case_id: UUID, version: int, code: str, now: datetime) -> None:
    """Refuse for good, with a reason of the kind FINAL; the customer may appeal once.

    Raises:
        StaffNotPermittedError, CaseNotTakenError, CaseChangedError, OwnCaseError.
        DecisionInvalidError: a reason of another kind.
    """
    kinds = frozenset({Kind.FINAL})
    wrongs = [Wrong("case", code)]
    _decide(actor, case_id, version, wrongs, CaseState.FINAL_REJECTED, kinds, now)


_LETTERS: Final = {
    CaseState.MORE_ASKED: SecurityEvent.KYC_MORE_ASKED,
    CaseState.REJECTED: SecurityEvent.KYC_REJECTED,
    CaseState.FINAL_REJECTED: SecurityEvent.KYC_FINAL_REJECTED,
}


def _decide(  # noqa: PLR0917 — one room for the three ways to say no
    actor: Actor,
    case_id: UUID,
    version: int,
    wrongs: Sequence[Wrong],
    new: CaseState,
    kinds: frozenset[Kind],
    now: datetime,
) -> None:
    require(actor, StaffPermission.KYC_DECIDE)
    with transaction.atomic():
        case = _seen(actor, case_id, version, now)
        _check_wrongs(case, wrongs, kinds, by_field=new is CaseState.REJECTED)
        case.remarks.filter(resolved_at__isnull=True).update(resolved_at=now)
        Remark.objects.bulk_create(
            Remark(
                case=case,
                field=one.field,
                kind=REASONS[one.code].kind,
                code=one.code,
                version=case.version,
                at=now,
            )
            for one in dict.fromkeys(wrongs)
        )
        if new is CaseState.FINAL_REJECTED:
            case.appeal_to_other_than = actor.require_person()
        codes = ", ".join(sorted({f"{one.field}:{one.code}" for one in wrongs}))
        moves.move(case, new, actor=actor, now=now, reason=codes)
        letters.tell(case, _LETTERS[new], now)


def _check_wrongs(
    case: Case, wrongs: Sequence[Wrong], kinds: frozenset[Kind], *, by_field: bool
) -> None:
    document = documents.DOCUMENTS[case.document]
    parts = {*documents.slots_of(case.document, case.target), *document.fields}
    for one in wrongs:
        known = one.code in REASONS and REASONS[one.code].kind in kinds
        if not known or (by_field and one.field not in parts):
            raise DecisionInvalidError(what=f"{one.field}:{one.code}"[:80])
    if not wrongs:
        raise DecisionInvalidError(what="")


def _not_own(actor: Actor, case: Case) -> None:
    me = actor.require_person()
    against_me = case.appealed and case.appeal_to_other_than == me
    if me == case.person_id or against_me:
        raise OwnCaseError


def _taken(actor: Actor, case_id: UUID, now: datetime) -> Case:
    """Lock a case that the actor has."""
    case = moves.lock(case_id)
    mine = case.lock_staff == actor.require_person()
    alive = case.lock_until is not None and case.lock_until > now
    if case.state != CaseState.IN_REVIEW or not mine or not alive:
        raise CaseNotTakenError
    return case


def _seen(actor: Actor, case_id: UUID, version: int, now: datetime) -> Case:
    """Lock a case that the actor has, and that is still what they saw (I9)."""
    case = moves.lock(case_id)
    if case.version != version:
        raise CaseChangedError(seen=version, current=case.version)
    _not_own(actor, case)
    return _taken(actor, case_id, now)
