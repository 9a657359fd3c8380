"""账号被盗: what each proof opens, what a stranger learns (nothing), and what a thief gets."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError

from okpay.identity import tries
from okpay.identity.errors import (
    CodeExpiredError,
    CodeLockedError,
    CodeWrongError,
    WeakPaymentPasswordError,
)
from okpay.identity.freezing import hooks, queries, recovery, renewal
from okpay.identity.freezing.errors import (
    IdentityNumberError,
    IdentityNumberLockedError,
    RecoveryOverError,
    RecoveryProofError,
)
from okpay.identity.freezing.recovery import Channel
from okpay.identity.models import OneTimeCode, PaymentPassword, Person, Session
from okpay.identity.payment_passwords import check_payment_password
from okpay.kernel import clock
from okpay.kernel.ids import encode, new_uuid
from okpay.kernel.models import AuditRow
from okpay.notices.models import Outgoing
from okpay.support import queries as tickets
from okpay.support import rescue
from tests.identity.freezing.kit import begun, code_of, pay, session_of
from tests.support.people import MakePerson, Somebody

NEW_PASSWORD = "twelve green umbrellas fly"


def frozen(person: Somebody) -> bool:
    return Person.objects.get(pk=person.id).frozen_at is not None


@pytest.mark.parametrize("channel", list(Channel))
def test_c18_one_channel_is_enough_to_freeze_and_for_nothing_else(
    make_person: MakePerson, channel: Channel
) -> None:
    person = make_person(cny="100.00")
    session_of(person.id)
    row = begun(person, channel)
    found = recovery.freeze_now(recovery_id=row.id, now=clock.now())
    assert (found.cause, frozen(person)) == ("owner", True)
    assert Session.objects.filter(person_id=person.id).count() == 0
    before = PaymentPassword.objects.get(person_id=person.id).digest
    for step in (
        lambda: renewal.choose_password(recovery_id=row.id, password=NEW_PASSWORD, now=clock.now()),
        lambda: renewal.choose_payment_password(recovery_id=row.id, pin="730591", now=clock.now()),
        lambda: rescue.mark_unknown(recovery_id=row.id, record_ids=[], now=clock.now()),
        lambda: rescue.finish(recovery_id=row.id, text="help", now=clock.now()),
    ):
        with pytest.raises(RecoveryProofError):
            step()
    assert PaymentPassword.objects.get(person_id=person.id).digest == before
    assert Person.objects.get(pk=person.id).check_password(person.password)
    assert tickets.tickets_of(person.id) == []


def test_nothing_is_frozen_before_anything_is_proven(make_person: MakePerson) -> None:
    person = make_person()
    row = begun(person)
    with pytest.raises(RecoveryProofError):
        recovery.freeze_now(recovery_id=row.id, now=clock.now())
    assert not frozen(person)


def test_c18_the_whole_way_ends_with_a_ticket_and_everything_attached(
    make_person: MakePerson,
) -> None:
    person, thief, other = make_person(cny="100.00"), make_person(), make_person(cny="9.00")
    stolen = pay(person, thief, "40.00").record_id
    theirs = pay(other, thief, "1.00").record_id
    row = begun(person, *Channel)
    now = clock.now()
    recovery.freeze_now(recovery_id=row.id, now=now)
    renewal.choose_password(recovery_id=row.id, password=NEW_PASSWORD, now=now)
    renewal.choose_payment_password(recovery_id=row.id, pin="730591", now=now)
    marked = rescue.mark_unknown(recovery_id=row.id, record_ids=[stolen, theirs], now=now)
    assert marked == 1  # somebody else's payment cannot be marked
    ticket = rescue.finish(recovery_id=row.id, text="My phone was stolen.", now=now)
    opened = tickets.ticket_of(actor=person.actor, ticket_id=ticket.id)
    assert [said.text for said in opened.messages] == ["My phone was stolen."]
    assert opened.facts["unknown_payments"] == [str(stolen)]
    proofs = opened.facts["proven"]
    assert isinstance(proofs, dict)
    assert sorted(proofs) == ["mail", "phone"]
    assert opened.facts["renewed"] == ["password", "payment_password"]
    assert (ticket.topic, ticket.urgent, ticket.state) == ("stolen", True, "open")
    assert Person.objects.get(pk=person.id).check_password(NEW_PASSWORD)
    check_payment_password(person_id=person.id, pin="730591", now=now)
    assert frozen(person)  # only two people open it
    assert pay(thief, person, "5.00").reason == "payee_frozen"
    with pytest.raises(RecoveryOverError):
        rescue.finish(recovery_id=row.id, text="again", now=now)
    assert len(tickets.tickets_of(person.id)) == 1


def test_h1_wrong_codes_are_counted_and_written_down(make_person: MakePerson) -> None:
    person = make_person()
    row = begun(person)
    right = code_of(person, Channel.PHONE)
    wrong = "000000" if right != "000000" else "000001"
    said = []
    for _ in range(6):
        try:
            recovery.prove(recovery_id=row.id, channel=Channel.PHONE, code=wrong, now=clock.now())
        except (CodeWrongError, CodeLockedError) as refused:
            said.append(refused.code)
    assert said == ["code_wrong"] * 4 + ["code_locked"] * 2
    with pytest.raises(CodeLockedError):
        recovery.prove(recovery_id=row.id, channel=Channel.PHONE, code=right, now=clock.now())
    trail = AuditRow.objects.filter(
        subject=encode("cus", person.id), action="freezing.recovery.proof_refused"
    )
    assert trail.count() == 4
    assert recovery.proven(recovery.find(row.id, clock.now())).may_freeze is False


def test_h3_a_code_of_another_attempt_or_purpose_opens_nothing(make_person: MakePerson) -> None:
    person = make_person()
    mine = begun(person)
    code = code_of(person, Channel.PHONE)
    later = clock.now() + timedelta(seconds=61)
    other = recovery.begin(alias=person.phone, now=later)
    with pytest.raises(CodeWrongError):
        recovery.prove(recovery_id=other.id, channel=Channel.PHONE, code=code, now=later)
    recovery.send(recovery_id=mine.id, now=later)
    with pytest.raises(CodeWrongError):  # a newer code made the older one worthless
        recovery.prove(recovery_id=mine.id, channel=Channel.PHONE, code=code, now=later)
    newest = code_of(person, Channel.PHONE)
    recovery.prove(recovery_id=mine.id, channel=Channel.PHONE, code=newest, now=later)
    with pytest.raises(CodeExpiredError):  # used
        recovery.prove(recovery_id=mine.id, channel=Channel.PHONE, code=newest, now=later)


def test_nobody_learns_whether_an_alias_is_somebodys(make_person: MakePerson) -> None:
    person = make_person()
    sent = Outgoing.objects.filter(purpose="rescue").count() + len(mail.outbox)
    for alias in (f"nobody-{new_uuid()}@people.example", "+8613900000000"):
        row = recovery.begin(alias=alias, now=clock.now())
        assert recovery.proven(row) == recovery.proven(begun(person))
        for channel in Channel:
            with pytest.raises(CodeWrongError) as refused:
                recovery.prove(recovery_id=row.id, channel=channel, code="123456", now=clock.now())
            assert refused.value.params == {"tries_left": 4}
        with pytest.raises(RecoveryProofError):
            recovery.freeze_now(recovery_id=row.id, now=clock.now())
    codes = OneTimeCode.objects.filter(purpose="rescue", digest="").count()
    assert codes >= 4
    now_sent = Outgoing.objects.filter(purpose="rescue").count() + len(mail.outbox)
    assert now_sent == sent + 4  # two attempts of the one who exists, two codes each


def test_an_attempt_ends_after_an_hour(make_person: MakePerson) -> None:
    person = make_person()
    row = begun(person, *Channel)
    with pytest.raises(RecoveryOverError):
        recovery.freeze_now(recovery_id=row.id, now=clock.now() + recovery.LIFETIME)
    with pytest.raises(RecoveryOverError):
        recovery.freeze_now(recovery_id=new_uuid(), now=clock.now())
    fresh = begun(make_person())
    with pytest.raises(CodeExpiredError):
        recovery.prove(
            recovery_id=fresh.id, channel=Channel.MAIL, code="1",
            now=clock.now() + timedelta(minutes=6),
        )  # fmt: skip
    assert not frozen(person)


def test_h18_who_was_checked_proves_the_document_as_well(
    make_person: MakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = make_person()
    check = hooks.IdentityCheck(
        known=lambda one: one == person.id, matches=lambda _one, number: number == "110101"
    )
    monkeypatch.setattr(hooks, "identity_checks", [check])
    row = begun(person, *Channel)
    now = clock.now()
    recovery.freeze_now(recovery_id=row.id, now=now)
    with pytest.raises(RecoveryProofError):
        renewal.choose_password(recovery_id=row.id, password=NEW_PASSWORD, now=now)
    with pytest.raises(IdentityNumberError):
        recovery.prove_identity(recovery_id=row.id, number="110102", now=now)
    assert recovery.prove_identity(recovery_id=row.id, number="110101", now=now).full
    renewal.choose_password(recovery_id=row.id, password=NEW_PASSWORD, now=now)
    said = []
    for _ in range(4):
        try:
            recovery.prove_identity(recovery_id=row.id, number="x", now=now)
        except (IdentityNumberError, IdentityNumberLockedError) as refused:
            said.append(refused.code)
    assert said == ["identity_number_wrong"] * 2 + ["identity_number_locked"] * 2
    tries.forgive(recovery.MOST_IDENTITY, str(person.id))


def test_weak_and_used_secrets_are_refused(make_person: MakePerson) -> None:
    person = make_person()
    row = begun(person, *Channel)
    now = clock.now()
    recovery.freeze_now(recovery_id=row.id, now=now)
    for password in ("short", person.password):
        with pytest.raises(ValidationError):
            renewal.choose_password(recovery_id=row.id, password=password, now=now)
    with pytest.raises(WeakPaymentPasswordError):
        renewal.choose_payment_password(recovery_id=row.id, pin="123456", now=now)
    assert Person.objects.get(pk=person.id).check_password(person.password)
    check_payment_password(person_id=person.id, pin=person.pin, now=now)


def test_h18_nothing_is_renewed_once_the_account_was_opened(make_person: MakePerson) -> None:
    from okpay.identity.freezing.operations import lift, settle
    from okpay.kernel.actor import SYSTEM

    person = make_person()
    row = begun(person, *Channel)
    now = clock.now()
    recovery.freeze_now(recovery_id=row.id, now=now)
    lift(actor=SYSTEM, person_id=person.id, now=now)
    settle(person_id=person.id)
    with pytest.raises(RecoveryOverError):
        renewal.choose_password(recovery_id=row.id, password=NEW_PASSWORD, now=now)
    assert queries.standing(person.id) is None
