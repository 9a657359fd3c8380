"""Delayed arrival 延时到账: it arrives at its time, once, or its payer took it back before."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import psycopg
import pytest

from okpay.kernel import clock
from okpay.kernel.actor import SYSTEM
from okpay.kernel.money import asset_of, parse_amount
from okpay.ledger.models import Hold
from okpay.payments import news, operations, queries
from okpay.payments.errors import TransferNotFoundError, TransferNotPendingError
from okpay.payments.tasks import end_overdue
from okpay.wallets.models import Record, RecordEvent
from okpay.wallets.queries import balances
from okpay.wallets.states import RecordState
from tests.support.people import PIN, MakePerson, Somebody

CNY = asset_of("CNY")
HOURS = 2 * 60 * 60
Owner = psycopg.Connection[Any]
Pair = tuple[Somebody, Somebody]


@pytest.fixture
def pair(make_person: MakePerson) -> Pair:
    return make_person(cny="100.00"), make_person(name="周晓宁")


def money(person: Somebody) -> tuple[int, int]:
    found = [one for one in balances(person.id) if one.asset == CNY]
    return (found[0].posted.minor, found[0].held.minor) if found else (0, 0)


def send(pair: Pair, text: str = "30.00", delay: int = HOURS) -> UUID:
    payer, payee = pair
    quote = operations.quote_transfer(
        actor=payer.actor, payee=payee.email, money=parse_amount(text, CNY), now=clock.now()
    )
    outcome = operations.send_transfer(
        actor=payer.actor, intent_token=quote.intent_token, payment_password=PIN, delay=delay,
        now=clock.now(),
    )  # fmt: skip
    assert (outcome.result, outcome.reason) == ("done", "delayed" if delay else "")
    assert outcome.record_id is not None
    return outcome.record_id


def pass_time(owner: Owner, record: UUID, days: int = 0) -> None:
    owner.execute(
        "UPDATE ledger_hold SET deadline = now() - interval '1 second' - %s * interval '1 day'"
        " WHERE id = %s",
        [days, record],
    )


def state_of(record: UUID) -> int:
    return int(Record.objects.get(id=record).state)


def history(record: UUID) -> list[tuple[int, str]]:
    rows = RecordEvent.objects.filter(record=record).order_by("id")
    return list(rows.values_list("state", "reason"))


def test_it_is_held_until_its_time_and_then_arrives_once(
    pair: Pair, owner_connection: Owner
) -> None:
    payer, payee = pair
    record = send(pair)
    hold = Hold.objects.get(id=record)
    assert (hold.reason, hold.resolver) == ("delayed", "clock")
    assert abs((hold.deadline - clock.now()).total_seconds() - HOURS) < 120
    assert (money(payer), money(payee)) == ((10_000, 3_000), (0, 0))
    end_overdue(timestamp=0)
    assert money(payee) == (0, 0)
    pass_time(owner_connection, record)
    end_overdue(timestamp=0)
    end_overdue(timestamp=0)
    assert (money(payer), money(payee)) == ((7_000, 0), (3_000, 0))
    assert history(record) == [(RecordState.PENDING, "delayed"), (RecordState.COMPLETED, "release")]


def test_its_payer_takes_it_back_before(pair: Pair, owner_connection: Owner) -> None:
    payer, payee = pair
    record = send(pair)
    operations.cancel_transfer(actor=payer.actor, record_id=record)
    pass_time(owner_connection, record)
    end_overdue(timestamp=0)
    assert (money(payer), money(payee)) == ((10_000, 0), (0, 0))
    assert history(record) == [(RecordState.PENDING, "delayed"), (RecordState.CANCELED, "cancel")]


def test_nobody_makes_it_arrive_before_its_time(pair: Pair, make_person: MakePerson) -> None:
    payer, payee = pair
    record = send(pair)
    with pytest.raises(TransferNotPendingError):
        operations.release_transfer(actor=SYSTEM, record_id=record)
    with pytest.raises(TransferNotPendingError):
        operations.claim_transfer(actor=payee.actor, record_id=record)
    for act in (operations.cancel_transfer, operations.decline_transfer):
        with pytest.raises(TransferNotFoundError):
            act(actor=make_person().actor, record_id=record)
    with pytest.raises(TransferNotFoundError):
        operations.cancel_transfer(actor=payee.actor, record_id=record)
    assert (money(payer), money(payee)) == ((10_000, 3_000), (0, 0))


def test_d11_taking_back_and_arriving_at_once_have_one_end(
    pair: Pair, owner_connection: Owner
) -> None:
    from django.db import connection

    payer, payee = pair
    records = [send(pair, "1.00") for _ in range(6)]
    for record in records:
        pass_time(owner_connection, record)

    def act(number: int) -> None:
        try:
            if number % 2:
                operations.cancel_transfer(actor=payer.actor, record_id=records[number // 2])
            else:
                operations.release_transfer(actor=SYSTEM, record_id=records[number // 2])
        except TransferNotPendingError:
            pass
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(act, range(12)))
    states = [state_of(record) for record in records]
    arrived = states.count(RecordState.COMPLETED)
    assert arrived + states.count(RecordState.CANCELED) == 6
    assert (money(payer), money(payee)) == ((10_000 - 100 * arrived, 0), (100 * arrived, 0))


def test_a15_nothing_arrives_from_or_at_a_frozen_wallet_and_it_comes_back_in_the_end(
    pair: Pair, owner_connection: Owner
) -> None:
    payer, payee = pair
    record = send(pair)
    pass_time(owner_connection, record)
    operations.freeze_person(actor=SYSTEM, person_id=payee.id, reason="test", now=clock.now())
    assert record not in queries.due_to_arrive(now=clock.now(), limit=500)
    end_overdue(timestamp=0)
    assert (state_of(record), money(payer)) == (RecordState.PENDING, (10_000, 3_000))
    pass_time(owner_connection, record, days=7)
    end_overdue(timestamp=0)
    assert (state_of(record), money(payer)) == (RecordState.EXPIRED, (10_000, 0))


def test_both_sides_hear_that_it_is_on_its_way(pair: Pair, owner_connection: Owner) -> None:
    payer, payee = pair
    record = send(pair)
    told = {(one.person_id, one.code) for one in news.facts([record])}
    assert told == {(payer.id, "transfer_delayed"), (payee.id, "transfer_coming")}
    pass_time(owner_connection, record)
    end_overdue(timestamp=0)
    told = {(one.person_id, one.code) for one in news.facts([record])}
    assert told == {(payer.id, "transfer_sent"), (payee.id, "transfer_received")}


def test_it_counts_towards_the_limits_of_the_day_it_was_confirmed(pair: Pair) -> None:
    payer, _ = pair
    record = send(pair)
    left = balances(payer.id)[0].remaining_today.minor
    operations.cancel_transfer(actor=payer.actor, record_id=record)
    assert (left, balances(payer.id)[0].remaining_today.minor) == (1_997_000, 2_000_000)


def test_another_delay_is_refused(pair: Pair) -> None:
    payer, payee = pair
    quote = operations.quote_transfer(
        actor=payer.actor, payee=payee.email, money=parse_amount("1.00", CNY), now=clock.now()
    )
    with pytest.raises(ValueError, match="60"):
        operations.send_transfer(
            actor=payer.actor, intent_token=quote.intent_token, payment_password=PIN, delay=60,
            now=clock.now(),
        )  # fmt: skip
    assert money(payer) == (10_000, 0)
