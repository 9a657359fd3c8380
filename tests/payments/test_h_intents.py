"""Hostile cases A13, G2, H11, H12: a confirmation pays exactly what it bound, once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import signing
from django.db import connection

from okpay.identity import people
from okpay.identity.errors import PaymentPasswordWrongError
from okpay.identity.models import Person
from okpay.identity.queries import find_person
from okpay.kernel import clock
from okpay.kernel.money import Money, asset_of, parse_amount
from okpay.payments import intents, operations
from okpay.payments.errors import PayeeIsSelfError, PayeeNotFoundError, QuoteExpiredError
from okpay.payments.operations import Outcome, transfers
from okpay.wallets.models import Record
from okpay.wallets.queries import balances
from tests.support.people import PIN, MakePerson, Somebody

CNY = asset_of("CNY")


def _yuan(text: str) -> Money:
    return parse_amount(text, CNY)


def _quote(payer: Somebody, payee: str, text: str = "30.00") -> str:
    quote = operations.quote_transfer(
        actor=payer.actor, payee=payee, money=_yuan(text), memo="rent", now=clock.now()
    )
    return quote.intent_token


def _pay(payer: Somebody, token: str, pin: str = PIN) -> Outcome:
    return operations.send_transfer(
        actor=payer.actor, intent_token=token, payment_password=pin, now=clock.now()
    )


def _has(person: Somebody) -> int:
    return sum(one.posted.minor for one in balances(person.id) if one.asset == CNY)


def _record_count(person: Somebody) -> int:
    return Record.objects.filter(payer=person.id).count()


@pytest.fixture
def pair(make_person: MakePerson) -> tuple[Somebody, Somebody]:
    return make_person(cny="100.00"), make_person(name="林悦")


def test_what_was_confirmed_is_what_moves(pair: tuple[Somebody, Somebody]) -> None:
    payer, payee = pair
    quote = operations.quote_transfer(
        actor=payer.actor, payee=payee.email, money=_yuan("30.00"), memo="rent", now=clock.now()
    )
    assert (quote.payee_id, quote.payee_masked, quote.first_time) == (payee.id, "*悦", True)
    assert (quote.money, quote.fee, quote.total) == (_yuan("30.00"), Money(CNY, 0), _yuan("30.00"))
    outcome = _pay(payer, quote.intent_token)
    assert (outcome.result, outcome.payee_id, outcome.money, outcome.memo) == (
        "done",
        payee.id,
        _yuan("30.00"),
        "rent",
    )
    assert outcome.balance_after == _yuan("70.00")
    assert (_has(payer), _has(payee)) == (7_000, 3_000)


def test_h11_the_same_confirmation_again_is_the_same_payment(
    pair: tuple[Somebody, Somebody],
) -> None:
    payer, payee = pair
    token = _quote(payer, payee.email)
    first, second = _pay(payer, token), _pay(payer, token, pin="000000")
    assert (second.record_id, second.replayed) == (first.record_id, True)
    assert (_has(payer), _has(payee), _record_count(payer)) == (7_000, 3_000, 1)


def test_h11_a_wrong_payment_password_moves_nothing(pair: tuple[Somebody, Somebody]) -> None:
    payer, payee = pair
    token = _quote(payer, payee.email)
    with pytest.raises(PaymentPasswordWrongError):
        _pay(payer, token, pin="918273")
    assert (_has(payer), _has(payee), _record_count(payer)) == (10_000, 0, 0)


def test_h11_every_altered_character_voids_the_confirmation(
    pair: tuple[Somebody, Somebody],
) -> None:
    payer, payee = pair
    token = _quote(payer, payee.email)
    for place in range(0, len(token), 7):
        letter = "A" if token[place] != "A" else "B"
        with pytest.raises(QuoteExpiredError):
            _pay(payer, token[:place] + letter + token[place + 1 :])
    for forged in ("", "x", token.swapcase(), token + "A", token.rsplit(":", 1)[0]):
        with pytest.raises(QuoteExpiredError):
            _pay(payer, forged)
    assert (_has(payer), _has(payee), _record_count(payer)) == (10_000, 0, 0)


def test_h11_a_confirmation_signed_for_another_purpose_is_void(
    pair: tuple[Somebody, Somebody],
) -> None:
    payer, payee = pair
    body = intents.unseal(_quote(payer, payee.email), str(payer.id))
    text = f'{{"payer":"{body.payer}","amount":1}}'
    for salt in ("okpay.payments.intent", "another"):
        with pytest.raises(QuoteExpiredError):
            _pay(payer, signing.TimestampSigner(salt=salt).sign_object(text, compress=True))
    assert _record_count(payer) == 0


def test_h11_a_confirmation_ends_after_ten_minutes(
    pair: tuple[Somebody, Somebody], monkeypatch: pytest.MonkeyPatch
) -> None:
    payer, payee = pair
    token = _quote(payer, payee.email)
    later = time.time() + timedelta(minutes=10, seconds=1).total_seconds()
    monkeypatch.setattr(signing.time, "time", lambda: later)  # type: ignore[attr-defined]  # reason: dated there
    with pytest.raises(QuoteExpiredError):
        _pay(payer, token)
    assert (_has(payer), _record_count(payer)) == (10_000, 0)


def test_g2_h11_somebody_elses_confirmation_pays_nothing(
    pair: tuple[Somebody, Somebody], make_person: MakePerson
) -> None:
    payer, payee = pair
    thief = make_person(cny="50.00")
    token = _quote(payer, payee.email)
    with pytest.raises(QuoteExpiredError):
        _pay(thief, token)
    with pytest.raises(QuoteExpiredError):
        operations.open_quote(actor=thief.actor, intent_token=token, now=clock.now())
    assert (_has(payer), _has(thief), _has(payee)) == (10_000, 5_000, 0)


def test_h11_another_amount_is_another_confirmation(pair: tuple[Somebody, Somebody]) -> None:
    payer, payee = pair
    one, two = _quote(payer, payee.email, "30.00"), _quote(payer, payee.email, "30.01")
    first, second = _pay(payer, one), _pay(payer, two)
    assert first.record_id != second.record_id
    assert (_has(payer), _has(payee)) == (3_999, 6_001)


def _rename(person: Somebody) -> None:
    people.rename(actor=person.actor, name="赵不同", now=clock.now())


def test_h12_a_payee_renamed_between_confirming_and_paying_voids_it(
    pair: tuple[Somebody, Somebody],
) -> None:
    payer, payee = pair
    token = _quote(payer, payee.email)
    _rename(payee)
    outcome = _pay(payer, token)
    assert (outcome.result, outcome.code) == ("refused", "confirmation_void")
    assert (_has(payer), _has(payee), _record_count(payer)) == (10_000, 0, 0)
    assert _pay(payer, _quote(payer, payee.email)).result == "done"


def test_h12_an_address_that_now_belongs_to_another_voids_it(
    pair: tuple[Somebody, Somebody], make_person: MakePerson
) -> None:
    payer, payee = pair
    token = _quote(payer, payee.email)
    people.confirm_email(person_id=payee.id, email=f"new-{payee.email}", now=clock.now())
    heir = make_person()
    people.confirm_email(person_id=heir.id, email=payee.email, now=clock.now())
    outcome = _pay(payer, token)
    assert (outcome.result, outcome.code) == ("refused", "confirmation_void")
    assert (_has(payer), _has(payee), _has(heir)) == (10_000, 0, 0)


def test_h12_the_version_belongs_to_the_name_that_was_shown(
    pair: tuple[Somebody, Somebody], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The payee is renamed after the name was read and before the confirmation is made."""
    payer, payee = pair
    real = find_person

    def find_then_rename(alias: str) -> Person | None:
        found = real(alias)
        _rename(payee)
        return found

    monkeypatch.setattr("okpay.payments.aliases.find_person", find_then_rename)
    token = _quote(payer, payee.email)
    outcome = _pay(payer, token)
    assert (outcome.result, outcome.code) == ("refused", "confirmation_void")
    assert (_has(payer), _has(payee)) == (10_000, 0)


