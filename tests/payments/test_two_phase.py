"""Holds, captures, refunds and groups as `decide` sees them: the edges, one by one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from okpay.kernel.money import MAX_MINOR
from okpay.ledger.chart import HOUSE, AccountKind, TransferCode
from okpay.payments.engine.commands import Group, Outcome
from okpay.payments.engine.decide_group import MOST_MEMBERS
from okpay.wallets.states import RecordState
from tests.payments.shelf import Shelf
from tests.payments.wishes import exchange, group, hold, move, refund, resolve, send, top_up

pytestmark = pytest.mark.no_database
ANN, SHOP, EVE = (f"00000000-0000-7000-8000-00000000000{n}" for n in (1, 2, 3))


@pytest.fixture
def shelf() -> Shelf:
    made = Shelf([ANN, SHOP, EVE], {})
    made.run([top_up(ANN, 10_000), top_up(SHOP, 500)])
    return made


def said(*outcomes: Outcome) -> list[str]:
    return [outcome.code or RecordState(outcome.state).name.lower() for outcome in outcomes]


def wallet(shelf: Shelf, person: str) -> tuple[int, int]:
    found = shelf.wallet(person)
    return found.posted, found.held


def house(shelf: Shelf, kind: AccountKind) -> int:
    return shelf.accounts[HOUSE, 156, kind].posted


def later(shelf: Shelf, hours: int = 24) -> datetime:
    return shelf.now + timedelta(hours=hours)


def test_a_hold_is_set_aside_and_counts_in_every_check(shelf: Shelf) -> None:
    held, poor = shelf.run([hold(ANN, SHOP, 9_000, deadline=later(shelf)), send(ANN, EVE, 1_001)])
    assert said(held, poor) == ["pending", "insufficient_funds"]
    assert (held.deadline, held.reason) == (shelf.now + timedelta(hours=24), "authorised")
    assert (wallet(shelf, ANN), wallet(shelf, SHOP)) == ((10_000, 9_000), (500, 0))


def test_d2_a_part_is_captured_and_the_rest_is_free_in_the_same_step(shelf: Shelf) -> None:
    held = shelf.run([hold(ANN, SHOP, 9_000, deadline=later(shelf))])[0]
    part, rest = shelf.run(
        [resolve(held.record, "capture", SHOP, amount=4_000), send(ANN, EVE, 6_000)]
    )
    assert said(part, rest) == ["completed", "completed"]
    assert part.amount == 4_000
    assert wallet(shelf, ANN) == (0, 0)
    assert wallet(shelf, SHOP) == (4_500, 0)
    assert shelf.wallet(ANN).out_day_sum == 10_000  # what came back does not count


def test_the_payee_bears_the_fee_of_a_capture_out_of_what_it_got(shelf: Shelf) -> None:
    held = shelf.run([hold(ANN, EVE, 1_000, deadline=later(shelf))])[0]
    done = shelf.run([resolve(held.record, "capture", "", amount=600, fee=6)])[0]
    assert (done.amount, done.fee) == (600, 6)
    assert (wallet(shelf, ANN), wallet(shelf, EVE)) == ((9_400, 0), (594, 0))
    assert house(shelf, AccountKind.FEES) == 6
    assert shelf.records[held.record].fee == 6


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"amount": 1_001}, "capture_too_large"),
        ({"amount": 0}, "invalid_amount"),
        ({"amount": -1}, "invalid_amount"),
        ({"amount": 5, "fee": 6}, "invalid_amount"),
        ({"fee": -1}, "invalid_amount"),
    ],
)
def test_c1_a_capture_of_an_impossible_amount_changes_nothing(
    shelf: Shelf, more: dict[str, Any], code: str
) -> None:
    held = shelf.run([hold(ANN, SHOP, 1_000, deadline=later(shelf))])[0]
    before = len(shelf.transfers)
    refusal = shelf.run([resolve(held.record, "capture", SHOP, **more)])[0]
    assert (refusal.code, len(shelf.transfers)) == (code, before)
    assert said(*shelf.run([resolve(held.record, "capture", SHOP)])) == ["completed"]


@pytest.mark.parametrize(("way", "by"), [("capture", ANN), ("capture", EVE), ("void", EVE)])
def test_only_the_payee_or_the_system_ends_a_hold(shelf: Shelf, way: str, by: str) -> None:
    held = shelf.run([hold(ANN, SHOP, 1_000, deadline=later(shelf))])[0]
    refusal = shelf.run([resolve(held.record, way, by)])[0]  # type: ignore[arg-type]  # a way
    assert refusal.code == "transfer_not_found"
    assert wallet(shelf, ANN) == (10_000, 1_000)


def test_money_held_for_the_house_is_captured_by_the_system_only(shelf: Shelf) -> None:
    held = shelf.run([hold(ANN, "", 700, deadline=later(shelf))])[0]
    refusal, done = shelf.run(
        [resolve(held.record, "capture", ANN), resolve(held.record, "capture")]
    )
    assert said(refusal, done) == ["transfer_not_found", "completed"]
    assert (wallet(shelf, ANN), house(shelf, AccountKind.BANK)) == ((9_300, 0), 700)
    assert shelf.wallet(ANN).out_day_sum == 0  # limits ask about payments to people


def test_a7_what_was_refused_voided_or_overdue_cannot_be_captured(shelf: Shelf) -> None:
    refused = hold(ANN, SHOP, 10_001, deadline=later(shelf))
    voided, overdue = (hold(ANN, SHOP, 10, deadline=later(shelf)) for _ in range(2))
    shelf.run([refused, voided, overdue])
    shelf.run([resolve(voided.record, "void", SHOP)])
    tried = [resolve(refused.record, "capture", SHOP), resolve(voided.record, "capture", SHOP)]
    assert said(*shelf.run([*tried])) == ["transfer_not_found", "transfer_not_pending"]
    shelf.now += timedelta(hours=24)
    late, expired = shelf.run(
        [resolve(overdue.record, "capture", SHOP), resolve(overdue.record, "expire")]
    )
    assert said(late, expired) == ["transfer_not_pending", "expired"]
    assert (wallet(shelf, ANN), wallet(shelf, SHOP)) == ((10_000, 0), (500, 0))


def test_a15_nothing_is_captured_from_a_frozen_wallet(shelf: Shelf) -> None:
    held = shelf.run([hold(ANN, SHOP, 1_000, deadline=later(shelf))])[0]
    shelf.wallet(ANN).frozen_out = True
    assert said(*shelf.run([resolve(held.record, "capture", SHOP)])) == ["payer_frozen"]
    assert said(*shelf.run([resolve(held.record, "void", SHOP)])) == ["canceled"]
    assert wallet(shelf, ANN) == (10_000, 0)


def test_a8_refunds_of_one_payment_never_pass_what_arrived(shelf: Shelf) -> None:
    held = shelf.run([hold(ANN, SHOP, 1_000, deadline=later(shelf))])[0]
    shelf.run([resolve(held.record, "capture", SHOP, amount=600, fee=6)])
    outcomes = shelf.run(
        [refund(held.record, 400, SHOP), refund(held.record, 201, SHOP), refund(held.record, 200)]
    )
    assert said(*outcomes) == ["completed", "refund_too_large", "completed"]
    assert outcomes[1].params == {"left": "2.00", "currency": "CNY"}
    assert said(*shelf.run([refund(held.record, 1, SHOP)])) == ["not_refundable"]
    assert wallet(shelf, ANN) == (10_000, 0)
    assert wallet(shelf, SHOP) == (494, 0)  # the fee stays with the house
    assert house(shelf, AccountKind.FEES) == 6


def test_d3_d9_a_refund_goes_the_way_it_came_and_never_back_again(shelf: Shelf) -> None:
    paid = shelf.run([send(ANN, SHOP, 300)])[0]
    back = shelf.run([refund(paid.record, 300, SHOP)])[0]
    assert (back.payee, shelf.records[back.record].payee) == (ANN, ANN)
    again, stranger = shelf.run([refund(back.record, 300, ANN), refund(paid.record, 1, EVE)])
    assert said(again, stranger) == ["not_refundable", "transfer_not_found"]


def test_d5_without_the_money_nothing_is_refunded(shelf: Shelf) -> None:
    paid = shelf.run([send(ANN, EVE, 300)])[0]
    shelf.run([send(EVE, SHOP, 200)])
    short = shelf.run([refund(paid.record, 300, EVE)])[0]
    assert (short.code, short.params["short"]) == ("insufficient_funds", "2.00")
    assert wallet(shelf, EVE) == (100, 0)


def test_a_frozen_payee_gives_nothing_back_by_itself_and_the_system_may_take_it(
    shelf: Shelf,
) -> None:
    paid = shelf.run([send(ANN, SHOP, 300)])[0]
    shelf.wallet(SHOP).frozen_out = shelf.wallet(ANN).frozen_in = True
    outcomes = shelf.run([refund(paid.record, 100, SHOP), refund(paid.record, 100)])
    assert said(*outcomes) == ["account_frozen", "completed"]
    assert wallet(shelf, ANN) == (9_800, 0)  # one's own money comes back into a frozen wallet


def test_a_chargeback_takes_a_top_up_back_to_where_it_came_from(shelf: Shelf) -> None:
    put = shelf.run([top_up(EVE, 900)])[0]
    own, system = shelf.run([refund(put.record, 900, EVE), refund(put.record, 900)])
    assert said(own, system) == ["not_refundable", "completed"]
    assert wallet(shelf, EVE) == (0, 0)
    assert house(shelf, AccountKind.ACQUIRER) == -10_500
    assert shelf.transfers[-1].code == TransferCode.REFUND


@pytest.mark.parametrize("minor", [0, -1, MAX_MINOR])
def test_c1_a_refund_of_an_impossible_amount_changes_nothing(shelf: Shelf, minor: int) -> None:
    paid = shelf.run([send(ANN, SHOP, 300)])[0]
    refusal = shelf.run([refund(paid.record, minor, SHOP)])[0]
    assert refusal.code == "invalid_amount"
    assert wallet(shelf, SHOP) == (800, 0)


def test_a_refused_refund_is_remembered_and_a_done_one_is_done_once(shelf: Shelf) -> None:
    paid = shelf.run([send(ANN, SHOP, 300)])[0]
    wish = refund(paid.record, 300, SHOP, key="k")
    first, again = shelf.run([wish, refund(paid.record, 300, SHOP, key="k")])
    assert (first.result, again.result, again.replayed) == ("done", "done", True)
    assert again.record == first.record
    other = shelf.run([refund(paid.record, 200, SHOP, key="k")])[0]
    assert other.code == "idempotency_key_reused"
    assert wallet(shelf, ANN) == (10_000, 0)


def test_c7_a_split_is_paid_in_whole_or_not_at_all(shelf: Shelf) -> None:
    parts = [3_334, 3_333, 3_333]
    names = [SHOP, EVE, SHOP]
    too_much = group(ANN, *map(send, [ANN] * 3, names, [*parts[:2], 3_334]))
    exact = group(ANN, *map(send, [ANN] * 3, names, parts))
    refusal, done, again = shelf.run([too_much, exact, exact])
    assert (refusal.code, refusal.params) == (
        "insufficient_funds", {"short": "0.01", "currency": "CNY", "member": 2},
    )  # fmt: skip
    assert (done.record, again.replayed) == (exact.members[0].record, True)
    assert (wallet(shelf, ANN), wallet(shelf, EVE)) == ((0, 0), (3_333, 0))
    assert [leg[1:] for leg in shelf.legs] == [(exact.group, n, 3) for n in range(3)]


def test_a_later_member_sees_what_an_earlier_one_did(shelf: Shelf) -> None:
    paid = shelf.run([send(ANN, SHOP, 300)])[0]
    through = group(
        "", send(ANN, EVE, 9_700), send(EVE, SHOP, 9_700), refund(paid.record, 300, SHOP)
    )
    assert said(*shelf.run([through])) == ["completed"]
    assert [wallet(shelf, one)[0] for one in (ANN, EVE, SHOP)] == [300, 0, 10_200]


def test_a_refused_group_leaves_no_trace_of_its_members(shelf: Shelf) -> None:
    held = shelf.run([hold(ANN, SHOP, 400, deadline=later(shelf))])[0]
    paid = shelf.run([send(ANN, SHOP, 300)])[0]
    before = (wallet(shelf, ANN), wallet(shelf, SHOP), len(shelf.transfers), len(shelf.answers))
    refusal = shelf.run(
        [
            group(
                SHOP,
                resolve(held.record, "capture", SHOP),
                refund(paid.record, 300, SHOP),
                refund(paid.record, 1, SHOP),
            )
        ]
    )[0]
    assert (refusal.code, refusal.params["member"]) == ("not_refundable", 2)
    now = (wallet(shelf, ANN), wallet(shelf, SHOP), len(shelf.transfers), len(shelf.answers) - 1)
    assert now == before  # only the refusal itself is kept
    assert shelf.holds[held.record].open
    after = shelf.run([resolve(held.record, "capture", SHOP), refund(paid.record, 300, SHOP)])
    assert said(*after) == ["completed", "completed"]


def test_a_wish_that_was_done_alone_is_no_part_of_a_group(shelf: Shelf) -> None:
    alone = send(ANN, SHOP, 5, key="k")
    shelf.run([alone])
    refusal = shelf.run([group(ANN, send(ANN, SHOP, 7), send(ANN, SHOP, 5, key="k"))])[0]
    assert (refusal.code, refusal.params["member"]) == ("idempotency_key_reused", 1)
    assert wallet(shelf, SHOP) == (505, 0)


@pytest.mark.parametrize("count", [0, MOST_MEMBERS + 1])
def test_a_group_has_a_written_size(shelf: Shelf, count: int) -> None:
    wish: Group = group(ANN, *[send(ANN, SHOP, 1) for _ in range(count)])
    refusal = shelf.run([wish])[0]
    assert (refusal.code, refusal.params) == ("group_size", {"most": MOST_MEMBERS})
    assert wallet(shelf, ANN) == (10_000, 0)


def test_a_purchase_at_once_pays_its_fee_out_of_what_the_payee_got(shelf: Shelf) -> None:
    bought = shelf.run([move(ANN, SHOP, 1_000, fee=6)])[0]
    assert (bought.amount, bought.fee, bought.balance) == (1_000, 6, 9_000)
    assert (wallet(shelf, ANN), wallet(shelf, SHOP)) == ((9_000, 0), (1_494, 0))


def test_a_movement_names_accounts_that_exist(shelf: Shelf) -> None:
    nowhere, nobody, itself = shelf.run(
        [move(ANN, "", 5, house=AccountKind.WALLET), move(ANN, "0" * 36, 5), move(ANN, ANN, 5)]
    )
    assert said(nowhere, nobody, itself) == ["payee_not_found", "payee_not_found", "payee_is_self"]
    assert wallet(shelf, ANN) == (10_000, 0)


def test_c8_an_exchange_moves_both_currencies_or_none() -> None:
    """One shelf has one asset, so both legs are of it; two assets are tried on the real book."""
    shelf = Shelf([ANN], {})
    shelf.run([top_up(ANN, 700)])
    poor, done = shelf.run([exchange(ANN, 701, 100, into=156), exchange(ANN, 700, 100, into=156)])
    assert (poor.code, poor.params["member"], done.result) == ("insufficient_funds", 0, "done")
    assert wallet(shelf, ANN) == (100, 0)
    assert house(shelf, AccountKind.EXCHANGE) == 600
