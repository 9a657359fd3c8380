"""The score adds up to 100, whatever is offered, and says what to do next."""

from __future__ import annotations

from itertools import combinations

import pytest

from okpay.identity.safety.score import WORTH, Part, score

pytestmark = pytest.mark.no_database
SUBSETS = [chosen for size in range(1, len(Part) + 1) for chosen in combinations(Part, size)]


def test_worths_are_a_hundred_points() -> None:
    assert (set(WORTH), sum(WORTH.values())) == (set(Part), 100)


def test_everything_done_is_a_hundred_whatever_is_offered() -> None:
    found = {score(dict.fromkeys(parts, True)).total for parts in SUBSETS}
    assert found == {100}


def test_items_add_up_to_the_total() -> None:
    for parts in SUBSETS:
        made = score({part: at % 2 == 0 for at, part in enumerate(parts)})
        assert made.total == sum(item.points for item in made.items if item.done)
        assert sum(item.points for item in made.items) == 100


def test_the_next_step_is_the_first_that_is_not_done() -> None:
    made = score({part: part is Part.CONTACTS for part in Part})
    assert made.next is not None
    assert (made.total, made.next.part, made.level) == (15, Part.PAYMENT_PASSWORD, "low")
    full = score(dict.fromkeys(Part, True))
    assert (full.next, full.level) == (None, "good")
    assert score({}).total == 0