def _at_once(*calls: Callable[[], Outcome]) -> list[Outcome]:
    """Run calls in threads of their own, all at the same moment."""
    gate, outcomes = threading.Barrier(len(calls)), []

    def run(call: Callable[[], Outcome]) -> None:
        gate.wait(60)
        try:
            outcomes.append(call())
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return outcomes


def test_a13_two_tabs_that_confirm_the_same_quote_pay_once(
    pair: tuple[Somebody, Somebody],
) -> None:
    payer, payee = pair
    token = _quote(payer, payee.email)
    outcomes = _at_once(*[lambda: _pay(payer, token)] * 4)
    assert [outcome.result for outcome in outcomes] == ["done"] * 4
    assert len({outcome.record_id for outcome in outcomes}) == 1
    assert (_has(payer), _has(payee), _record_count(payer)) == (7_000, 3_000, 1)


def test_a13_a_request_for_money_is_paid_once_whatever_tab_pays_it(
    pair: tuple[Somebody, Somebody],
) -> None:
    payer, asker = pair
    request = operations.request_money(
        actor=asker.actor, payer=payer.email, money=_yuan("25.00"), now=clock.now()
    )
    tokens = [
        operations.quote_request(
            actor=payer.actor, request_id=request.id, now=clock.now()
        ).intent_token
        for _ in range(3)
    ]
    outcomes = _at_once(
        *[
            lambda token=token: operations.pay_request(
                actor=payer.actor, intent_token=token, payment_password=PIN, now=clock.now()
            )
            for token in tokens
        ]
    )
    assert {outcome.result for outcome in outcomes} == {"done"}
    assert len({outcome.record_id for outcome in outcomes}) == 1
    assert (_has(payer), _has(asker)) == (7_500, 2_500)
    request.refresh_from_db()
    assert request.record == outcomes[0].record_id


