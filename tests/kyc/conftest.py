"""Applicants, reviewers, and documents that nobody holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from tests.support.people import MakePerson

if TYPE_CHECKING:
    from okpay.kernel.actor import Actor
    from tests.kyc.kit import Applicant


@pytest.fixture
def now() -> datetime:
    from okpay.kernel import clock

    return clock.now()


@pytest.fixture
def applicant(make_person: MakePerson) -> Callable[..., Applicant]:
    """Make somebody with a level 0 account, and perhaps a case up to some state."""
    from tests.kyc.kit import applicant_of

    return lambda name="周晓宁": applicant_of(make_person(name=name, level=0))


@pytest.fixture
def reviewer(make_person: MakePerson) -> Actor:
    from tests.kyc.kit import staff_of

    return staff_of(make_person(name="审核甲"), "kyc")


@pytest.fixture
def second(make_person: MakePerson) -> Actor:
    from tests.kyc.kit import staff_of

    return staff_of(make_person(name="审核乙"), "kyc")
