"""What stands beside "real name checked" is the checked name, in one of its writings."""

from __future__ import annotations

from datetime import datetime

import pytest

from okpay.identity import people
from okpay.identity.errors import NameCheckedError
from okpay.identity.models import Person
from okpay.kernel.actor import Actor
from okpay.kyc import desk
from tests.kyc.kit import MakeApplicant, taken


def test_k15_a_checked_person_takes_no_other_name(
    applicant: MakeApplicant, reviewer: Actor, now: datetime
) -> None:
    who = applicant()
    case = taken(reviewer, who.sent(now), now)
    people.rename(actor=who.actor, name="马化腾", now=now)  # nothing is checked yet
    desk.approve(actor=reviewer, case_id=case.pk, version=case.version, now=now)
    person = Person.objects.get(pk=who.id)
    assert (person.level, person.name) == (1, who.name)
    version = person.holder_version
    with pytest.raises(NameCheckedError):
        people.rename(actor=who.actor, name="马化腾", now=now)
    person.refresh_from_db()
    assert (person.name, person.holder_version) == (who.name, version)
    assert people.rename(actor=who.actor, name=f" {who.name} ", now=now) == who.name
