"""What tests of the real-name check share: pictures, numbers, people at both ends of the desk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from okpay.kernel.actor import Actor
from okpay.kyc import desk, operations
from okpay.kyc.models import Case
from tests.kyc.drawings import EXPIRY, fresh_number, picture
from tests.support.people import Somebody


@dataclass
class Applicant:
    """A person at the customer's side of a case."""

    id: UUID
    name: str
    actor: Actor
    somebody: Somebody

    def begun(self, now: datetime, region: str = "CN", document: str = "prc_id") -> Case:
        return operations.begin(actor=self.actor, region=region, document=document, now=now)

    def filled(self, now: datetime, number: str = "", seed: int | None = None) -> Case:
        """A draft with everything in it."""
        case = self.begun(now)
        for at, slot in enumerate(("front", "back")):
            raw = picture(None if seed is None else seed + at)
            operations.add_picture(actor=self.actor, case_id=case.pk, slot=slot, raw=raw, now=now)
        typed = {"legal_name": self.name, "number": number or fresh_number(), "expiry": EXPIRY}
        operations.answer(actor=self.actor, case_id=case.pk, typed=typed, now=now)
        return Case.objects.get(pk=case.pk)

    def sent(self, now: datetime, number: str = "", seed: int | None = None) -> Case:
        """A case in the queue."""
        case = self.filled(now, number, seed)
        return operations.submit(actor=self.actor, case_id=case.pk, now=now)


MakeApplicant = Callable[..., Applicant]


def applicant_of(somebody: Somebody) -> Applicant:
    return Applicant(somebody.id, somebody.name, somebody.actor, somebody)


def staff_of(somebody: Somebody, *roles: str) -> Actor:
    """Take somebody on and return them at work."""
    from okpay.identity.staff.models import StaffMember
    from okpay.kernel import clock

    now = clock.now()
    StaffMember.objects.create(
        person_id=somebody.id, roles=list(roles), added_at=now, changed_at=now
    )
    return Actor(person_id=somebody.id, kind="staff", via="web")


def taken(reviewer: Actor, case: Case, now: datetime) -> Case:
    return desk.take(actor=reviewer, case_id=case.pk, now=now)
