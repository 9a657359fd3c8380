"""Hostile case H15 for invitations: once a transfer, never for one that waits no longer."""

from __future__ import annotations

from uuid import UUID

import pytest

from okpay.kernel import clock
from okpay.kernel.money import asset_of, parse_amount
from okpay.notices import caps
from okpay.notices.models import Outgoing
from okpay.notices.operations import tell
from okpay.payments import operations
from okpay.payments.invitations import goes_out
from okpay.payments.models import Reminder
from okpay.payments.payee_errors import InvitationLimitError
from tests.support.people import PIN, MakePerson, Somebody


def send(payer: Somebody, payee: str) -> UUID:
    """Send a yuan to somebody who has no wallet; nobody has been told yet."""
    quote = operations.quote_transfer(
        actor=payer.actor,
        payee=payee,
        money=parse_amount("1.00", asset_of("CNY")),
        now=clock.now(),
    )
    outcome = operations.send_transfer(
        actor=payer.actor, intent_token=quote.intent_token, payment_password=PIN, now=clock.now()
    )
    assert outcome.record_id is not None
    return outcome.record_id


def news_of(record: UUID) -> list[str]:
    """Do what the news job does; return the states of the invitations to this transfer."""
    tell(record_ids=[record], event="recorded", now=clock.now())
    rows = Outgoing.objects.filter(dedupe=f"invitation:{record}")
    return list(rows.values_list("state", flat=True))


@pytest.mark.parametrize("payee", ["+8613700137000", "nobody@else.example"])
def test_h15_one_invitation_a_transfer_and_none_after_its_end(
    make_person: MakePerson, payee: str
) -> None:
    payer = make_person(cny="10.00")
    told, untold = send(payer, payee), send(payer, payee)
    assert [news_of(told) for _ in range(3)] == [["queued"]] * 3
    for record in (told, untold):
        operations.cancel_transfer(actor=payer.actor, record_id=record)
    assert news_of(told) == ["dead"]
    assert news_of(untold) == []


def test_h15_invitations_of_one_payer_are_counted(make_person: MakePerson) -> None:
    payer = make_person(cny="50.00")
    records = [send(payer, f"n{number}@else.example") for number in range(caps.PER_CAUSER + 2)]
    told = [news_of(record) for record in records]
    assert told == [["queued"]] * caps.PER_CAUSER + [["dead"]] * 2
    assert [news_of(record) for record in records] == told  # what was not sent is not sent later


def test_h15_reminders_are_counted_with_the_invitations(make_person: MakePerson) -> None:
    payer = make_person(cny="50.00")
    records = [send(payer, f"r{number}@else.example") for number in range(caps.PER_CAUSER)]
    for record in records:
        news_of(record)
    with pytest.raises(InvitationLimitError):
        operations.remind_payee(actor=payer.actor, record_id=records[0], now=clock.now())
    assert Outgoing.objects.filter(causer=payer.id).count() == caps.PER_CAUSER
    assert Reminder.objects.filter(record=records[0]).count() == 0


def test_h15_what_was_above_the_cap_does_not_count_against_tomorrow(
    make_person: MakePerson,
) -> None:
    payer = make_person(cny="50.00")
    for number in range(caps.PER_CAUSER + 3):
        news_of(send(payer, f"c{number}@else.example"))
    unsent = Outgoing.objects.filter(causer=payer.id, last_error=caps.ABOVE)
    assert (unsent.count(), caps.has_room(unsent[0])) == (3, False)
    tomorrow = clock.now() + caps.DAY
    Outgoing.objects.filter(causer=payer.id, state="queued").update(created_at=tomorrow - caps.DAY)
    late = Outgoing(channel="mail", recipient="z@else.example", causer=payer.id)
    late.created_at = tomorrow
    assert caps.has_room(late)


def test_h15_the_payer_can_know_beforehand_and_afterwards_whether_an_invitation_goes_out(
    make_person: MakePerson,
) -> None:
    payer = make_person(cny="50.00")
    for number in range(caps.PER_CAUSER - 1):
        news_of(send(payer, f"k{number}@else.example"))
    last, above = send(payer, "last@else.example"), send(payer, "above@else.example")

    def asked() -> list[bool]:
        return [goes_out(record_id=record, now=clock.now()) for record in (last, above)]

    assert asked() == [True, True]  # there is room for one, and no job has run yet
    news_of(last)
    assert asked() == [True, False]
    news_of(above)
    assert asked() == [True, False]
