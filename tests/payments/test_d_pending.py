"""Hostile cases D10, D11: money that waits has one end, and nothing is lost on the way."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg
import pytest

from okpay.identity import people
from okpay.kernel import clock
from okpay.kernel.actor import SYSTEM
from okpay.kernel.ids import new_uuid
from okpay.kernel.money import asset_of, parse_amount
from okpay.ledger.models import Hold
from okpay.payments import operations
from okpay.payments.errors import (
    PayerFrozenError,
    TransferNotFoundError,
    TransferNotPendingError,
)
from okpay.payments.tasks import end_overdue
from okpay.wallets.models import Record, RecordEvent
from okpay.wallets.queries import balances
from okpay.wallets.states import RecordState
from tests.support.people import PIN, MakePerson, Somebody

CNY = asset_of("CNY")


def _money(person: Somebody) -> tuple[int, int]:
    found = [one for one in balances(person.id) if one.asset == CNY]
    return (found[0].posted.minor, found[0].held.minor) if found else (0, 0)


def _send(payer: Somebody, payee: str, text: str = "30.00") -> UUID:
    quote = operations.quote_transfer(
        actor=payer.actor, payee=payee, money=parse_amount(text, CNY), now=clock.now()
    )
    outcome = operations.send_transfer(
        actor=payer.actor, intent_token=quote.intent_token, payment_password=PIN, now=clock.now()
    )
    assert outcome.result == "done"
    assert outcome.record_id is not None
    return outcome.record_id


def _history(record: UUID) -> list[tuple[int, str]]:
    return list(
        RecordEvent.objects.filter(record=record).order_by("id").values_list("state", "reason")
    )


def _pass_deadline(owner_connection: psycopg.Connection[Any], record: UUID) -> None:
    owner_connection.execute(
        "UPDATE ledger_hold SET deadline = now() - interval '1 second' WHERE id = %s", [record]
    )


@pytest.fixture
def stranger() -> str:
    return f"stranger-{new_uuid()}@people.example"


def test_d10_an_unclaimed_transfer_comes_back_once(
    make_person: MakePerson, stranger: str, owner_connection: psycopg.Connection[Any]
) -> None:
    payer = make_person(cny="100.00")
    record = _send(payer, stranger)
    assert _money(payer) == (10_000, 3_000)
    with pytest.raises(TransferNotPendingError):
        operations.expire_transfer(actor=SYSTEM, record_id=record)
    assert _money(payer) == (10_000, 3_000)
    _pass_deadline(owner_connection, record)
    end_overdue(timestamp=0)
    assert _money(payer) == (10_000, 0)
    with pytest.raises(TransferNotPendingError):
        operations.expire_transfer(actor=SYSTEM, record_id=record)
    assert _money(payer) == (10_000, 0)
    assert _history(record) == [
        (RecordState.PENDING, "payee_unregistered"),
        (RecordState.EXPIRED, "expire"),
    ]


def test_d10_who_proves_the_address_may_claim_and_nobody_else(
    make_person: MakePerson, stranger: str
) -> None:
    payer, other, heir = make_person(cny="100.00"), make_person(), make_person()
    record = _send(payer, stranger)
    with pytest.raises(TransferNotFoundError):
        operations.claim_transfer(actor=other.actor, record_id=record)
    with pytest.raises(TransferNotFoundError):
        operations.claim_transfer(actor=payer.actor, record_id=record)
    assert _money(payer) == (10_000, 3_000)
    people.confirm_email(person_id=heir.id, email=stranger, now=clock.now())
    outcome = operations.claim_transfer(actor=heir.actor, record_id=record)
    assert (outcome.state, outcome.payee_id) == (RecordState.COMPLETED, heir.id)
    assert (_money(payer), _money(heir), _money(other)) == ((7_000, 0), (3_000, 0), (0, 0))
    with pytest.raises(TransferNotPendingError):
        operations.cancel_transfer(actor=payer.actor, record_id=record)
    with pytest.raises(TransferNotFoundError):
        operations.claim_transfer(actor=other.actor, record_id=record)


def test_g1_a_pending_transfer_of_others_cannot_be_touched(
    make_person: MakePerson, stranger: str
) -> None:
    payer, thief = make_person(cny="100.00"), make_person()
    record = _send(payer, stranger)
    with pytest.raises(TransferNotFoundError):
        operations.cancel_transfer(actor=thief.actor, record_id=record)
    with pytest.raises(TransferNotFoundError):
        operations.decline_transfer(actor=thief.actor, record_id=record)
    with pytest.raises(TransferNotFoundError):
        operations.cancel_transfer(actor=thief.actor, record_id=new_uuid())
    assert _money(payer) == (10_000, 3_000)
    assert Hold.objects.get(id=record).state == 1


def test_d11_a_payee_frozen_between_confirming_and_paying_makes_it_wait(
    make_person: MakePerson,
) -> None:
    payer, payee = make_person(cny="100.00"), make_person(cny="1.00")
    quote = operations.quote_transfer(
        actor=payer.actor, payee=payee.email, money=parse_amount("30.00", CNY), now=clock.now()
    )
    operations.freeze_person(actor=SYSTEM, person_id=payee.id, reason="test", now=clock.now())
    outcome = operations.send_transfer(
        actor=payer.actor, intent_token=quote.intent_token, payment_password=PIN, now=clock.now()
    )
    assert (outcome.state, outcome.reason) == (RecordState.PENDING, "payee_frozen")
    assert outcome.deadline is not None
    assert (_money(payer), _money(payee)) == ((10_000, 3_000), (100, 0))
    released = operations.unfreeze_person(
        actor=SYSTEM, person_id=payee.id, reason="test", now=clock.now()
    )
    assert released == 1
    assert (_money(payer), _money(payee)) == ((7_000, 0), (3_100, 0))


def test_d11_a_frozen_payees_first_account_opens_frozen(make_person: MakePerson) -> None:
    payer, payee = make_person(cny="100.00"), make_person()
    operations.freeze_person(actor=SYSTEM, person_id=payee.id, reason="test", now=clock.now())
    record = _send(payer, payee.email)
    assert Record.objects.get(id=record).state == RecordState.PENDING
    assert (_money(payer), _money(payee)) == ((10_000, 3_000), (0, 0))
    operations.cancel_transfer(actor=payer.actor, record_id=record)
    released = operations.unfreeze_person(
        actor=SYSTEM, person_id=payee.id, reason="test", now=clock.now()
    )
    assert (released, _money(payer), _money(payee)) == (0, (10_000, 0), (0, 0))


def test_a_release_that_is_refused_does_not_keep_the_others_waiting(
    make_person: MakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    payer, payee = make_person(cny="100.00"), make_person()
    operations.freeze_person(actor=SYSTEM, person_id=payee.id, reason="test", now=clock.now())
    records = [_send(payer, payee.email, "10.00") for _ in range(3)]
    real = operations.release_transfer

    def canceled_just_before(*, actor: object, record_id: UUID) -> object:
        if record_id == min(records):
            operations.cancel_transfer(actor=payer.actor, record_id=record_id)
        return real(actor=actor, record_id=record_id)  # type: ignore[arg-type]  # SYSTEM

    monkeypatch.setattr("okpay.payments.gate.release_transfer", canceled_just_before)
    released = operations.unfreeze_person(
        actor=SYSTEM, person_id=payee.id, reason="test", now=clock.now()
    )
    assert (released, _money(payer), _money(payee)) == (2, (8_000, 0), (2_000, 0))


def test_a_declined_transfer_comes_back(make_person: MakePerson) -> None:
    payer, payee = make_person(cny="100.00"), make_person()
    operations.freeze_person(actor=SYSTEM, person_id=payee.id, reason="test", now=clock.now())
    record = _send(payer, payee.email)
    outcome = operations.decline_transfer(actor=payee.actor, record_id=record)
    assert outcome.state == RecordState.DECLINED
    assert (_money(payer), _money(payee)) == ((10_000, 0), (0, 0))
    assert Hold.objects.get(id=record).state == 3


def test_a15_money_held_before_a_freeze_does_not_leave_after_it(make_person: MakePerson) -> None:
    payer, payee = make_person(cny="100.00"), make_person(cny="1.00")
    operations.freeze_person(actor=payee.actor, person_id=payee.id, reason="t", now=clock.now())
    quote = operations.quote_transfer(
        actor=payer.actor, payee=payee.email, money=parse_amount("5.00", CNY), now=clock.now()
    )
    waits = operations.send_transfer(
        actor=payer.actor,
        intent_token=quote.intent_token,
        payment_password=PIN,
        now=clock.now(),
    )
    assert waits.record_id is not None
    operations.freeze_person(actor=payer.actor, person_id=payer.id, reason="t", now=clock.now())
    operations.unfreeze_person(actor=payee.actor, person_id=payee.id, reason="t", now=clock.now())
    with pytest.raises(PayerFrozenError):
        operations.claim_transfer(actor=payee.actor, record_id=waits.record_id)
    assert balances(payee.id)[0].available.decimal_string() == "1.00"
    operations.unfreeze_person(actor=payer.actor, person_id=payer.id, reason="t", now=clock.now())
    operations.claim_transfer(actor=payee.actor, record_id=waits.record_id)
    assert balances(payee.id)[0].available.decimal_string() == "6.00"
