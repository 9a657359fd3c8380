"""What a person reads of their wallet: their own side, all of it, and nothing of others."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from okpay.kernel import clock
from okpay.kernel.actor import SYSTEM
from okpay.kernel.ids import new_uuid
from okpay.kernel.money import Money, asset_of, parse_amount
from okpay.payments import operations
from okpay.wallets.models import RecordKind
from okpay.wallets.queries import (
    MAX_PAGE,
    Choice,
    balances,
    record_detail,
    records,
)
from okpay.wallets.states import RecordState
from okpay.wallets.sums import daily_balances, month_totals
from tests.support.people import PIN, MakePerson, Somebody

CNY, JPY = asset_of("CNY"), asset_of("JPY")


def _pay(payer: Somebody, payee: str, text: str, memo: str = "") -> UUID:
    quote = operations.quote_transfer(
        actor=payer.actor, payee=payee, money=parse_amount(text, CNY), memo=memo, now=clock.now()
    )
    outcome = operations.send_transfer(
        actor=payer.actor, intent_token=quote.intent_token, payment_password=PIN, now=clock.now()
    )
    assert outcome.record_id is not None
    return outcome.record_id


@pytest.fixture
def pair(make_person: MakePerson) -> tuple[Somebody, Somebody]:
    return make_person(cny="100.00", jpy="500"), make_person(name="林悦")


def test_balances_say_what_is_there_what_is_held_and_what_may_leave(
    pair: tuple[Somebody, Somebody],
) -> None:
    payer, payee = pair
    assert balances(payee.id) == []
    _pay(payer, f"later-{payer.id}@people.example", "30.00")
    cny, jpy = balances(payer.id)
    assert [cny.asset, jpy.asset] == [CNY, JPY]
    assert (cny.posted, cny.held, cny.available) == (
        Money(CNY, 10_000), Money(CNY, 3_000), Money(CNY, 7_000),
    )  # fmt: skip
    assert cny.remaining_today == Money(CNY, 2_000_000 - 3_000)
    assert (jpy.posted, jpy.held) == (Money(JPY, 500), Money(JPY, 0))


def test_each_side_sees_the_record_from_its_side(pair: tuple[Somebody, Somebody]) -> None:
    payer, payee = pair
    record = _pay(payer, payee.email, "30.00", "rent 房租")
    out, into = records(payer.id)[0], records(payee.id)[0]
    assert (out.id, into.id) == (record, record)
    assert (out.direction, out.counterparty) == ("out", "*悦")
    assert (into.direction, into.counterparty) == ("in", "周*宁")
    assert (out.memo, into.memo) == ("rent 房租", "rent 房租")
    mine, theirs = record_detail(payer.id, record), record_detail(payee.id, record)
    assert mine is not None
    assert theirs is not None
    assert (mine.sequence, mine.balance_after) == (2, Money(CNY, 7_000))
    assert (theirs.sequence, theirs.balance_after) == (1, Money(CNY, 3_000))


def test_g1_a_record_of_others_is_not_there(
    pair: tuple[Somebody, Somebody], make_person: MakePerson
) -> None:
    payer, payee = pair
    stranger = make_person()
    record = _pay(payer, payee.email, "30.00")
    assert record_detail(stranger.id, record) is None
    assert record_detail(stranger.id, new_uuid()) is None
    assert records(stranger.id) == []


def test_records_are_filtered_by_what_is_asked(pair: tuple[Somebody, Somebody]) -> None:
    payer, payee = pair
    rent = _pay(payer, payee.email, "30.00", "rent")
    tea = _pay(payer, payee.email, "2.00", "tea 100%")

    def ids(**asked: object) -> list[UUID]:
        choice = Choice(**asked)  # type: ignore[arg-type]  # by name
        return [line.id for line in records(payer.id, choice)]

    everything = ids()
    assert everything[:2] == [tea, rent]
    assert len(everything) == 4
    assert ids(kind=RecordKind.TRANSFER) == [tea, rent]
    assert ids(direction="in") == everything[2:]
    assert ids(direction="out") == [tea, rent]
    assert ids(asset=JPY) == [everything[2]]
    assert ids(state=RecordState.PENDING) == []
    assert ids(search="rent") == [rent]
    assert ids(search="100%") == [tea]
    assert ids(search="%") == [tea]
    assert ids(search="_") == []
    assert ids(since=clock.now()) == []
    assert ids(until=clock.now() - timedelta(hours=1)) == []


def test_pages_have_no_gap_and_no_double_in_either_direction(
    pair: tuple[Somebody, Somebody],
) -> None:
    payer, payee = pair
    for _ in range(5):
        _pay(payer, payee.email, "1.00")
    everything = [line.id for line in records(payer.id)]
    assert len(everything) == 7
    seen: list[UUID] = []
    while len(seen) < 7:
        page = records(payer.id, before=seen[-1] if seen else None, limit=3)
        seen += [line.id for line in page]
    assert seen == everything
    newer = [line.id for line in records(payer.id, after=everything[4], limit=3)]
    assert newer == [everything[3], everything[2], everything[1]]
    assert len(records(payer.id, limit=10_000)) <= MAX_PAGE


def test_a_page_of_one_and_a_page_of_three_cost_the_same_queries(
    pair: tuple[Somebody, Somebody], make_person: MakePerson
) -> None:
    payer, payee = pair
    for other in (payee, make_person(), make_person()):
        _pay(payer, other.email, "1.00")
    counts = []
    for limit in (1, 3):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert len(records(payer.id, limit=limit)) == limit
        counts.append(len(asked))
    assert counts == [2, 2]


def test_months_sum_what_came_and_went_and_arrived(pair: tuple[Somebody, Somebody]) -> None:
    payer, payee = pair
    _pay(payer, payee.email, "30.00")
    _pay(payer, f"later-{payer.id}@people.example", "20.00")  # has not left yet
    cny, jpy = month_totals(payer.id, [clock.now()])
    assert (cny.income, cny.expense) == (Money(CNY, 10_000), Money(CNY, 3_000))
    assert (jpy.income, jpy.expense) == (Money(JPY, 500), Money(JPY, 0))
    assert month_totals(payer.id, []) == []


def test_months_sum_only_what_is_chosen(pair: tuple[Somebody, Somebody]) -> None:
    payer, payee = pair
    _pay(payer, payee.email, "30.00", "rent")
    _pay(payer, payee.email, "2.00", "tea")

    def sums(**asked: object) -> list[tuple[str, int, int]]:
        choice = Choice(**asked)  # type: ignore[arg-type]  # by name
        found = month_totals(payer.id, [clock.now()], choice)
        return [(total.asset.code, total.income.minor, total.expense.minor) for total in found]

    assert sums(direction="out") == [("CNY", 0, 3_200)]
    assert sums(direction="in", asset=CNY) == [("CNY", 10_000, 0)]
    assert sums(search="rent") == [("CNY", 0, 3_000)]
    assert sums(search="2") == [("CNY", 0, 200)]
    assert sums(kind=RecordKind.TOP_UP) == [("CNY", 10_000, 0), ("JPY", 500, 0)]
    assert sums(since=clock.now()) == []


def test_a_pending_record_tells_its_story(pair: tuple[Somebody, Somebody]) -> None:
    payer, _ = pair
    record = _pay(payer, f"later-{payer.id}@people.example", "30.00")
    waiting = record_detail(payer.id, record)
    assert waiting is not None
    assert [(step.code, step.state) for step in waiting.steps] == [
        ("confirmed", "done"), ("held", "done"), ("payee_unregistered", "wait"),
    ]  # fmt: skip
    operations.cancel_transfer(actor=payer.actor, record_id=record)
    canceled = record_detail(payer.id, record)
    assert canceled is not None
    assert [(step.code, step.state) for step in canceled.steps] == [
        ("confirmed", "done"), ("held", "done"), ("canceled", "bad"), ("returned", "done"),
    ]  # fmt: skip


def test_days_without_a_movement_keep_the_balance_of_the_day_before(
    pair: tuple[Somebody, Somebody],
) -> None:
    payer, payee = pair
    _pay(payer, payee.email, "30.00")
    days = daily_balances(payer.id, CNY, clock.now(), days=7)
    assert [money.minor for _, money in days] == [0] * 6 + [7_000]
    later = daily_balances(payer.id, CNY, clock.now() + timedelta(days=3), days=3)
    assert [money.minor for _, money in later] == [7_000] * 3
    assert daily_balances(payee.id, JPY, clock.now()) == []


def test_a_frozen_wallet_says_so(pair: tuple[Somebody, Somebody]) -> None:
    payer, _ = pair
    operations.freeze_person(actor=SYSTEM, person_id=payer.id, reason="test", now=clock.now())
    assert {(one.frozen_out, one.frozen_in) for one in balances(payer.id)} == {(True, True)}
    operations.unfreeze_person(actor=SYSTEM, person_id=payer.id, reason="test", now=clock.now())
    assert {(one.frozen_out, one.frozen_in) for one in balances(payer.id)} == {(False, False)}


def test_the_fee_is_shown_to_who_bears_it_and_only_where_money_moved(
    pair: tuple[Somebody, Somebody], monkeypatch: pytest.MonkeyPatch
) -> None:
    from okpay.payments.engine import decide_send
    from okpay.payments.operations import transfers

    for place in (decide_send, transfers):
        monkeypatch.setattr(place, "transfer_fee", lambda _amount: 50)
    payer, payee = pair
    sent = _pay(payer, payee.email, "30.00")
    waits = _pay(payer, f"later-{payer.id}@people.example", "20.00")
    back = _pay(payer, f"never-{payer.id}@people.example", "10.00")
    operations.cancel_transfer(actor=payer.actor, record_id=back)
    mine = {line.id: line.fee.minor for line in records(payer.id)}
    assert [mine[one] for one in (sent, waits, back)] == [50, 50, 0]
    assert records(payee.id)[0].fee == Money(CNY, 0)
    detail, theirs = record_detail(payer.id, sent), record_detail(payee.id, sent)
    assert detail is not None
    assert theirs is not None
    assert (detail.balance_after, theirs.balance_after) == (Money(CNY, 6_950), Money(CNY, 3_000))
    cny = balances(payer.id)[0]
    assert (cny.posted, cny.held) == (Money(CNY, 6_950), Money(CNY, 2_050))
    assert month_totals(payer.id, [clock.now()])[0].expense == Money(CNY, 3_050)
