"""An approved document's number proves who recovers an account; one that was only sent does not."""

from __future__ import annotations

from datetime import datetime

from okpay.identity.freezing import hooks
from okpay.kernel.actor import Actor
from okpay.kyc import desk, recovering
from tests.kyc.drawings import fresh_number
from tests.kyc.kit import MakeApplicant


def test_h18_only_an_approved_document_proves(
    applicant: MakeApplicant, reviewer: Actor, now: datetime
) -> None:
    number, who = fresh_number(), applicant()
    case = who.sent(now, number)
    assert not recovering.is_known(who.id)
    assert not recovering.matches(who.id, number)
    desk.take(actor=reviewer, case_id=case.pk, now=now)
    desk.approve(actor=reviewer, case_id=case.pk, version=case.version, now=now)
    assert recovering.is_known(who.id)
    assert recovering.matches(who.id, f" {number[:6]} {number[6:].lower()} ")
    assert not recovering.matches(who.id, number[:-1])
    assert not recovering.matches(who.id, "")
    assert hooks.IdentityCheck(recovering.is_known, recovering.matches) in hooks.identity_checks
