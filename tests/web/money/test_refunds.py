"""Returning received money in the app: found on the record, confirmed, told to both."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from tests.support.people import Somebody
from tests.web.money.conftest import SignedIn, Walk, posted


@pytest.fixture
def payment(payer: Somebody, payee: Somebody, signed_in: SignedIn) -> str:
    """The number of a payment of 80.00 from payer to payee."""
    answer = Walk(signed_in(payer)).pay(payee.email, "80.00", payer.pin)
    return str(answer["Location"]).rsplit("/", 1)[1]


@pytest.fixture
def walk(payee: Somebody, signed_in: SignedIn) -> Walk:
    return Walk(signed_in(payee))


def ask(walk: Walk, number: str, amount: str, memo: str = "") -> str:
    """Say how much goes back; return the address of the confirmation."""
    answer = walk.client.post(f"/records/{number}/refund", {"amount": amount, "memo": memo})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def test_the_record_offers_it_to_whom_received_and_shows_what_went_back(
    walk: Walk, payer: Somebody, payee: Somebody, payment: str, signed_in: SignedIn
) -> None:
    record = walk.page(f"/records/{payment}")
    assert (f"/records/{payment}/refund" in record, "Up to ¥80.00" in record) == (True, True)
    theirs = Walk(signed_in(payer))
    assert f"/records/{payment}/refund" not in theirs.page(f"/records/{payment}")
    confirm = ask(walk, payment, "30.00", "Too much")
    page = walk.page(confirm)
    assert [word in page for word in ("Too much", "They paid you")] == [True] * 2
    done = walk.confirm(confirm, payee.pin)
    result = walk.page(str(done["Location"]))
    assert ("Returned" in result, "has it. Both of you are told" in result) == (True, True)
    assert (posted(payer)[0], posted(payee)[0]) == ("450.00", "50.00")
    for side in (walk, theirs):
        found = re.findall(r'href="/records/(rfd_\w+)"', side.page(f"/records/{payment}"))
        assert len(found) == 1
        assert payment in side.page(f"/records/{found[0]}")
    again = walk.page(f"/records/{payment}")
    assert "Up to ¥50.00" in again


def test_b1_confirming_twice_returns_once(
    walk: Walk, payer: Somebody, payee: Somebody, payment: str
) -> None:
    confirm = ask(walk, payment, "80.00")
    intent = walk.intent(confirm)
    first = walk.confirm(confirm, payee.pin, intent)
    again = walk.confirm(confirm, payee.pin, intent)
    assert first["Location"] == again["Location"]
    assert (posted(payer)[0], posted(payee)[0]) == ("500.00", "0.00")
    assert walk.client.get(f"/records/{payment}/refund")["Location"] == f"/records/{payment}"


def test_a_wrong_payment_password_returns_nothing(
    walk: Walk, payee: Somebody, payment: str
) -> None:
    confirm = ask(walk, payment, "80.00")
    answer = walk.confirm(confirm, "000000")
    assert answer.status_code == 403
    assert "payment_password_wrong" in answer.content.decode()
    assert posted(payee)[0] == "80.00"


@pytest.mark.parametrize("amount", ["80.01", "0", "-1", "1.001", "abc", "1e1", "１"])
def test_c1_c2_an_amount_that_cannot_go_back_is_said_on_the_form(
    walk: Walk, payee: Somebody, payment: str, amount: str
) -> None:
    answer = walk.client.post(f"/records/{payment}/refund", {"amount": amount, "memo": ""})
    assert answer.status_code in {400, 422}
    assert posted(payee)[0] == "80.00"


def test_g1_nobody_else_reaches_it(
    payer: Somebody, payment: str, signed_in: SignedIn, walk: Walk, make_person: object
) -> None:
    stranger = Walk(signed_in(make_person("吴桐")))  # type: ignore[operator]  # reason: the fixture's call
    for path in (f"/records/{payment}/refund", f"/records/{payment}/refund/confirm"):
        assert stranger.client.get(path).status_code in {302, 404}
        assert Walk(signed_in(payer)).client.get(f"/records/{payment}/refund").status_code == 404
    confirm = ask(walk, payment, "80.00")
    intent = walk.intent(confirm)
    stolen = stranger.client.post(confirm, {"intent": intent, "payment_password": "204817"})
    assert stolen.status_code in {302, 404}
    assert posted(payer)[0] == "420.00"


def test_money_spent_meanwhile_is_said_and_stays(
    walk: Walk, payer: Somebody, payee: Somebody, payment: str
) -> None:
    confirm = ask(walk, payment, "80.00")
    intent = walk.intent(confirm)
    walk.pay(payer.email, "30.00", payee.pin)
    answer = walk.confirm(confirm, payee.pin, intent)
    assert answer.status_code == 422
    assert "insufficient_funds" in answer.content.decode()
    assert (posted(payer)[0], posted(payee)[0]) == ("450.00", "50.00")


def test_both_are_told(walk: Walk, payer: Somebody, payee: Somebody, payment: str) -> None:
    from okpay.payments.news import facts
    from okpay.wallets.models import Refund

    walk.confirm(ask(walk, payment, "80.00"), payee.pin)
    refund = Refund.objects.order_by("-record").filter(record__isnull=False)
    mine = [one.record for one in refund if _between(one.record, payer, payee)]
    told = {(one.person_id, one.code) for one in facts(mine)}
    assert told == {(payer.id, "refund_received"), (payee.id, "refund_sent")}


def _between(record: UUID, payer: Somebody, payee: Somebody) -> bool:
    from okpay.wallets.models import Record

    row = Record.objects.get(id=record)
    return (row.payer, row.payee) == (payee.id, payer.id)


def test_the_pages_speak_chinese(payee: Somebody, payment: str, signed_in: SignedIn) -> None:
    chinese = Walk(signed_in(payee, "zh-hans"))
    page = chinese.page(f"/records/{payment}/refund")
    assert [word in page for word in ("退款", "可退", "对方付给你的钱，原路退款")] == [True] * 3
