"""C18: payments that an owner marked as not theirs and that still wait never arrive."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from okpay.identity.freezing import recovery
from okpay.identity.freezing.models import Recovery
from okpay.identity.freezing.operations import lift, settle
from okpay.identity.freezing.recovery import Channel
from okpay.kernel import clock
from okpay.kernel.actor import SYSTEM
from okpay.kernel.ids import new_uuid
from okpay.kernel.money import parse_amount
from okpay.payments import operations as payments
from okpay.payments.errors import OutcomeUnknownError, TransferNotPendingError
from okpay.support import rescue
from okpay.wallets.models import Record
from okpay.wallets.states import RecordState
from tests.identity.freezing.kit import CNY, begun, money
from tests.support.people import PIN, MakePerson, Somebody


def sent(payer: Somebody, payee: str, amount: str, delay: int = 0) -> UUID:
    quote = payments.quote_transfer(
        actor=payer.actor, payee=payee, money=parse_amount(amount, CNY), now=clock.now()
    )
    outcome = payments.send_transfer(
        actor=payer.actor, intent_token=quote.intent_token, payment_password=PIN, delay=delay,
        now=clock.now(),
    )  # fmt: skip
    assert outcome.record_id is not None
    return outcome.record_id


def marked(person: Somebody, records: list[UUID]) -> Recovery:
    row = begun(person, *Channel)
    recovery.freeze_now(recovery_id=row.id, now=clock.now())
    rescue.mark_unknown(recovery_id=row.id, record_ids=records, now=clock.now())
    return row


def state(record: UUID) -> str:
    return RecordState(Record.objects.get(pk=record).state).name.lower()


def paid(make_person: MakePerson) -> tuple[Somebody, list[UUID]]:
    """Four payments: delayed, waiting for a stranger, arrived, and a delayed one of the owner's."""
    person, thief = make_person(cny="100.00"), make_person()
    records = [
        sent(person, thief.email, "40.00", 7200),
        sent(person, f"nobody-{new_uuid()}@people.example", "5.00"),
        sent(person, thief.email, "2.00"),
        sent(person, thief.email, "3.00", 7200),
    ]
    assert [state(one) for one in records] == ["pending", "pending", "completed", "pending"]
    return person, records


def test_c18_what_waits_is_taken_back_and_never_goes_out(make_person: MakePerson) -> None:
    person, records = paid(make_person)
    row = marked(person, records[:3])
    rescue.finish(recovery_id=row.id, text="stolen", now=clock.now())
    assert [state(one) for one in records] == ["canceled", "canceled", "completed", "pending"]
    assert money(person) == (9800, 300)
    lift(actor=SYSTEM, person_id=person.id, now=clock.now())
    settle(person_id=person.id)
    with pytest.raises(TransferNotPendingError):
        payments.release_transfer(actor=SYSTEM, record_id=records[0])
    assert money(person) == (9800, 300)
    assert rescue.cancel_marked(recovery_id=row.id) == 0  # the job, afterwards


def test_c18_an_unknown_outcome_is_left_to_the_job(
    make_person: MakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, records = paid(make_person)
    row = marked(person, records[:2])

    def unknown(**_asked: Any) -> None:
        raise OutcomeUnknownError

    with monkeypatch.context() as patch:
        patch.setattr(payments, "cancel_transfer", unknown)
        ticket = rescue.finish(recovery_id=row.id, text="stolen", now=clock.now())
        assert Recovery.objects.get(pk=row.pk).ticket == ticket.id
        with pytest.raises(OutcomeUnknownError):  # so the job is tried again
            rescue.cancel_marked(recovery_id=row.id)
    assert [state(one) for one in records[:2]] == ["pending", "pending"]
    assert rescue.cancel_marked(recovery_id=row.id) == 2
    assert [state(one) for one in records[:2]] == ["canceled", "canceled"]


def test_c18_nothing_is_taken_back_before_the_end(make_person: MakePerson) -> None:
    person, records = paid(make_person)
    row = marked(person, records)
    with pytest.raises(Recovery.DoesNotExist):
        rescue.cancel_marked(recovery_id=row.id)
    assert state(records[0]) == "pending"
