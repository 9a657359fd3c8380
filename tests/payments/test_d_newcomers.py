"""D11, K2: the second proof for somebody new is not gone round by a list or by many payments."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from okpay.kernel import clock
from okpay.kernel.ids import encode
from okpay.kernel.money import asset_of, parse_amount
from okpay.payments import operations
from okpay.payments.errors import StepUpRequiredError
from okpay.payments.payouts.models import Payout
from okpay.payments.payouts.states import PayoutState
from okpay.payments.payouts.wishes import RawLine, Wish, read_wish
from tests.payments.payouts.lists import confirm, draft, posted, quote, run, start
from tests.support.people import PIN, MakePerson, Somebody

Pair = tuple[Somebody, Somebody]
PAST = "UPDATE wallets_record SET created_at = created_at - %s, completed_at = completed_at - %s"


@pytest.fixture
def pair(make_person: MakePerson) -> Pair:
    return make_person(cny="15000.00", usd="900.00"), make_person(name="周晓宁")


def pay(payer: Somebody, payee: str, text: str, code: str = "CNY", *, delay: int = 0) -> Any:
    money = parse_amount(text, asset_of(code))
    token = operations.quote_transfer(
        actor=payer.actor, payee=payee, money=money, now=clock.now()
    ).intent_token
    return operations.send_transfer(
        actor=payer.actor, intent_token=token, payment_password=PIN, delay=delay, now=clock.now()
    )


def lines(*raw: tuple[str, str], code: str = "CNY") -> Wish:
    rows = [RawLine(f"r{n}", who, amount, code) for n, (who, amount) in enumerate(raw, 1)]
    return read_wish(rows, invite=True)


def a_day_ago(owner: psycopg.Connection, payer: Somebody) -> None:
    owner.execute(f"{PAST} WHERE payer = %s", [timedelta(hours=25), timedelta(hours=25), payer.id])


def refused_line(error: StepUpRequiredError) -> tuple[object, object, object]:
    return error.params["reason"], error.params["line"], error.params["reference"]


@pytest.mark.parametrize("cut", ["one line", "two names", "an address of nobody"])
def test_d11_a_list_pays_nobody_new_much(pair: Pair, make_person: MakePerson, cut: str) -> None:
    payer, payee = pair
    other, nobody = make_person().email, f"nobody.{payee.email}"
    wish = {
        "one line": lines((other, "2000.00"), (payee.email, "2000.01")),
        "two names": lines((payee.email, "1000.01"), (encode("cus", payee.id), "1000.00")),
        "an address of nobody": lines((nobody, "1000.01"), (nobody, "1000.00")),
    }[cut]
    payout_id = draft(payer, wish)
    with pytest.raises(StepUpRequiredError) as in_app:
        confirm(payer, quote(payer, payout_id).intent_token)
    with pytest.raises(StepUpRequiredError) as by_token:
        start(payer, wish)
    assert in_app.value.params == {"reason": "new_payee", "until": ""}
    assert refused_line(by_token.value) == ("new_payee", 2, "r2")
    assert "2" in by_token.value.text()
    assert "r2" in by_token.value.text()
    states = list(Payout.objects.filter(owner=payer.id).values_list("state", flat=True))
    assert (states, posted(payee)) == ([PayoutState.RECEIVED], "0")


def test_d11_a_list_pays_who_was_paid_a_day_ago(
    pair: Pair, owner_connection: psycopg.Connection
) -> None:
    payer, payee = pair
    pay(payer, payee.email, "1.00")
    wish = lines((payee.email, "2500.00"))
    with pytest.raises(StepUpRequiredError):
        start(payer, wish)
    a_day_ago(owner_connection, payer)
    assert run(start(payer, wish))
    assert posted(payee) == "2501.00"


def test_k2_lists_and_transfers_to_somebody_new_count_together(pair: Pair) -> None:
    payer, payee = pair
    waiting: UUID = start(payer, lines((payee.email, "1000.00")))
    with pytest.raises(StepUpRequiredError):  # the list that nobody has paid yet counts
        start(payer, lines((payee.phone, "1000.01")))
    assert run(waiting)
    with pytest.raises(StepUpRequiredError):
        pay(payer, payee.email, "1000.01")
    assert pay(payer, payee.email, "1000.00").result == "done"
    with pytest.raises(StepUpRequiredError):
        start(payer, lines((payee.email, "0.01")))
    assert posted(payee) == "2000.00"


@pytest.mark.parametrize("way", ["at once", "later", "another asset", "an address of nobody"])
def test_k2_small_payments_to_somebody_new_add_up(pair: Pair, way: str) -> None:
    payer, payee = pair
    who = f"nobody.{payee.email}" if way == "an address of nobody" else payee.email
    asset, first, rest = ("USD", "150.00", "1000.00") if way == "another asset" else (
        "CNY", "1000.00", "1000.00"
    )  # fmt: skip
    delay = 7200 if way == "later" else 0
    assert pay(payer, who, first, asset, delay=delay).result == "done"
    with pytest.raises(StepUpRequiredError) as refused:
        pay(payer, who, "1000.01")
    assert refused.value.params == {"reason": "new_payee", "until": ""}
    assert pay(payer, who, rest).result == "done"


def test_d11_a_payment_that_was_canceled_makes_nobody_known(
    pair: Pair, owner_connection: psycopg.Connection
) -> None:
    payer, payee = pair
    sent = pay(payer, payee.email, "1.00", delay=7200)
    operations.cancel_transfer(actor=payer.actor, record_id=sent.record_id)
    a_day_ago(owner_connection, payer)
    with pytest.raises(StepUpRequiredError):
        pay(payer, payee.email, "2000.01")
    assert pay(payer, payee.email, "2000.00").result == "done"
