"""Searching one's records: by what one can see of others, never by what is hidden."""

from __future__ import annotations

from uuid import UUID

import pytest

from okpay.kernel import clock
from okpay.kernel.ids import encode
from okpay.kernel.money import asset_of, parse_amount
from okpay.payments import operations
from okpay.wallets.queries import Choice, records
from tests.support.people import PIN, MakePerson, Somebody


def pay(
    payer: Somebody, payee: str, memo: str = "", amount: str = "1.00", code: str = "CNY"
) -> UUID:
    money = parse_amount(amount, asset_of(code))
    quote = operations.quote_transfer(
        actor=payer.actor, payee=payee, money=money, memo=memo, now=clock.now()
    )
    outcome = operations.send_transfer(
        actor=payer.actor, intent_token=quote.intent_token, payment_password=PIN, now=clock.now()
    )
    assert outcome.record_id is not None
    return outcome.record_id


def found(person: Somebody, text: str) -> list[UUID]:
    return [line.id for line in records(person.id, Choice(search=text))]


@pytest.mark.parametrize("text", ["晓", "周晓", "晓宁", "周晓宁"])
def test_g14_the_hidden_letters_of_a_name_find_nothing(make_person: MakePerson, text: str) -> None:
    payer, payee = make_person("林知夏", cny="5.00"), make_person("周晓宁")
    pay(payer, payee.email)
    assert found(payer, text) == []


@pytest.mark.parametrize("text", ["周", "宁", "周*宁"])
def test_the_letters_one_sees_find_the_record(make_person: MakePerson, text: str) -> None:
    payer, payee = make_person("林知夏", cny="5.00"), make_person("周晓宁")
    number = pay(payer, payee.email)
    assert found(payer, text) == [number]


def test_both_sides_search_by_the_other_and_not_by_themselves(make_person: MakePerson) -> None:
    payer, payee = make_person("Alice Wong", cny="5.00"), make_person("Bruno Kurz")
    number = pay(payer, payee.email)
    words = ("b***o", "a***e", "brun", "alic")
    assert [found(payer, word) for word in words] == [[number], [], [], []]
    assert [found(payee, word) for word in words] == [[], [number], [], []]


def test_a_whole_number_finds_its_record_only(make_person: MakePerson) -> None:
    payer, payee = make_person("林知夏", cny="5.00"), make_person("周晓宁")
    first, _second = pay(payer, payee.email), pay(payer, payee.email)
    number = encode("trf", first)
    assert [found(payer, text) for text in (number, number[:-1], encode("tup", first))] == [
        [first],
        [],
        [],
    ]


def test_g1_the_number_of_others_finds_nothing(make_person: MakePerson) -> None:
    payer, payee = make_person("林知夏", cny="5.00"), make_person("周晓宁")
    number = encode("trf", pay(payer, payee.email))
    assert found(make_person("许晴"), number) == []


def test_a_memo_is_found(make_person: MakePerson) -> None:
    payer, payee = make_person("林知夏", cny="5.00"), make_person("周晓宁")
    number = pay(payer, payee.email, memo="Noodles at noon")
    assert (found(payer, "noodles"), found(payer, "rice")) == ([number], [])


@pytest.mark.parametrize(
    "text",
    [
        "1236.5", "1236.50", "1,236.50", "¥1236.50", "¥ 1,236.50", "−1236.50", "-¥1236.50",
        "１２３６．５０", "￥１，２３６．５", "1236。5", "1236.500", "CNY 1236.5", "1236.5 cny",
        "1236.5元",
        " 1236.5 ",
    ],
)  # fmt: skip
def test_an_amount_is_found_as_people_type_it(make_person: MakePerson, text: str) -> None:
    payer, payee = make_person("林知夏", cny="2000.00"), make_person("周晓宁")
    pay(payer, payee.email)
    number = pay(payer, payee.email, amount="1236.50")
    assert (found(payer, text), found(payee, text)) == ([number], [number])


@pytest.mark.parametrize(
    "text",
    [
        "1236", "236.50", "1236.505", "12,36.50", "1236.50.", "$1236.50", "1236.50 EUR", "1236,50",
        "1e3", "NaN", "9" * 40, "1236.5" + "0" * 30, "..", "¥", "-", "1236.5 ¥¥",
    ],
)  # fmt: skip
def test_i5_what_is_not_this_amount_finds_nothing(make_person: MakePerson, text: str) -> None:
    payer, payee = make_person("林知夏", cny="2000.00"), make_person("周晓宁")
    pay(payer, payee.email)  # much for somebody never paid would ask for a second proof
    pay(payer, payee.email, amount="1236.50")
    assert found(payee, text) == []


def test_an_amount_is_counted_in_the_decimals_of_each_currency(make_person: MakePerson) -> None:
    payer = make_person("林知夏", cny="500.00", jpy="500")
    payee = make_person("周晓宁")
    yuan = pay(payer, payee.email, amount="36.00")
    yen = pay(payer, payee.email, amount="36", code="JPY")
    asked = ["36", "36.00", "¥36", "36 JPY", "36 CNY", "3600"]
    results = [found(payee, text) for text in asked]
    assert results == [[yen, yuan], [yen, yuan], [yen, yuan], [yen], [yuan], []]
