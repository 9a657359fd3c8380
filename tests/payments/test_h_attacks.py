"""What an attacker tried on confirmations and requests, each with its safe result."""

from __future__ import annotations

import pytest

from okpay.identity.operations import rename
from okpay.kernel import clock
from okpay.kernel.ids import encode, new_uuid
from okpay.kernel.money import asset_of, parse_amount
from okpay.payments import operations
from okpay.payments.errors import PayeeFrozenError, QuoteExpiredError, TooManyRequestsError
from okpay.payments.intents import unseal
from okpay.payments.models import MoneyRequest
from okpay.payments.operations.requests import MOST_OF_ONE
from okpay.payments.payee_errors import RequestNotOpenError
from okpay.payments.states import RequestState
from okpay.wallets.queries import balances
from tests.support.people import PIN, MakePerson, Somebody

CNY = asset_of("CNY")


def _quote(payer: Somebody, payee: str, amount: str = "5.00") -> operations.TransferQuote:
    return operations.quote_transfer(
        actor=payer.actor, payee=payee, money=parse_amount(amount, CNY), now=clock.now()
    )


def _send(payer: Somebody, token: str) -> operations.Outcome:
    return operations.send_transfer(
        actor=payer.actor, intent_token=token, payment_password=PIN, now=clock.now()
    )


def _has(person: Somebody) -> str:
    return balances(person.id)[0].available.decimal_string()


def _ask(requester: Somebody, payer: Somebody, amount: str = "5.00") -> MoneyRequest:
    return operations.request_money(
        actor=requester.actor, payer=payer.phone, money=parse_amount(amount, CNY), now=clock.now()
    )


def _request_token(payer: Somebody, request: MoneyRequest) -> str:
    quote = operations.quote_request(actor=payer.actor, request_id=request.id, now=clock.now())
    return quote.intent_token


def test_h12_who_was_renamed_can_be_paid_by_a_new_confirmation(make_person: MakePerson) -> None:
    payer, payee = make_person(cny="100.00"), make_person(name="许晴", cny="1.00")
    old = _quote(payer, payee.email).intent_token
    rename(actor=payee.actor, name="许晴雯", now=clock.now())
    assert _send(payer, old).code == "confirmation_void"
    fresh = _send(payer, _quote(payer, payee.email).intent_token)
    assert (fresh.result, _has(payer), _has(payee)) == ("done", "95.00", "6.00")


def test_h12_must_claim_does_not_become_a_payment_to_whoever_took_the_address(
    make_person: MakePerson,
) -> None:
    payer = make_person(cny="100.00")
    later = make_person(cny="1.00")
    quote = _quote(payer, f"{new_uuid()}@later.example")
    intent = unseal(quote.intent_token, str(payer.id))
    assert (quote.arrival, intent.payee) == ("claim", "")
    from okpay.identity.models import Person

    taker = Person.objects.get(id=later.id)
    taker.email = intent.alias
    taker.save(update_fields=["email"])
    assert _send(payer, quote.intent_token).code == "confirmation_void"
    assert (_has(payer), _has(later)) == ("100.00", "1.00")


def test_g14_who_is_named_by_id_keeps_their_address(make_person: MakePerson) -> None:
    payer, payee = make_person(cny="100.00"), make_person(cny="1.00")
    quote = _quote(payer, encode("cus", payee.id))
    intent = unseal(quote.intent_token, str(payer.id))
    assert (intent.alias, quote.payee_alias, intent.payee) == ("", "", str(payee.id))
    assert payee.phone not in repr(quote)
    assert payee.email not in repr(quote)
    assert _send(payer, quote.intent_token).result == "done"


def test_a13_a_request_is_not_paid_by_the_plain_way(make_person: MakePerson) -> None:
    payer, requester = make_person(cny="100.00"), make_person(cny="1.00")
    token = _request_token(payer, _ask(requester, payer))
    with pytest.raises(QuoteExpiredError):
        _send(payer, token)
    assert _has(payer) == "100.00"


def test_a13_two_confirmations_of_one_request_pay_it_once(make_person: MakePerson) -> None:
    payer, requester = make_person(cny="100.00"), make_person(cny="1.00")
    request = _ask(requester, payer)
    tokens = [_request_token(payer, request) for _ in range(2)]
    outcomes = [
        operations.pay_request(
            actor=payer.actor, intent_token=token, payment_password=PIN, now=clock.now()
        )
        for token in tokens
    ]
    assert outcomes[0].record_id == outcomes[1].record_id
    assert (_has(payer), _has(requester)) == ("95.00", "6.00")
    key = operations.intent_key(actor=payer.actor, intent_token=tokens[1])
    found = operations.outcome_of(actor=payer.actor, client_key=key)
    assert found is not None
    assert found.record_id == outcomes[0].record_id


def test_d11_a_request_of_a_frozen_person_is_not_paid_and_stays_open(
    make_person: MakePerson,
) -> None:
    payer, requester = make_person(cny="100.00"), make_person(cny="1.00")
    request = _ask(requester, payer)
    token = _request_token(payer, request)
    operations.freeze_person(
        actor=requester.actor, person_id=requester.id, reason="test", now=clock.now()
    )
    outcome = operations.pay_request(
        actor=payer.actor, intent_token=token, payment_password=PIN, now=clock.now()
    )
    assert isinstance(outcome.error(), PayeeFrozenError)
    request.refresh_from_db()
    assert (request.state, _has(payer)) == (RequestState.OPEN, "100.00")
    operations.unfreeze_person(
        actor=requester.actor, person_id=requester.id, reason="test", now=clock.now()
    )
    again = operations.pay_request(
        actor=payer.actor, intent_token=token, payment_password=PIN, now=clock.now()
    )
    assert (again.result, _has(payer)) == ("done", "95.00")


def test_b6_a_paid_request_whose_note_was_lost_is_never_called_canceled(
    make_person: MakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    payer, requester = make_person(cny="100.00"), make_person(cny="1.00")
    request = _ask(requester, payer)
    with monkeypatch.context() as crash:
        crash.setattr("okpay.payments.operations.requests._paid", lambda *_: None)
        operations.pay_request(
            actor=payer.actor,
            intent_token=_request_token(payer, request),
            payment_password=PIN,
            now=clock.now(),
        )
    request.refresh_from_db()
    assert request.state == RequestState.OPEN
    with pytest.raises(RequestNotOpenError):
        operations.cancel_request(actor=requester.actor, request_id=request.id, now=clock.now())
    request.refresh_from_db()
    assert request.state == RequestState.PAID
    assert request.record is not None


def test_open_requests_to_one_person_are_bounded(make_person: MakePerson) -> None:
    payer, requester = make_person(), make_person()
    for _ in range(MOST_OF_ONE):
        _ask(requester, payer)
    with pytest.raises(TooManyRequestsError):
        _ask(requester, payer)
    assert MoneyRequest.objects.filter(requester=requester.id).count() == MOST_OF_ONE
