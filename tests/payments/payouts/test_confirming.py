"""A list is confirmed as it was shown, belongs to one person, and is not forgotten."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest

from okpay.identity.errors import PaymentPasswordWrongError
from okpay.identity.models import Person
from okpay.kernel import clock
from okpay.payments.errors import QuoteExpiredError
from okpay.payments.operations import payouts as operations
from okpay.payments.payouts import queries, store
from okpay.payments.payouts.errors import PayoutStrangersError
from okpay.payments.payouts.models import Payout, PayoutLine
from okpay.payments.payouts.states import PayoutState
from tests.payments.payouts.lists import a_list, confirm, draft, outcomes, posted, quote, run, start
from tests.support.people import MakePerson, Somebody


def test_a_list_is_paid_only_once_it_is_confirmed_and_then_as_it_was_shown(
    payer: Somebody, make_person: MakePerson
) -> None:
    one, other = make_person("周晓宁"), make_person("许清")
    payout_id = draft(payer, a_list([one, other], "5.00"))
    shown = quote(payer, payout_id)
    assert (shown.short, shown.alike, shown.remarks.total) == ([], None, 0)
    assert not run(payout_id)
    with pytest.raises(PaymentPasswordWrongError):
        confirm(payer, shown.intent_token, "111112")
    assert posted(payer) == "1000.00"
    Person.objects.filter(id=other.id).update(name="Somebody Else", holder_version=2)
    assert [confirm(payer, shown.intent_token) for _ in range(2)] == [payout_id] * 2
    assert run(payout_id)
    assert outcomes(payout_id) == [("DONE", ""), ("REFUSED", "confirmation_void")]
    assert posted(payer) == "995.00"


def test_h_a_confirmation_is_of_one_person_and_of_exactly_this_list(
    payer: Somebody,
    make_person: MakePerson,
    crew: list[Somebody],
    owner_connection: psycopg.Connection,
) -> None:
    payout_id = draft(payer, a_list([*crew]))
    token = quote(payer, payout_id).intent_token
    thief = make_person("Thief", cny="9.00")
    with pytest.raises(QuoteExpiredError):
        confirm(thief, token)
    with pytest.raises(QuoteExpiredError):
        confirm(payer, token[:-2] + "xx")
    change = "UPDATE payments_payoutsum SET amount = amount + %s WHERE payout = %s"
    owner_connection.execute(change, [-1, payout_id])
    with pytest.raises(QuoteExpiredError):
        confirm(payer, token)
    owner_connection.execute(change, [1, payout_id])
    assert Payout.objects.get(id=payout_id).state == PayoutState.RECEIVED
    assert posted(payer) == "1000.00"


def test_a_list_that_was_paid_before_is_recognised(payer: Somebody, crew: list[Somebody]) -> None:
    first, again = draft(payer, a_list([*crew])), draft(payer, a_list([*crew]))
    assert quote(payer, again).alike is None
    confirm(payer, quote(payer, first).intent_token)
    assert run(first)
    alike = quote(payer, again).alike
    assert alike is not None
    assert alike.id == first
    assert quote(payer, draft(payer, a_list([*crew], "2.00"))).alike is None


def test_g14_a_list_cannot_tell_who_of_many_has_a_wallet(
    payer: Somebody, crew: list[Somebody]
) -> None:
    strangers: list[Somebody | str] = [f"s{n}@nowhere.example" for n in range(51)]
    before = Payout.objects.count()
    with pytest.raises(PayoutStrangersError):
        start(payer, a_list([*crew, *strangers]))
    assert Payout.objects.count() == before
    for _ in range(4):
        draft(payer, a_list([*crew, *strangers[:50]]))
    with pytest.raises(PayoutStrangersError):
        draft(payer, a_list([*crew, strangers[0]]))
    draft(payer, a_list([*crew]))
    assert posted(payer) == "1000.00"


def test_somebody_elses_list_is_not_there(
    payer: Somebody, make_person: MakePerson, crew: list[Somebody]
) -> None:
    payout_id = start(payer, a_list([*crew]))
    assert queries.payout(make_person().id, payout_id) is None


def test_lists_that_nobody_confirmed_are_forgotten_and_others_kept(
    payer: Somebody, crew: list[Somebody]
) -> None:
    running_id, draft_id = start(payer, a_list([*crew])), draft(payer, a_list([*crew]))
    now = clock.now()
    store.drop_drafts(now - timedelta(hours=24))
    assert Payout.objects.filter(id__in=[running_id, draft_id]).count() == 2
    store.drop_drafts(now + timedelta(seconds=1))
    assert list(Payout.objects.filter(owner=payer.id).values_list("id", flat=True)) == [running_id]
    assert set(PayoutLine.objects.filter(payout__in=[running_id, draft_id]).values_list(
        "payout", flat=True)) == {running_id}  # fmt: skip


def test_the_sweep_hands_what_nobody_works_on_to_a_worker(
    payer: Somebody, crew: list[Somebody], owner_connection: psycopg.Connection
) -> None:
    payout_id = start(payer, a_list([*crew]))
    jobs = (
        "SELECT count(*) FROM procrastinate_jobs WHERE task_name = "
        "'okpay.payments.tasks.run_payout' AND args ->> 'payout_id' = %s"
    )

    def waiting() -> int:
        row = owner_connection.execute(jobs, [str(payout_id)]).fetchone()
        assert row is not None
        return int(row[0])

    operations.sweep_payouts(now=clock.now())
    assert waiting() == 0
    operations.sweep_payouts(now=clock.now() + operations.ABANDONED * 2)
    assert waiting() == 1
