"""The life of a top-up: every pair of states."""

from __future__ import annotations

import itertools

import pytest
from django.db import transaction

from okpay.funding import moves
from okpay.funding.models import TopUp, TopUpEvent
from okpay.funding.states import FINAL, TRANSITIONS, TopUpState
from okpay.kernel import clock
from okpay.kernel.ids import new_uuid
from tests.support.people import MakePerson, Somebody

EVERY_PAIR = list(itertools.product(TopUpState, TopUpState))


@pytest.fixture(scope="module")
def somebody(make_person: MakePerson) -> Somebody:
    return make_person()


@pytest.mark.parametrize(("old", "new"), EVERY_PAIR)
def test_a_top_up_moves_only_as_the_table_says(
    somebody: Somebody, old: TopUpState, new: TopUpState
) -> None:
    top_up = TopUp.objects.create(
        person_id=somebody.id,
        client_key=str(new_uuid()),
        asset=156,
        amount=100,
        fee=0,
        state=old,
        provider="sandbox",
        created_at=clock.now(),
    )
    with transaction.atomic():
        moved = moves.move(moves.lock(top_up.pk), new, source="query", now=clock.now())
    top_up.refresh_from_db()
    history = list(TopUpEvent.objects.filter(top_up=top_up).values_list("old", "new"))
    allowed = new in TRANSITIONS[old]
    assert (moved, top_up.state) == (allowed, new if allowed else old)
    assert history == ([(old, new)] if allowed else [])
    assert (top_up.finished_at is not None) == (allowed and new in FINAL)


def test_every_state_reaches_an_end() -> None:
    ends = set(FINAL)
    while True:
        more = {state for state, ways in TRANSITIONS.items() if ways & ends} - ends
        if not more:
            break
        ends |= more
    assert ends == set(TopUpState)
    assert frozenset({"succeeded", "declined", "canceled"}) == FINAL
