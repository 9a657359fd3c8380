"""A, D11, K2: what goes to somebody new at the same moment counts together, and once."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection

from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from okpay.kernel.money import asset_of, parse_amount
from okpay.payments import operations
from okpay.payments.engine.access import engine
from okpay.payments.engine.commands import UNKNOWN
from okpay.payments.errors import StepUpRequiredError
from okpay.payments.models import FirstPayment
from okpay.payments.operations import letting_go
from tests.payments.payouts.lists import confirm, draft, posted, quote, start
from tests.payments.test_d_newcomers import lines
from tests.payments.test_h_second_proof import by_sms, code_for, texts
from tests.support.people import PIN, MakePerson, Somebody

Pair = tuple[Somebody, Somebody]
__all__ = ["texts"]


@pytest.fixture
def pair(make_person: MakePerson) -> Pair:
    return make_person(cny="15000.00"), make_person(name="周晓宁")


def quoted(payer: Somebody, payee: str, text: str) -> str:
    money = parse_amount(text, asset_of("CNY"))
    return operations.quote_transfer(
        actor=payer.actor, payee=payee, money=money, now=clock.now()
    ).intent_token


def pay(payer: Somebody, token: str, **more: Any) -> operations.Outcome:
    return operations.send_transfer(
        actor=payer.actor, intent_token=token, payment_password=PIN, now=clock.now(), **more
    )


def at_once(deeds: list[Callable[[], object]], monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Do all of them at once; all have looked before one goes on to the engine or its turn."""
    barrier = threading.Barrier(len(deeds))
    look = letting_go.in_turn

    def meet(*, payer: Any) -> Any:
        barrier.wait(60)
        return look(payer=payer)

    monkeypatch.setattr(letting_go, "in_turn", meet)
    monkeypatch.setattr("okpay.payments.operations.payouts.in_turn", meet)
    told: Counter[str] = Counter()

    def do(deed: Callable[[], object]) -> None:
        try:
            found = deed()
            told[getattr(found, "result", "started")] += 1
        except DomainError as error:
            told[error.code] += 1
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(90)
    monkeypatch.undo()
    return told


def test_a_payments_to_somebody_new_at_once_do_not_pass_together(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    payer, payee = pair
    tokens = [quoted(payer, payee.email, "700.00") for _ in range(4)]
    told = at_once([partial(pay, payer, one) for one in tokens], monkeypatch)
    assert told == {"done": 2, "step_up_required": 2}
    assert posted(payee) == "1400.00"


def test_a_addresses_of_nobody_lists_and_payments_at_once_do_not_pass_together(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    payer, payee = pair
    nobody = f"nobody.{payee.email}"
    single = quoted(payer, nobody, "1500.00")
    shown = quote(payer, draft(payer, lines((nobody, "1500.00")))).intent_token
    told = at_once(
        [
            lambda: pay(payer, single),
            lambda: confirm(payer, shown),
            lambda: start(payer, lines((nobody, "1500.00"))),
        ],
        monkeypatch,
    )
    assert told["step_up_required"] == 2
    assert told["done"] + told["started"] == 1


def test_a_the_same_confirmation_twice_at_once_is_one_payment(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    payer, payee = pair
    token = quoted(payer, payee.email, "1500.00")
    told = at_once([lambda: pay(payer, token)] * 3, monkeypatch)
    assert (told, posted(payee)) == ({"done": 3}, "1500.00")
    assert FirstPayment.objects.filter(payer=payer.id).count() == 1


def test_a_the_same_list_confirmed_twice_at_once_is_one(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    payer, payee = pair
    shown = quote(payer, draft(payer, lines((payee.email, "1500.00")))).intent_token
    assert at_once([lambda: confirm(payer, shown)] * 2, monkeypatch) == {"started": 2}


def test_k2_what_is_not_known_yet_counts_and_a_refused_one_does_not(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    payer, payee = pair
    first = quoted(payer, payee.email, "1500.00")
    with monkeypatch.context() as late:
        late.setattr(type(engine()), "run", lambda *_all: UNKNOWN)
        assert pay(payer, first).result == "unknown"
    with pytest.raises(StepUpRequiredError):
        pay(payer, quoted(payer, payee.email, "500.01"))
    assert pay(payer, first).result == "done"  # asked again, it is the same payment
    with pytest.raises(StepUpRequiredError):
        pay(payer, quoted(payer, payee.email, "500.01"))
    assert posted(payee) == "1500.00"


def test_k2_a_payment_that_the_engine_refused_leaves_nothing_behind(
    make_person: MakePerson,
) -> None:
    payer, payee = make_person(cny="10.00"), make_person()
    assert pay(payer, quoted(payer, payee.email, "1500.00")).code == "insufficient_funds"
    assert not FirstPayment.objects.filter(payer=payer.id).exists()


def test_d11_what_was_proven_twice_does_not_count_for_the_next_one(
    pair: Pair, texts: list[str]
) -> None:
    payer, payee = pair
    proven = quoted(payer, payee.email, "3000.00")
    assert pay(payer, proven, proof=by_sms(code_for(payer, proven, texts))).result == "done"
    assert pay(payer, quoted(payer, payee.email, "2000.00")).result == "done"
    with pytest.raises(StepUpRequiredError):
        pay(payer, quoted(payer, payee.email, "0.01"))
    assert posted(payee) == "5000.00"


def test_rows_of_a_day_are_taken_away_by_the_next_one(pair: Pair) -> None:
    payer, payee = pair
    pay(payer, quoted(payer, payee.email, "1.00"))
    old = FirstPayment.objects.filter(payer=payer.id)
    old.update(at=clock.now() - timedelta(days=3))
    pay(payer, quoted(payer, payee.email, "2.00"))
    assert list(old.values_list("amount", flat=True)) == [200]
