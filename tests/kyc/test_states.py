"""The life of a case: every pair of states."""

from __future__ import annotations

import itertools
from datetime import datetime

import pytest
from django.db import transaction

from okpay.kernel.actor import SYSTEM
from okpay.kernel.models import AuditRow
from okpay.kyc import moves
from okpay.kyc.models import Case, CaseEvent
from okpay.kyc.states import FINAL, TRANSITIONS, CaseState
from tests.support.people import MakePerson, Somebody


@pytest.fixture(scope="module")
def somebody(make_person: MakePerson) -> Somebody:
    return make_person(level=0)


@pytest.mark.parametrize(("old", "new"), list(itertools.product(CaseState, CaseState)))
def test_a_case_moves_only_as_the_table_says(
    somebody: Somebody, old: CaseState, new: CaseState, now: datetime
) -> None:
    case = Case.objects.create(
        person_id=somebody.id, region="CN", document="prc_id", target=1, state=old, created_at=now
    )
    with transaction.atomic():
        moved = moves.move(moves.lock(case.pk), new, actor=SYSTEM, now=now)
    case.refresh_from_db()
    history = list(CaseEvent.objects.filter(case=case).values_list("old", "new"))
    audited = AuditRow.objects.filter(subject=str(case)).count()
    allowed = new in TRANSITIONS[old]
    assert (moved, case.state) == (allowed, new if allowed else old)
    assert (history, audited) == (([(old, new)], 1) if allowed else ([], 0))
    Case.objects.filter(pk=case.pk).update(state=CaseState.CANCELED)  # one open case a person


def test_every_state_reaches_an_end() -> None:
    ends = set(FINAL)
    while more := {state for state, ways in TRANSITIONS.items() if ways & ends} - ends:
        ends |= more
    assert ends == set(CaseState)
    assert frozenset({"expired", "canceled"}) == FINAL
