"""Searching one's records: by what one can see of others, never by what is hidden."""

from __future__ import annotations

from uuid import UUID

import pytest

from okpay.kernel import clock
from okpay.kernel.ids import encode
from okpay.kernel.money import asset_of, parse_amount
from okpay.payments import operations
from okpay.wallets.queries import records
from tests.support.people import PIN, MakePerson, Somebody


def pay(payer: Somebody, payee: str, memo: str = "") -> UUID:
    money = parse_amount("1.00", asset_of("CNY"))
    quote = operations.quote_transfer(
        actor=payer.actor, payee=payee, money=money, memo=memo, now=clock.now()
    )
    outcome = operations.send_transfer(
        actor=payer.actor, intent_token=quote.intent_token, payment_password=PIN, now=clock.now()
    )
    assert outcome.record_id is not None
    return outcome.record_id


def found(person: Somebody, text: str) -> list[UUID]:
    return [line.id for line in records(person.id, search=text)]


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
