"""D11, H7, H11, H12: what asks for a second proof moves only with one for exactly this payment."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection

from okpay.identity import hooks, people
from okpay.identity.caution import Cause, begin
from okpay.identity.errors import CodeExpiredError, CodeWrongError, PaymentPasswordWrongError
from okpay.identity.factors import authenticator_app, passkeys, totp
from okpay.identity.factors.errors import FactorWrongError
from okpay.identity.factors.models import AuthenticatorApp, Passkey
from okpay.identity.factors.queries import Way
from okpay.identity.models import Person
from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from okpay.kernel.money import Money, asset_of, parse_amount
from okpay.payments import intents, operations
from okpay.payments.errors import StepUpRequiredError
from okpay.payments.operations import Proof, confirming
from okpay.wallets.models import Record
from okpay.wallets.queries import balances
from tests.identity.factors.kit import early_in_a_step
from tests.support.people import PIN, MakePerson, Somebody

CNY = asset_of("CNY")
LARGE = "6000.00"
Pair = tuple[Somebody, Somebody]


def yuan(text: str) -> Money:
    return parse_amount(text, CNY)


def quoted(payer: Somebody, payee: Somebody, text: str = LARGE) -> str:
    quote = operations.quote_transfer(
        actor=payer.actor, payee=payee.email, money=yuan(text), now=clock.now()
    )
    return quote.intent_token


def pay(
    payer: Somebody, token: str, proof: Proof | None = None, *, pin: str = PIN, delay: int = 0
) -> operations.Outcome:
    return operations.send_transfer(
        actor=payer.actor, intent_token=token, payment_password=pin, proof=proof, delay=delay,
        now=clock.now(),
    )  # fmt: skip


def has(person: Somebody) -> int:
    return sum(one.posted.minor for one in balances(person.id) if one.asset == CNY)


@pytest.fixture
def texts() -> Iterator[list[str]]:
    """What is sent by SMS while the test runs."""
    sent: list[str] = []
    before = list(hooks.sms_senders)
    hooks.sms_senders[:] = [lambda _phone, text, _purpose: sent.append(text)]
    yield sent
    hooks.sms_senders[:] = before


@pytest.fixture
def pair(make_person: MakePerson) -> Pair:
    return make_person(cny="15000.00"), make_person(name="周晓宁")


def code_for(payer: Somebody, token: str, texts: list[str], *, delay: int = 0) -> str:
    # one code a minute: the earlier ones of a test are an hour old
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE identity_onetimecode SET created_at = created_at - interval '1 hour',"
            " expires_at = expires_at - interval '1 hour' WHERE person_id = %s",
            [payer.id],
        )
    operations.send_payment_code(
        actor=payer.actor, intent_token=token, delay=delay, now=clock.now()
    )
    found = re.search(r"(?<!\d)\d{6}(?!\d)", texts[-1])
    assert found is not None, texts
    return found[0]


def by_sms(code: str) -> Proof:
    return Proof(Way.SMS, code)


def test_d11_a_large_payment_asks_for_a_second_proof(pair: Pair, texts: list[str]) -> None:
    payer, payee = pair
    token = quoted(payer, payee)
    with pytest.raises(StepUpRequiredError) as refused:
        pay(payer, token)
    assert (refused.value.params, has(payee)) == ({"reason": "large", "until": ""}, 0)
    outcome = pay(payer, token, by_sms(code_for(payer, token, texts)))
    assert (outcome.result, has(payee)) == ("done", 600_000)


def test_d11_a_person_never_paid_asks_sooner_than_one_paid_before(
    pair: Pair, texts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    payer, payee = pair
    with pytest.raises(StepUpRequiredError) as refused:
        pay(payer, quoted(payer, payee, "2000.01"))
    assert refused.value.params["reason"] == "new_payee"
    assert pay(payer, quoted(payer, payee, "2000.00")).result == "done"
    with pytest.raises(StepUpRequiredError):  # what was paid a moment ago opens nothing
        pay(payer, quoted(payer, payee, "2000.01"))
    monkeypatch.setattr(confirming, "SETTLES", timedelta(0))
    assert pay(payer, quoted(payer, payee, "2000.01")).result == "done"
    assert (has(payee), texts) == (400_001, [])


def test_h7_while_care_is_taken_every_payment_asks_and_less_may_leave(
    pair: Pair, texts: list[str]
) -> None:
    payer, payee = pair
    begin(person_id=payer.id, cause=Cause.PHONE_CHANGED, now=clock.now())
    small, much = quoted(payer, payee, "1.00"), quoted(payer, payee, "1000.01")
    with pytest.raises(StepUpRequiredError) as refused:
        pay(payer, small)
    assert refused.value.params["reason"] == "careful"
    assert pay(payer, small, by_sms(code_for(payer, small, texts))).result == "done"
    outcome = pay(payer, much, by_sms(code_for(payer, much, texts)))
    limit = {name: outcome.params[name] for name in ("limit", "period", "level")}
    assert (outcome.code, limit) == (
        "limit_exceeded",
        {"limit": "1000.00", "period": "payment", "level": 1},
    )
    assert datetime.fromisoformat(str(outcome.params["until"])) > clock.now()
    assert has(payee) == 100


def test_h7_care_that_begins_after_the_sheet_was_shown_holds(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine asks again, under its own facts: what was looked up before does not count."""
    from okpay.payments.operations import transfers

    payer, payee = pair
    token = quoted(payer, payee, "5.00")

    def confirm_then_begin(**_asked: object) -> bool:
        begin(person_id=payer.id, cause=Cause.NEW_DEVICE, now=clock.now())
        return False

    monkeypatch.setattr(transfers, "confirm", confirm_then_begin)
    outcome = pay(payer, token)
    assert (outcome.result, outcome.code, has(payee)) == ("refused", "step_up_required", 0)
    monkeypatch.undo()
    with pytest.raises(StepUpRequiredError):  # not kept: the same intent may come with a proof
        pay(payer, token)


