"""Lines of a list: everything that is wrong is told, nothing is repaired, names are for ever."""

from __future__ import annotations

import time
from uuid import UUID

import pytest

from okpay.kernel.ids import encode, new_uuid
from okpay.payments.engine.decide_shared import child_id
from okpay.payments.payouts.errors import MOST_PROBLEMS, PayoutInvalidError, PayoutTooLongError
from okpay.payments.payouts.wishes import MOST_LINES, RawLine, Wish, read_wish, records_of

WHO = "somebody@people.example"


def raw(
    reference: str = "1", payee: str = WHO, amount: str = "1.00", code: str = "CNY", memo: str = ""
) -> RawLine:
    return RawLine(reference, payee, amount, code, memo)


def problems(*lines: RawLine) -> list[tuple[str, str]]:
    with pytest.raises(PayoutInvalidError) as caught:
        read_wish(lines)
    assert caught.value.params["problems"] == len(caught.value.problems)
    return [(one.pointer, one.field) for one in caught.value.problems]


def test_a_list_is_read_into_minor_units_and_normal_addresses() -> None:
    person = new_uuid()
    wish = read_wish([
        raw("a", "Some.Body@People.example", "36.50", memo="Lunch\n4111 1111 1111 1111"),
        raw("b", "138 0013 8000", "120", "JPY"),
        raw("c", encode("cus", person), "0.000000000000000001", "ETH"),
    ], title=" Two \n words ")  # fmt: skip
    first, second, third = wish.lines
    assert (first.alias, first.amount, first.asset) == ("some.body@people.example", 3650, 156)
    assert first.memo.startswith("Lunch ")
    assert "4111 1111 1111 1111" not in first.memo
    assert (second.alias, second.amount, second.asset) == ("+8613800138000", 120, 392)
    assert (third.payee, third.alias, third.amount) == (str(person), "", 1)
    assert wish.title == "Two words"
    assert [(asset, one.lines, one.money.minor) for asset, one in wish.sums().items()] == [
        (156, 1, 3650), (392, 1, 120), (9001, 1, 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "amount",
    [*("-1", "0", "0.00", "-0.00", "1e3", "0x10", " 1", "１００", "1,000", "1.000,00", "NaN", ""),
     *("1.001", "9" * 10_000, "99999999999999999999999999.00", "+1", "1.", ".5", "01")],
)  # fmt: skip
def test_c1_c2_c3_c4_an_amount_that_is_none_stops_the_whole_list_at_once(amount: str) -> None:
    began = time.thread_time()
    assert problems(raw("1"), raw("2", amount=amount)) == [("/lines/1/amount", "amount")]
    assert time.thread_time() - began < 0.5


@pytest.mark.parametrize("code", ["cny", "CNY ", "XXX", "", "156"])
def test_c15_a_currency_that_is_none_stops_the_whole_list(code: str) -> None:
    assert problems(raw(code=code)) == [("/lines/0/currency", "currency")]


@pytest.mark.parametrize(
    "payee",
    ["", "nobody", "a@b@c", "cus_", "cus_" + "z" * 26, "cus_01", "trf_" + "0" * 26, "@", "+86",
     "12345", "a b@c.d", "x" * 300 + "@people.example"],
)  # fmt: skip
def test_a_payee_that_cannot_be_stops_the_whole_list(payee: str) -> None:
    assert problems(raw(payee=payee)) == [("/lines/0/payee", "payee")]


@pytest.mark.parametrize("reference", ["", " a", "a ", "x" * 65, "a\nb", "\u202e1", "\x00", "a\tb"])
def test_a_reference_is_1_to_64_visible_characters(reference: str) -> None:
    assert ("/lines/0/reference", "reference") in problems(raw(reference))


def test_every_mistake_of_every_line_is_told_in_the_order_of_the_list() -> None:
    found = problems(
        raw("1", "nobody", "x", "CNY", "n" * 41), raw("2"), raw("2", code="XXX"), raw("1")
    )
    assert found == [
        ("/lines/0/payee", "payee"),
        ("/lines/0/amount", "amount"),
        ("/lines/0/memo", "memo"),
        ("/lines/2/currency", "currency"),
        ("/lines/2/reference", "reference"),
        ("/lines/3/reference", "reference"),
    ]


def test_of_very_many_mistakes_the_first_are_told_and_all_are_counted() -> None:
    with pytest.raises(PayoutInvalidError) as caught:
        read_wish([raw(str(n), amount="0") for n in range(500)])
    assert len(caught.value.problems) == MOST_PROBLEMS
    assert caught.value.params == {"problems": 500}


def test_an_empty_list_and_one_of_10001_lines_are_refused() -> None:
    assert problems() == [("/lines", "lines")]
    many = [raw(str(n)) for n in range(MOST_LINES + 1)]
    with pytest.raises(PayoutTooLongError):
        read_wish(many)
    assert len(read_wish(many[:-1]).lines) == MOST_LINES


def test_c4_amounts_that_add_up_to_more_than_can_exist_are_refused() -> None:
    one = "9" * 19 + "." + "9" * 18  # just below 10**37 wei
    assert problems(raw("1", amount=one, code="ETH"), raw("2", amount=one, code="ETH")) == [
        ("/lines", "lines")
    ]


def test_the_fingerprint_is_of_title_rule_and_every_line_and_their_order() -> None:
    lines = [raw("1"), raw("2", amount="2.00")]
    base = read_wish(lines)
    assert read_wish(lines).fingerprint() == base.fingerprint()
    others = [
        read_wish(lines[::-1]),
        read_wish(lines, title="x"),
        read_wish(lines, invite=True),
        read_wish([raw("1"), raw("2", amount="2.01")]),
        read_wish([raw("1"), raw("2", amount="2.00", memo="x")]),
    ]
    assert len({one.fingerprint() for one in (base, *others)}) == 6


def test_record_ids_are_for_ever_in_order_and_never_meet() -> None:
    payout, other = new_uuid(), new_uuid()
    wish: Wish = read_wish([raw(f"r{n}") for n in range(MOST_LINES)])
    ids = records_of(payout, wish.lines)
    assert ids[9:10] + ids[:9] == records_of(payout, [*wish.lines[9:10], *wish.lines[:9]])
    assert ids == sorted(ids)
    assert {UUID(one).version for one in ids} == {7}
    assert {UUID(one).int >> 80 for one in ids} == {payout.int >> 80}
    legs = [child_id(one, 1) for one in ids]
    fees = set(legs) | set(ids) | {*records_of(other, wish.lines)}
    assert len(fees) == 3 * MOST_LINES
