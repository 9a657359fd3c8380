"""H18: an account got back by support, and what a smooth talker gets instead."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from okpay.identity.caution import in_force
from okpay.identity.errors import WeakPaymentPasswordError
from okpay.identity.factors.models import Passkey
from okpay.identity.models import AccessToken, KnownDevice, Person, Session
from okpay.identity.payment_passwords import check_payment_password
from okpay.identity.sign_ins import note_sign_in
from okpay.identity.staff import NotPermittedError, Role
from okpay.kernel import clock
from okpay.kernel.actor import SYSTEM, Actor
from okpay.kernel.approvals import operations as approvals
from okpay.kernel.approvals.errors import ApprovalForbiddenError, ApprovalOwnError
from okpay.kernel.approvals.models import Approval
from okpay.kernel.approvals.states import ApprovalState
from okpay.kernel.ids import encode, new_uuid
from okpay.kernel.models import AuditRow
from okpay.kyc import desk
from okpay.notices.models import Message, Outgoing
from okpay.support.models import Regain, RegainPicture
from okpay.support.regain import asking, deciding, opening, queries
from okpay.support.regain.asking import Claim
from okpay.support.regain.errors import RegainClosedError, RegainOverError, RegainOwnError
from okpay.support.regain.states import TRANSITIONS, RegainState, move
from tests.identity.factors.kit import with_passkey
from tests.identity.freezing.kit import session_of, staff, token_of
from tests.kyc.drawings import fresh_number, picture
from tests.kyc.kit import applicant_of, staff_of
from tests.support.people import MakePerson, Somebody

NEW, NEW_PIN = "twelve green umbrellas fly", "730591"
DAY = timedelta(hours=24)
_SHOTS = {slot: picture(at) for at, slot in enumerate(asking.SLOTS)}


def checked(make_person: MakePerson) -> tuple[Somebody, Claim]:
    """Return somebody whose document was approved, and what they would claim."""
    somebody, now, number = make_person(level=0), clock.now(), fresh_number()
    case = applicant_of(somebody).sent(now, number)
    reviewer = staff_of(make_person(), "kyc")
    desk.take(actor=reviewer, case_id=case.pk, now=now)
    desk.approve(actor=reviewer, case_id=case.pk, version=case.version, now=now)
    contact = f"new-{somebody.id}@people.example"
    return somebody, Claim(somebody.email, contact, somebody.name, number, "All is lost.", _SHOTS)


def asked(claim: Claim, somebody: Somebody) -> Regain | None:
    asking.ask(claim=claim, now=clock.now())
    return Regain.objects.filter(person_id=somebody.id).order_by("-asked_at", "-id").first()


def proposed(make_person: MakePerson, regain: Regain) -> tuple[Approval, Actor]:
    maker = staff(make_person, Role.KYC)
    found = deciding.propose(
        actor=maker, regain_id=regain.id, reason="the same face", now=clock.now()
    )
    return found, maker


def agreed(make_person: MakePerson, regain: Regain, now: datetime) -> Approval:
    found, _maker = proposed(make_person, regain)
    checker = staff(make_person, Role.RISK)
    return approvals.approve(actor=checker, approval_id=found.id, digest=found.digest, now=now)


def letters(claim: Claim) -> list[str]:
    sent = Outgoing.objects.filter(recipient_index=claim.contact, purpose="regain")
    return list(sent.order_by("created_at", "id").values_list("text", flat=True))


def link_of(claim: Claim) -> str:
    (text,) = letters(claim)
    found = re.search(r"/regain/link/([\w-]+)", text)
    assert found is not None
    return found[1]


def waiting(make_person: MakePerson) -> tuple[Somebody, Claim, Regain, datetime]:
    person, claim = checked(make_person)
    regain, now = asked(claim, person), clock.now()
    assert regain is not None
    assert agreed(make_person, regain, now).state == ApprovalState.DONE
    regain.refresh_from_db()
    return person, claim, regain, now


def state(regain: Regain) -> str:
    regain.refresh_from_db()
    return regain.state


def untouched(person: Somebody) -> bool:
    row = Person.objects.get(pk=person.id)
    check_payment_password(person_id=person.id, pin=person.pin, now=clock.now())
    return row.check_password(person.password) and row.email == person.email


def ways_in(person: Somebody) -> list[int]:
    """Count sessions, tokens, passkeys and known browsers."""
    return [
        Session.objects.filter(person_id=person.id).count(),
        AccessToken.objects.filter(person_id=person.id, revoked_at=None).count(),
        Passkey.objects.filter(person_id=person.id).count(),
        KnownDevice.objects.filter(person_id=person.id).count(),
    ]


def test_h18_two_people_a_day_and_the_person_themselves(make_person: MakePerson) -> None:
    person, claim = checked(make_person)
    token_of(person)
    session_of(person.id)
    with_passkey(Person.objects.get(pk=person.id), clock.now())
    regain, now = asked(claim, person), clock.now()
    assert regain is not None
    assert claim.contact.encode() not in bytes(regain.contact)
    assert [one.slot for one in queries.pictures_of(regain)] == ["document", "person"]
    assert agreed(make_person, regain, now).state == ApprovalState.DONE
    assert (state(regain), regain.opens_at) == ("waiting", now + DAY)
    told = Outgoing.objects.filter(
        purpose="regain_waits", recipient_index__in=[person.email, person.phone]
    )
    assert sorted(told.values_list("channel", flat=True)) == ["mail", "sms"]
    assert Message.objects.filter(person_id=person.id, code="regain_waits").count() == 1

    opening.go_on(now=now + DAY - timedelta(seconds=1))
    assert (state(regain), letters(claim)) == ("waiting", [])
    at = now + DAY
    opening.go_on(now=at)
    opening.go_on(now=at)  # twice is once
    token = link_of(claim)
    assert untouched(person)
    with pytest.raises(ValidationError):
        opening.complete(token=token, password=person.password, pin=NEW_PIN, now=at)
    with pytest.raises(WeakPaymentPasswordError):
        opening.complete(token=token, password=NEW, pin="123456", now=at)
    with pytest.raises(RegainOverError):
        opening.complete(token=f"{token}x", password=NEW, pin=NEW_PIN, now=at)
    assert untouched(person)
    opening.complete(token=token, password=NEW, pin=NEW_PIN, now=at)

    row = Person.objects.get(pk=person.id)
    assert (row.check_password(NEW), row.email) == (True, claim.contact)
    check_payment_password(person_id=person.id, pin=NEW_PIN, now=at)
    assert ways_in(person) == [0, 0, 0, 0]
    assert (row.phone_verified_at, row.phone_changed_at) == (None, at)  # it may be the thief's
    done = Outgoing.objects.filter(purpose="regain_done", recipient_index=person.phone)
    assert not done.exists()
    assert "recovered" in {str(one.cause) for one in in_force(person.id, at)}
    old = Outgoing.objects.filter(recipient_index=person.email, purpose="email_changed")
    assert old.count() == 1  # the address that was replaced hears of it too
    with pytest.raises(RegainOverError):  # the link works once
        opening.complete(token=token, password="nine other umbrellas", pin="914302", now=at)
    assert Person.objects.get(pk=person.id).check_password(NEW)


def test_h18_staff_alone_or_about_themselves_get_nothing(make_person: MakePerson) -> None:
    person, claim = checked(make_person)
    regain, now = asked(claim, person), clock.now()
    assert regain is not None
    for role in (Role.SUPPORT, Role.FINANCE, Role.ADMINISTRATOR, Role.RISK, Role.AUDITOR):
        with pytest.raises(NotPermittedError):
            deciding.propose(
                actor=staff(make_person, role), regain_id=regain.id, reason="r", now=now
            )
    found, maker = proposed(make_person, regain)
    both = staff_of(make_person(), Role.KYC, Role.RISK)
    for actor, refusal in ((maker, ApprovalForbiddenError), (person.actor, ApprovalForbiddenError)):
        with pytest.raises(refusal):
            approvals.approve(actor=actor, approval_id=found.id, digest=found.digest, now=now)
    me = staff_of(person, Role.KYC, Role.RISK)  # the subject works here
    with pytest.raises(ApprovalOwnError):
        approvals.approve(actor=me, approval_id=found.id, digest=found.digest, now=now)
    approvals.withdraw(actor=maker, approval_id=found.id, now=now)
    with pytest.raises(RegainOwnError):
        deciding.propose(actor=me, regain_id=regain.id, reason="r", now=now)
    own = deciding.propose(actor=both, regain_id=regain.id, reason="r", now=now)
    with pytest.raises(ApprovalOwnError):  # one person in two roles is one person
        approvals.approve(actor=both, approval_id=own.id, digest=own.digest, now=now)
    opening.go_on(now=now + DAY)
    assert (state(regain), letters(claim), untouched(person)) == ("asked", [], True)


def test_h18_another_document_name_or_alias_reaches_nobody(make_person: MakePerson) -> None:
    person, claim = checked(make_person)
    _other, theirs = checked(make_person)
    plain = make_person(level=0)
    assert asked(replace(claim, number=theirs.number), person) is None
    assert asked(replace(claim, name="王小明"), person) is None
    assert asked(replace(claim, alias=plain.email), plain) is None  # nothing was ever checked
    asking.ask(claim=replace(claim, alias=f"{new_uuid()}@people.example"), now=clock.now())
    assert asked(replace(claim, number=""), person) is None
    assert asked(claim, person) is None  # three that do not fit close this way for a day
    trail = AuditRow.objects.filter(subject=encode("cus", person.id), action="support.regain.unfit")
    stranger = replace(claim, contact=f"{new_uuid()}@people.example")
    assert asked(stranger, person) is not None  # they close it for themselves alone
    assert [row.data["locked"] for row in trail.order_by("id")] == [False, False, False, True]
    asking.ask(claim=claim, now=clock.now() + timedelta(hours=49))
    assert Regain.objects.filter(person_id=person.id).count() == 2


@pytest.mark.parametrize("how", ["click", "sign_in"])
@pytest.mark.parametrize("opened", [False, True])
def test_h18_the_owner_stops_it(make_person: MakePerson, how: str, *, opened: bool) -> None:
    person, claim, regain, now = waiting(make_person)
    if opened:
        opening.go_on(now=now + DAY)
    at = now + DAY + timedelta(hours=1)
    if how == "click":
        said = Message.objects.get(person_id=person.id, code="regain_waits")
        deciding.stop(token=said.link.rpartition("/")[2], now=at)
        deciding.stop(token=deciding.stop_token(regain), now=at)  # twice is once
    else:
        note_sign_in(actor=person.actor, device="old one", user_agent="", address="", now=at)
    assert state(regain) == "stopped"
    opening.go_on(now=at + DAY)
    assert len(letters(claim)) == int(opened)
    if opened:
        with pytest.raises(RegainOverError):
            opening.complete(token=link_of(claim), password=NEW, pin=NEW_PIN, now=at)
    assert Message.objects.filter(person_id=person.id, code="regain_stopped").count() == 1
    assert untouched(person)


def test_h18_a_link_that_nobody_used_ends_and_a_wrong_stop_link_stops_nothing(
    make_person: MakePerson,
) -> None:
    person, claim, regain, now = waiting(make_person)
    for wrong in ("", "x", deciding.stop_token(regain)[:-1] + "~"):
        with pytest.raises(RegainOverError):
            deciding.stop(token=wrong, now=now)
    opening.go_on(now=now + DAY)
    token, late = link_of(claim), now + DAY + opening.LINK_LIFE
    with pytest.raises(RegainOverError):
        opening.complete(token=token, password=NEW, pin=NEW_PIN, now=late)
    opening.go_on(now=late)
    assert (state(regain), untouched(person)) == ("expired", True)
    opening.forget_pictures(late)
    assert RegainPicture.objects.filter(regain=regain).count() == 2
    opening.forget_pictures(late + timedelta(seconds=1))
    assert RegainPicture.objects.filter(regain=regain).count() == 0


def test_a_new_claim_replaces_one_that_nobody_decided_and_voids_its_proposal(
    make_person: MakePerson,
) -> None:
    person, claim = checked(make_person)
    first = asked(claim, person)
    assert first is not None
    found, _maker = proposed(make_person, first)
    second = asked(claim, person)
    assert second is not None
    assert (state(first), state(second)) == ("expired", "asked")
    checker, now = staff(make_person, Role.RISK), clock.now()
    seen = approvals.approve(actor=checker, approval_id=found.id, digest=found.digest, now=now)
    assert (seen.state, state(second)) == (ApprovalState.VOID, "asked")
    assert agreed(make_person, second, now).state == ApprovalState.DONE
    assert asked(claim, person) == second  # two people agreed: no later claim takes its place
    assert state(second) == "waiting"
    opening.go_on(now=now + DAY)
    assert state(second) == "open"
    assert asked(claim, person) == second  # nor that of a link that is out
    assert state(second) == "open"
    with pytest.raises(RegainClosedError):
        deciding.refuse(actor=staff(make_person, Role.KYC), regain_id=second.id, now=now)


def test_pictures_are_opened_by_who_may_see_documents_and_it_is_written_down(
    make_person: MakePerson,
) -> None:
    person, claim = checked(make_person)
    regain, now = asked(claim, person), clock.now()
    assert regain is not None
    shot = queries.pictures_of(regain)[0]
    with pytest.raises(NotPermittedError):
        queries.open_picture(actor=staff(make_person, Role.SUPPORT), picture_id=shot.id, now=now)
    reader = staff(make_person, Role.KYC)
    body = queries.open_picture(actor=reader, picture_id=shot.id, now=now)
    assert body.startswith(b"\xff\xd8")
    trail = AuditRow.objects.filter(
        subject=encode("cus", person.id), action="support.regain.picture_opened"
    )
    assert [row.actor_id for row in trail] == [reader.person_id]


def test_the_database_refuses_a_link_without_the_day_of_waiting(make_person: MakePerson) -> None:
    now, person = clock.now(), make_person()
    bad = (
        {"state": "open", "link": b"1" * 32, "link_until": now},
        {"state": "open", "opens_at": now},
        {"state": "waiting"},
        {"state": "done", "ended_at": now},
        {"state": "waiting", "opens_at": now, "link": b"2" * 32},
        {"state": "refused"},
    )
    for facts in bad:
        with pytest.raises(IntegrityError), transaction.atomic():
            Regain.objects.create(
                person_id=person.id, contact=b"", story=b"", asked_at=now, **facts
            )
    assert Regain.objects.filter(person_id=person.id).count() == 0


@pytest.mark.parametrize(("old", "new"), list(product(RegainState, RegainState)))
def test_every_pair_of_states(make_person: MakePerson, old: RegainState, new: RegainState) -> None:
    now = clock.now()
    row = Regain(person_id=make_person().id, contact=b"", story=b"", asked_at=now, state=old)
    if old in {RegainState.WAITING, RegainState.OPEN, RegainState.DONE}:
        row.opens_at = now
    if old not in TRANSITIONS or not TRANSITIONS[old]:
        row.ended_at = now
    if old is RegainState.OPEN:
        row.link, row.link_until = new_uuid().bytes * 2, now + DAY
    row.save()
    row.opens_at = row.opens_at or now
    if new is RegainState.OPEN and old is RegainState.WAITING:
        row.link, row.link_until = new_uuid().bytes * 2, now + DAY
    allowed = new in TRANSITIONS[old]
    assert move(actor=SYSTEM, regain=row, new=new, now=now) is allowed
    row.refresh_from_db()
    assert row.state == (new if allowed else old)
    row.delete()  # nothing was sealed in it: no other test is to come upon it


def test_one_claim_that_cannot_be_opened_keeps_no_other_waiting(
    make_person: MakePerson, caplog: pytest.LogCaptureFixture
) -> None:
    _person, claim, regain, now = waiting(make_person)
    broken = Regain.objects.create(
        person_id=make_person().id, contact=b"", story=b"", asked_at=now, state="waiting",
        opens_at=now,
    )  # fmt: skip
    opening.go_on(now=now + DAY)
    assert (state(regain), state(broken), len(letters(claim))) == ("open", "waiting", 1)
    assert encode("rgn", broken.id) in caplog.text
    broken.delete()