def test_h11_the_message_names_amount_and_payee_and_pays_nothing_else(
    pair: Pair, texts: list[str]
) -> None:
    payer, payee = pair
    token, dearer = quoted(payer, payee), quoted(payer, payee, "6000.01")
    again = quoted(payer, payee)
    code = code_for(payer, token, texts)
    assert "¥6,000.00" in texts[-1]
    assert "周*宁" in texts[-1]
    for other in (dearer, again):
        with pytest.raises(CodeWrongError):
            pay(payer, other, by_sms(code))
    with pytest.raises(CodeWrongError):  # another arrival is another payment
        pay(payer, token, by_sms(code), delay=7200)
    assert Record.objects.filter(payer=payer.id).count() == 0
    assert pay(payer, token, by_sms(code)).result == "done"


def test_h11_a_code_opens_once_and_not_after_five_minutes(pair: Pair, texts: list[str]) -> None:
    payer, payee = pair
    first = quoted(payer, payee)
    code = code_for(payer, first, texts)
    assert pay(payer, first, by_sms(code)).result == "done"
    assert pay(payer, first, by_sms(code)).result == "done"  # told again, not paid again
    assert has(payee) == 600_000
    second = quoted(payer, payee)
    late = code_for(payer, second, texts)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE identity_onetimecode SET expires_at = now() - interval '1 second'"
            " WHERE person_id = %s",
            [payer.id],
        )
    with pytest.raises(CodeExpiredError):
        pay(payer, second, by_sms(late))
    assert has(payee) == 600_000


def test_h11_the_code_of_somebody_else_pays_nothing(
    pair: Pair, make_person: MakePerson, texts: list[str]
) -> None:
    payer, payee = pair
    other = make_person(cny="9000.00")
    token = quoted(payer, payee)
    code = code_for(other, quoted(other, payee), texts)
    with pytest.raises(DomainError) as refused:
        pay(payer, token, by_sms(code))
    assert (refused.value.code, has(payee)) == ("code_expired", 0)


def test_h12_a_payee_renamed_after_the_proof_makes_it_void(pair: Pair, texts: list[str]) -> None:
    payer, payee = pair
    token = quoted(payer, payee)
    code = code_for(payer, token, texts)
    people.rename(actor=payee.actor, name="李四", now=clock.now())
    outcome = pay(payer, token, by_sms(code))
    assert (outcome.result, outcome.code, has(payee)) == ("refused", "confirmation_void", 0)


