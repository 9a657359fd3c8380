"""Hostile case C6: 0, 3 and 18 decimals through the whole path, exact to the smallest unit."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from okpay.kernel import clock
from okpay.kernel.ids import new_uuid
from okpay.kernel.money import Money, asset_of, parse_amount
from okpay.payments import operations
from okpay.wallets import csv_export
from okpay.wallets.queries import balances, record_detail, records
from okpay.wallets.sums import month_totals
from tests.support.people import PIN, MakePerson, Somebody

CASES = [
    ("JPY", "1200", "500", "700"),
    ("KWD", "10.005", "1.234", "8.771"),
    ("ETH", "0.900000000000000001", "0.000000000000000001", "0.900000000000000000"),
    ("CNY", "100.00", "36.50", "63.50"),
]


def _balance(person: Somebody, code: str) -> str:
    found = [one for one in balances(person.id) if one.asset.code == code]
    return found[0].posted.decimal_string() if found else ""


@pytest.mark.parametrize(("code", "topped", "sent", "left"), CASES, ids=[c[0] for c in CASES])
def test_c6_top_up_send_records_and_csv_are_exact(
    make_person: MakePerson, code: str, topped: str, sent: str, left: str
) -> None:
    asset = asset_of(code)
    payer, payee = make_person(**{code.lower(): topped}), make_person(name="林悦")
    money = parse_amount(sent, asset)
    quote = operations.quote_transfer(
        actor=payer.actor, payee=payee.phone, money=money, now=clock.now()
    )
    outcome = operations.send_transfer(
        actor=payer.actor, intent_token=quote.intent_token, payment_password=PIN, now=clock.now()
    )
    assert outcome.balance_after == Money(asset, parse_amount(left, asset).minor)
    assert (_balance(payer, code), _balance(payee, code)) == (left, money.decimal_string())

    line = records(payer.id)[0]
    assert (line.money, line.direction, line.id) == (money, "out", outcome.record_id)
    detail = record_detail(payee.id, line.id)
    assert detail is not None
    assert (detail.line.direction, detail.balance_after, detail.sequence) == ("in", money, 1)
    totals = month_totals(payer.id, [clock.now()])[0]
    assert (totals.income, totals.expense) == (parse_amount(topped, asset), money)

    pieces = csv_export.export(
        person_id=payer.id,
        since=clock.now() - timedelta(days=1),
        until=clock.now() + timedelta(days=1),
        machine_header=True,
    )
    text = b"".join(pieces).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["amount"], row["currency"], row["balance_after"]) for row in rows] == [
        (parse_amount(topped, asset).decimal_string(), code, topped),
        (f"-{money.decimal_string()}", code, left),
    ]


def test_c6_the_fee_of_a_top_up_is_a_leg_of_its_own(make_person: MakePerson) -> None:
    person, asset = make_person(), asset_of("KWD")
    outcome = operations.book_top_up(
        top_up_id=new_uuid(), person_id=person.id, money=Money(asset, 5_000),
        fee=Money(asset, 75), source_label="Test card",
    )  # fmt: skip
    assert outcome.balance_after == Money(asset, 4_925)
    assert _balance(person, "KWD") == "4.925"


def test_c1_the_engine_itself_refuses_amounts_that_no_face_lets_through(
    make_person: MakePerson,
) -> None:
    person, asset = make_person(cny="5.00"), asset_of("CNY")
    for money, fee in ((0, 0), (-5, 0), (5, -1), (5, 6), (10**37, 0)):
        outcome = operations.book_top_up(
            top_up_id=new_uuid(), person_id=person.id, money=Money(asset, money),
            fee=Money(asset, fee), source_label="Test card",
        )  # fmt: skip
        assert (outcome.result, outcome.code) == ("refused", "invalid_amount")
    assert _balance(person, "CNY") == "5.00"


def test_e5_a_top_up_is_booked_once_for_its_id(make_person: MakePerson) -> None:
    person, other, asset = make_person(), make_person(), asset_of("CNY")
    top_up = new_uuid()

    def book(who: Somebody, minor: int) -> operations.Outcome:
        return operations.book_top_up(
            top_up_id=top_up, person_id=who.id, money=Money(asset, minor), fee=Money(asset, 0),
            source_label="Test card",
        )  # fmt: skip

    assert book(person, 500).result == "done"
    assert book(person, 500).replayed
    assert book(person, 501).code == "idempotency_key_reused"
    assert book(other, 500).result == "unknown"  # the id is taken: nothing is booked again
    assert (_balance(person, "CNY"), _balance(other, "CNY")) == ("5.00", "")
