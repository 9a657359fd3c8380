"""A person with money, and people who are paid."""

from __future__ import annotations

import pytest

from tests.support.people import MakePerson, Somebody


@pytest.fixture
def payer(make_person: MakePerson) -> Somebody:
    return make_person("林知夏", cny="1000.00")


@pytest.fixture(scope="module")
def crew(make_person: MakePerson) -> list[Somebody]:
    """Three people who are paid."""
    return [make_person(name) for name in ("周晓宁", "许清", "Alex Wong")]
