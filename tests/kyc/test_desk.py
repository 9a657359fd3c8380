"""The desk: locks, versions, two people, who may not decide; and what is found out (group I)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from okpay.identity.errors import WeakPaymentPasswordError
from okpay.identity.levels import LevelChange, on_level, set_level
from okpay.identity.models import Person
from okpay.identity.payment_passwords import set_payment_password
from okpay.identity.staff import NotPermittedError
from okpay.kernel.actor import SYSTEM, Actor
from okpay.kernel.approvals import operations as approvals
from okpay.kernel.approvals.errors import ApprovalOwnError
from okpay.kernel.approvals.models import Approval
from okpay.kernel.ids import encode
from okpay.kyc import desk, desk_queries, expiry, operations, queries
from okpay.kyc.desk import Wrong
from okpay.kyc.desk_errors import (
    CaseChangedError,
    CaseNotApprovableError,
    CaseNotTakenError,
    CaseTakenError,
    DecisionInvalidError,
    OwnCaseError,
)
from okpay.kyc.errors import CaseClosedError
from okpay.kyc.models import Case, Finding, Remark
from okpay.kyc.states import CaseState
from tests.kyc.drawings import fresh_number, picture, prc_number
from tests.kyc.kit import MakeApplicant, applicant_of, staff_of, taken
from tests.support.people import MakePerson

LATER = timedelta(minutes=31)


def level(person_id: UUID) -> int:
    return int(Person.objects.values_list("level", flat=True).get(pk=person_id))


def outcome(case: Case, code: str) -> tuple[str, dict[str, object]]:
    found = Finding.objects.get(case=case, code=code, version=case.version)
    return found.outcome, found.facts


def test_two_reviewers_at_once_one_has_it_until_the_lock_is_over(
    applicant: MakeApplicant, reviewer: Actor, second: Actor, now: datetime
) -> None:
    case = taken(reviewer, applicant().sent(now), now)
    with pytest.raises(CaseTakenError):
        taken(second, case, now)
    with pytest.raises(CaseNotTakenError):
        desk.approve(actor=second, case_id=case.pk, version=case.version, now=now)
    taken(second, case, now + LATER)
    with pytest.raises(CaseNotTakenError):
        desk.approve(actor=reviewer, case_id=case.pk, version=case.version, now=now + LATER)
    assert level(case.person_id) == 0


def test_a_released_case_keeps_its_place(
    applicant: MakeApplicant, reviewer: Actor, now: datetime
) -> None:
    case = applicant().sent(now)
    before = case.queued_at
    taken(reviewer, case, now + LATER)
    desk.release(actor=reviewer, case_id=case.pk, now=now + LATER)
    case.refresh_from_db()
    assert (case.state, case.queued_at, case.lock_staff) == (CaseState.SUBMITTED, before, None)


def test_i9_an_approval_counts_only_for_the_version_that_was_seen(
    applicant: MakeApplicant, reviewer: Actor, second: Actor, now: datetime
) -> None:
    who = applicant()
    case = taken(reviewer, who.sent(now), now)
    seen = case.version
    with pytest.raises(CaseClosedError):  # nothing changes under a reviewer's eyes
        operations.add_picture(
            actor=who.actor, case_id=case.pk, slot="front", raw=picture(), now=now
        )
    later = now + LATER
    taken(second, case, later)
    desk.reject_fields(
        actor=second, case_id=case.pk, version=seen, wrongs=[Wrong("front", "glare")], now=later
    )
    operations.add_picture(actor=who.actor, case_id=case.pk, slot="front", raw=picture(), now=later)
    operations.submit(actor=who.actor, case_id=case.pk, now=later)
    taken(reviewer, case, later)
    with pytest.raises(CaseChangedError):
        desk.approve(actor=reviewer, case_id=case.pk, version=seen, now=later)
    assert (Case.objects.get(pk=case.pk).state, level(who.id)) == (CaseState.IN_REVIEW, 0)
    changed = desk_queries.dossier(actor=reviewer, case_id=case.pk)
    assert [(side.slot, side.changed) for side in changed.sides] == [
        ("front", True), ("back", False),
    ]  # fmt: skip


def test_i6_the_same_number_and_picture_are_flagged_and_nobody_is_told_whose(
    applicant: MakeApplicant, reviewer: Actor, second: Actor, now: datetime
) -> None:
    number, first, other = fresh_number(), applicant(), applicant()
    known = first.sent(now, number, seed=77)
    case = other.sent(now, number, seed=77)
    assert outcome(case, "number_elsewhere") == ("bad", {"cases": [str(known)]})
    assert outcome(case, "picture_elsewhere") == ("bad", {"cases": [str(known)]})
    assert (case.state, case.high_risk) == (CaseState.SUBMITTED, True)
    case = taken(reviewer, case, now)
    desk.approve(actor=reviewer, case_id=case.pk, version=case.version, reason="Twins", now=now)
    assert (Case.objects.get(pk=case.pk).state, level(other.id)) == (CaseState.SECOND_LOOK, 0)
    waiting = Approval.objects.get(subject=str(case))
    with pytest.raises(ApprovalOwnError):
        approvals.approve(actor=reviewer, approval_id=waiting.id, digest=waiting.digest, now=now)
    approvals.approve(actor=second, approval_id=waiting.id, digest=waiting.digest, now=now)
    assert (Case.objects.get(pk=case.pk).state, level(other.id)) == (CaseState.APPROVED, 1)


def test_a_declined_second_look_comes_back_to_a_reviewer(
    applicant: MakeApplicant, reviewer: Actor, second: Actor, now: datetime
) -> None:
    case = applicant().sent(now)
    Case.objects.filter(pk=case.pk).update(high_risk=True)
    taken(reviewer, case, now)
    desk.approve(actor=reviewer, case_id=case.pk, version=case.version, reason="Seen", now=now)
    with pytest.raises(CaseNotTakenError):
        taken(second, case, now)
    waiting = Approval.objects.get(subject=str(case))
    approvals.decline(
        actor=second, approval_id=waiting.id, digest=waiting.digest, reason="No", now=now
    )
    assert taken(second, case, now).state == CaseState.IN_REVIEW


def test_another_take_of_one_picture_is_alike_and_another_document_is_not(
    applicant: MakeApplicant, now: datetime
) -> None:
    first, again, different = applicant(), applicant(), applicant()
    known = first.sent(now, seed=501)
    assert outcome(different.sent(now, seed=601), "picture_elsewhere")[0] == "ok"
    case = again.begun(now)
    for slot, seed in (("front", 501), ("back", 901)):
        raw = picture(seed, quality=40)
        operations.add_picture(actor=again.actor, case_id=case.pk, slot=slot, raw=raw, now=now)
    typed = {"legal_name": again.name, "number": fresh_number(), "expiry": ""}
    operations.answer(actor=again.actor, case_id=case.pk, typed=typed, now=now)
    sent = operations.submit(actor=again.actor, case_id=case.pk, now=now)
    assert outcome(sent, "picture_elsewhere") == ("bad", {"cases": [str(known)]})


def test_nobody_decides_without_the_right_to_or_about_themselves(
    applicant: MakeApplicant, make_person: MakePerson, now: datetime
) -> None:
    who = applicant()
    case = who.sent(now)
    own = staff_of(who.somebody, "kyc")
    for actor in (staff_of(make_person(), "support"), staff_of(make_person(), "finance"),
                  SYSTEM, who.actor):  # fmt: skip
        with pytest.raises(NotPermittedError):
            desk.take(actor=actor, case_id=case.pk, now=now)
        with pytest.raises(NotPermittedError):
            desk.approve(actor=actor, case_id=case.pk, version=case.version, now=now)
    with pytest.raises(OwnCaseError):
        desk.take(actor=own, case_id=case.pk, now=now)
    assert Case.objects.get(pk=case.pk).state == CaseState.SUBMITTED


@pytest.mark.parametrize(
    ("field", "code"),
    [("front", "altered"), ("front", "proof_of_name"), ("mrz", "blurred"), ("front", "nonsense")],
)
def test_a_remark_names_a_part_of_the_document_and_a_fitting_reason(
    applicant: MakeApplicant, reviewer: Actor, field: str, code: str, now: datetime
) -> None:
    case = taken(reviewer, applicant().sent(now), now)
    for wrongs in ([Wrong(field, code)], []):
        with pytest.raises(DecisionInvalidError):
            desk.reject_fields(
                actor=reviewer, case_id=case.pk, version=case.version, wrongs=wrongs, now=now
            )
    assert not Remark.objects.filter(case=case).exists()


def test_a_document_that_ran_out_while_it_waited_is_not_approved(
    applicant: MakeApplicant, reviewer: Actor, now: datetime
) -> None:
    case = applicant().sent(now)
    Case.objects.filter(pk=case.pk).update(valid_until=now.date() - timedelta(days=1))
    taken(reviewer, case, now)
    with pytest.raises(CaseNotApprovableError):
        desk.approve(actor=reviewer, case_id=case.pk, version=case.version, now=now)
    assert level(case.person_id) == 0


def test_i10_the_level_falls_the_day_after_the_document_ran_out(
    applicant: MakeApplicant, reviewer: Actor, now: datetime
) -> None:
    who = applicant()
    case = taken(reviewer, who.sent(now), now)
    desk.approve(actor=reviewer, case_id=case.pk, version=case.version, now=now)
    last = date(2040, 5, 18)
    noon = datetime.fromisoformat("2040-05-18T04:00:00+00:00")
    before = noon - timedelta(days=31)
    expiry.run(now=before)
    assert Case.objects.get(pk=case.pk).warned_at is None
    expiry.run(now=noon - timedelta(days=30))
    expiry.run(now=noon)
    case.refresh_from_db()
    assert (case.valid_until, level(who.id)) == (last, 1)
    assert case.warned_at == noon - timedelta(days=30)
    expiry.run(now=noon + timedelta(hours=12))
    case.refresh_from_db()
    assert (case.state, level(who.id)) == (CaseState.EXPIRED, 0)
    assert who.begun(noon + timedelta(days=1)).state == CaseState.DRAFT


def test_a_level_that_changes_is_told_once(make_person: MakePerson, now: datetime) -> None:
    person = make_person(level=0)
    heard: list[LevelChange] = []
    on_level(heard.append)
    for _ in range(2):
        set_level(actor=SYSTEM, person_id=person.id, level=1, until=None, now=now)
    assert [(one.old, one.new) for one in heard if one.person_id == person.id] == [(0, 1)]
    with pytest.raises(ValueError, match="3"):
        set_level(actor=SYSTEM, person_id=person.id, level=3, until=None, now=now)


def test_h17_a_payment_password_of_birthday_or_number_is_refused(
    make_person: MakePerson, now: datetime
) -> None:
    who = applicant_of(make_person(level=0, pin=""))
    number = prc_number(815, "19820927")
    who.sent(now, number)
    tail = "".join(one for one in number if one.isdigit())[-6:]
    for weak in ("820927", "092782", "270982", tail):
        with pytest.raises(WeakPaymentPasswordError):
            set_payment_password(actor=who.actor, pin=weak, now=now)
    set_payment_password(actor=who.actor, pin="738204", now=now)


def test_place_and_usual_time(applicant: MakeApplicant, reviewer: Actor, now: datetime) -> None:
    early = now - timedelta(days=400)
    soon = early + timedelta(milliseconds=1)  # nobody else's stands between
    first, then = applicant().sent(early), applicant().sent(soon)
    before, place = queries.place_of(first, now), queries.place_of(then, now)
    assert before is not None
    assert place is not None
    assert (place.place, place.since) == (before.place + 1, soon)
    case = taken(reviewer, first, now)
    place = queries.place_of(case, now)
    assert place is not None
    assert place.place == 1
    assert encode("kyc", first.id) == str(first)
