"""The way of a case: from a draft to a level, with the turns between."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import pytest

from okpay.identity.models import Person
from okpay.kernel.actor import Actor
from okpay.kyc import desk, operations, queries
from okpay.kyc.desk import Wrong
from okpay.kyc.desk_errors import OwnCaseError
from okpay.kyc.errors import (
    AppealSpentError,
    CaseClosedError,
    CaseIncompleteError,
    FieldClosedError,
    LevelReachedError,
    TooManySubmissionsError,
)
from okpay.kyc.models import Case, CaseEvent, Picture
from okpay.kyc.states import CaseState
from tests.kyc.drawings import fresh_number, picture
from tests.kyc.kit import MakeApplicant, taken


def level(person_id: UUID) -> int:
    return int(Person.objects.values_list("level", flat=True).get(pk=person_id))


def test_submit_reject_one_field_send_only_that_approve(
    applicant: MakeApplicant, reviewer: Actor, now: datetime
) -> None:
    who = applicant()
    case = taken(reviewer, who.sent(now), now)
    wrongs = [Wrong("back", "blurred"), Wrong("number", "number_mismatch")]
    desk.reject_fields(
        actor=reviewer, case_id=case.pk, version=case.version, wrongs=wrongs, now=now
    )
    case = Case.objects.get(pk=case.pk)
    assert queries.open_parts(case) == ("back", "number")
    with pytest.raises(FieldClosedError):
        operations.add_picture(
            actor=who.actor, case_id=case.pk, slot="front", raw=picture(), now=now
        )
    with pytest.raises(CaseIncompleteError):
        operations.submit(actor=who.actor, case_id=case.pk, now=now)
    operations.add_picture(actor=who.actor, case_id=case.pk, slot="back", raw=picture(), now=now)
    typed = {"number": fresh_number(), "legal_name": "别人", "expiry": "2031-01-01"}
    operations.answer(actor=who.actor, case_id=case.pk, typed=typed, now=now)
    case = operations.submit(actor=who.actor, case_id=case.pk, now=now)
    assert queries.texts(case) == {
        "legal_name": who.name, "number": typed["number"], "expiry": "2040-05-18",
    }  # fmt: skip
    case = taken(reviewer, case, now)
    desk.approve(actor=reviewer, case_id=case.pk, version=case.version, now=now)
    assert level(who.id) == 1
    states = CaseEvent.objects.filter(case=case).order_by("id").values_list("new", flat=True)
    assert list(states) == [
        "submitted", "in_review", "rejected", "resubmitted", "in_review", "approved",
    ]  # fmt: skip
    assert Picture.objects.filter(case=case).count() == 3  # the replaced one is kept


def test_more_proof_is_asked_for_and_given(
    applicant: MakeApplicant, reviewer: Actor, now: datetime
) -> None:
    who = applicant()
    case = taken(reviewer, who.sent(now), now)
    desk.ask_more(
        actor=reviewer, case_id=case.pk, version=case.version, codes=["proof_of_name"], now=now
    )
    case = Case.objects.get(pk=case.pk)
    assert (case.state, queries.open_parts(case)) == (CaseState.MORE_ASKED, ("extra",))
    assert queries.missing(case) == ["extra"]
    operations.add_picture(actor=who.actor, case_id=case.pk, slot="extra", raw=picture(), now=now)
    assert operations.submit(actor=who.actor, case_id=case.pk, now=now).state == "resubmitted"


def test_a_final_refusal_is_appealed_once_and_decided_by_another(
    applicant: MakeApplicant, reviewer: Actor, second: Actor, now: datetime
) -> None:
    who = applicant()
    case = taken(reviewer, who.sent(now), now)
    desk.final_reject(
        actor=reviewer, case_id=case.pk, version=case.version, code="altered", now=now
    )
    operations.appeal(actor=who.actor, case_id=case.pk, text="It is mine.", now=now)
    with pytest.raises(OwnCaseError):
        taken(reviewer, case, now)
    case = taken(second, case, now)
    desk.final_reject(actor=second, case_id=case.pk, version=case.version, code="altered", now=now)
    with pytest.raises(AppealSpentError):
        operations.appeal(actor=who.actor, case_id=case.pk, text="Again.", now=now)
    assert (Case.objects.get(pk=case.pk).state, level(who.id)) == (CaseState.FINAL_REJECTED, 0)


def test_i8_sending_again_while_pending_and_more_than_five_times_a_day(
    applicant: MakeApplicant, reviewer: Actor, now: datetime
) -> None:
    who = applicant()
    case = who.sent(now)
    for call in (operations.submit, operations.cancel):
        with pytest.raises(CaseClosedError):
            call(actor=who.actor, case_id=case.pk, now=now)
    with pytest.raises(LevelReachedError):
        who.begun(now)
    for _ in range(operations.SENT_A_DAY - 1):
        _send_back(reviewer, case, now)
        operations.add_picture(
            actor=who.actor, case_id=case.pk, slot="back", raw=picture(), now=now
        )
        operations.submit(actor=who.actor, case_id=case.pk, now=now)
    _send_back(reviewer, case, now)
    operations.add_picture(actor=who.actor, case_id=case.pk, slot="back", raw=picture(), now=now)
    for _ in range(100):
        with pytest.raises(TooManySubmissionsError):
            operations.submit(actor=who.actor, case_id=case.pk, now=now)
    assert Case.objects.get(pk=case.pk).state == CaseState.REJECTED


def _send_back(reviewer: Actor, case: Case, now: datetime) -> None:
    current = taken(reviewer, case, now)
    desk.reject_fields(
        actor=reviewer,
        case_id=case.pk,
        version=current.version,
        wrongs=[Wrong("back", "blurred")],
        now=now,
    )


def test_the_second_level_asks_for_the_person_in_the_picture(
    applicant: MakeApplicant, reviewer: Actor, now: datetime
) -> None:
    who = applicant()
    first = taken(reviewer, who.sent(now), now)
    desk.approve(actor=reviewer, case_id=first.pk, version=first.version, now=now)
    case = who.filled(now)
    assert (case.target, queries.missing(case)) == (2, ["person"])
    operations.add_picture(actor=who.actor, case_id=case.pk, slot="person", raw=picture(), now=now)
    case = taken(reviewer, operations.submit(actor=who.actor, case_id=case.pk, now=now), now)
    desk.approve(actor=reviewer, case_id=case.pk, version=case.version, now=now)
    assert level(who.id) == 2
    with pytest.raises(LevelReachedError):
        who.begun(now)