def test_a_wrong_payment_password_spends_no_code(pair: Pair, texts: list[str]) -> None:
    payer, payee = pair
    token = quoted(payer, payee)
    code = code_for(payer, token, texts)
    with pytest.raises(PaymentPasswordWrongError):
        pay(payer, token, by_sms(code), pin="730561")
    assert pay(payer, token, by_sms(code)).result == "done"


def enrol_app(person: Somebody, age: timedelta) -> Callable[[], str]:
    """Give a person an authenticator app of some age; returns what shows its code."""
    from okpay.kernel.ids import new_uuid

    secret, row_id = totp.new_secret(), new_uuid()
    AuthenticatorApp.objects.create(
        id=row_id, person_id=person.id, name="app",
        secret=authenticator_app._seal(person.id, row_id, secret),  # noqa: SLF001 — no other way in
        created_at=clock.now() - age, confirmed_at=clock.now() - age,
    )  # fmt: skip

    def show() -> str:
        early_in_a_step()
        return totp.code_at(secret, authenticator_app._step(clock.now()))  # noqa: SLF001 — no other way to a code

    return show


def test_d11_a_code_of_the_app_counts_once(pair: Pair) -> None:
    payer, payee = pair
    show = enrol_app(payer, timedelta(days=3))
    first, second = quoted(payer, payee), quoted(payer, payee)
    code = show()
    assert pay(payer, first, Proof(Way.APP, code)).result == "done"
    with pytest.raises(FactorWrongError):
        pay(payer, second, Proof(Way.APP, code))
    assert has(payee) == 600_000


def test_h7_a_factor_of_today_does_not_count_beside_the_old_phone(pair: Pair) -> None:
    payer, payee = pair
    show = enrol_app(payer, timedelta(hours=1))
    with pytest.raises(FactorWrongError):
        pay(payer, quoted(payer, payee), Proof(Way.APP, show()))
    assert has(payee) == 0


def test_h7_a_phone_moved_today_does_not_count_beside_an_old_factor(
    pair: Pair, texts: list[str]
) -> None:
    payer, payee = pair
    show = enrol_app(payer, timedelta(days=3))
    Person.objects.filter(pk=payer.id).update(phone_changed_at=clock.now())
    token = quoted(payer, payee)
    with pytest.raises(StepUpRequiredError):
        operations.send_payment_code(actor=payer.actor, intent_token=token, now=clock.now())
    assert pay(payer, token, Proof(Way.APP, show())).result == "done"
    assert texts == []


@pytest.fixture
def signed(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What passkeys were asked to sign; the answer "yes" signs, another does not."""
    challenges: list[bytes] = []

    def finish(*, person_id: object, challenge: bytes, response: str, now: datetime) -> None:
        challenges.append(challenge)
        if response != "yes":
            raise FactorWrongError

    monkeypatch.setattr(passkeys, "finish", finish)
    return challenges


def passkey_of(person: Somebody) -> None:
    Passkey.objects.create(
        person_id=person.id, name="phone", credential_id=person.id.bytes, public_key=b"x",
        sign_count=0, created_at=clock.now() - timedelta(days=2),
    )  # fmt: skip


def test_h11_a_passkey_signs_the_hash_of_this_intent_and_this_arrival(
    pair: Pair, signed: list[bytes]
) -> None:
    payer, payee = pair
    passkey_of(payer)
    token = quoted(payer, payee)
    assert pay(payer, token, Proof(Way.PASSKEY, "yes"), delay=7200).result == "done"
    intent = intents.unseal(token, str(payer.id))
    assert signed == [intent.digest(7200)]
    assert len({intent.digest(), intent.digest(7200), *signed}) == 2


def test_a_passkey_stands_for_the_payment_password_where_no_second_proof_is_asked(
    pair: Pair, signed: list[bytes]
) -> None:
    payer, payee = pair
    passkey_of(payer)
    assert (
        pay(payer, quoted(payer, payee, "5.00"), Proof(Way.PASSKEY, "yes"), pin="").result == "done"
    )
    for text, answer in (("5.00", "no"), (LARGE, "yes")):
        with pytest.raises(DomainError):
            pay(payer, quoted(payer, payee, text), Proof(Way.PASSKEY, answer), pin="")
    assert has(payee) == 500