def test_nobody_pays_themselves_or_an_address_that_cannot_be(
    pair: tuple[Somebody, Somebody],
) -> None:
    payer, _ = pair
    with pytest.raises(PayeeIsSelfError):
        _quote(payer, payer.email)
    with pytest.raises(PayeeIsSelfError):
        _quote(payer, payer.phone)
    for nonsense in ("", "@", "a@b@c", "x@y z", "12", "+1", "cus_", "mailto:a@b.c\n", "'; --"):
        with pytest.raises(PayeeNotFoundError):
            raise AssertionError(nonsense, _quote(payer, nonsense))
    assert _record_count(payer) == 0


def test_b5_a_lost_answer_is_found_by_the_confirmations_own_number(
    pair: tuple[Somebody, Somebody],
) -> None:
    payer, payee = pair
    token = _quote(payer, payee.email)
    key = operations.intent_key(actor=payer.actor, intent_token=token)
    assert operations.outcome_of(actor=payer.actor, client_key=key) is None
    done = _pay(payer, token)
    found = operations.outcome_of(actor=payer.actor, client_key=key)
    assert found is not None
    assert (found.record_id, found.result, found.replayed) == (done.record_id, "done", True)
    assert operations.outcome_of(actor=payee.actor, client_key=key) is None


def test_b15_what_no_standby_confirmed_stays_unknown_and_is_not_paid_again(
    pair: tuple[Somebody, Somebody], monkeypatch: pytest.MonkeyPatch
) -> None:
    payer, payee = pair
    token = _quote(payer, payee.email)
    key = operations.intent_key(actor=payer.actor, intent_token=token)
    assert _pay(payer, token).result == "done"
    monkeypatch.setattr(transfers, "reached_standby", lambda _connection: False)
    found = operations.outcome_of(actor=payer.actor, client_key=key)
    assert found is not None
    assert found.result == "unknown"
    assert _pay(payer, token).result == "unknown"
    monkeypatch.undo()
    assert _pay(payer, token).result == "done"
    assert _record_count(payer) == 1
