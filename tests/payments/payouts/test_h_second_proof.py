"""D11, H7, H11, H12: one second proof for a whole list, bound to exactly that list."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection

from okpay.identity import people
from okpay.identity.caution import Cause, begin
from okpay.identity.errors import CodeExpiredError, CodeWrongError, PaymentPasswordWrongError
from okpay.identity.factors.errors import FactorWrongError
from okpay.identity.factors.queries import Way
from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from okpay.payments.errors import QuoteExpiredError, StepUpRequiredError
from okpay.payments.operations import Proof, confirming_lists
from okpay.payments.operations import payouts as operations
from okpay.payments.payouts import intents
from okpay.payments.payouts.models import Payout
from okpay.payments.payouts.states import PayoutState
from okpay.payments.payouts.wishes import RawLine, Wish, read_wish
from tests.payments.payouts.lists import draft, outcomes, posted, quote, run, start
from tests.payments.test_h_second_proof import by_sms, enrol_app, passkey_of, signed, texts
from tests.support.people import PIN, MakePerson, Somebody

__all__ = ["signed", "texts"]
Trio = tuple[Somebody, Somebody, Somebody]


@pytest.fixture
def trio(make_person: MakePerson) -> Trio:
    return (
        make_person(cny="19000.00", usd="900.00"),
        make_person(name="周晓宁"),
        make_person("许清"),
    )


def a_list(*lines: tuple[Somebody, str, str]) -> Wish:
    rows = [
        RawLine(f"r{n}", who.email, amount, code) for n, (who, amount, code) in enumerate(lines)
    ]
    return read_wish(rows)


def large(trio: Trio, first: str = "2500.00") -> tuple[UUID, str]:
    """A list that is large as a whole, and by which two people get much who were never paid."""
    payer, one, other = trio
    payout_id = draft(payer, a_list((one, first, "CNY"), (other, "3500.00", "CNY")))
    return payout_id, quote(payer, payout_id).intent_token


def confirm(payer: Somebody, token: str, proof: Proof | None = None, *, pin: str = PIN) -> UUID:
    return operations.confirm_payout(
        actor=payer.actor, intent_token=token, payment_password=pin, proof=proof, now=clock.now()
    )


def code_for(payer: Somebody, token: str, texts: list[str]) -> str:
    with connection.cursor() as cursor:  # one code a minute: the earlier ones are an hour old
        cursor.execute(
            "UPDATE identity_onetimecode SET created_at = created_at - interval '1 hour',"
            " expires_at = expires_at - interval '1 hour' WHERE person_id = %s",
            [payer.id],
        )
    confirming_lists.send_list_code(actor=payer.actor, intent_token=token, now=clock.now())
    return texts[-1].partition("：")[2].split()[0]


def state(payout_id: UUID) -> int:
    return int(Payout.objects.get(id=payout_id).state)


def test_d11_a_large_list_to_new_people_is_paid_with_one_second_proof(
    trio: Trio, texts: list[str]
) -> None:
    payer, one, other = trio
    payout_id, token = large(trio)
    asked = quote(payer, payout_id).asked
    assert asked is not None
    assert (asked.reason, asked.passkey) == ("large", False)
    with pytest.raises(StepUpRequiredError) as refused:
        confirm(payer, token)
    assert (refused.value.params["reason"], state(payout_id)) == ("large", PayoutState.RECEIVED)
    code = code_for(payer, token, texts)
    shown = quote(payer, payout_id)
    total = shown.head.sums[0].money + shown.head.sums[0].fee
    assert all(part in texts[-1] for part in (total.phrase(), "2 笔", shown.check_code))
    assert [confirm(payer, token, by_sms(code)) for _ in range(2)] == [payout_id] * 2
    assert run(payout_id)
    assert outcomes(payout_id) == [("DONE", "")] * 2
    assert (posted(one), posted(other)) == ("2500.00", "3500.00")


def test_d11_what_a_proven_list_paid_does_not_count_for_the_next_one(
    trio: Trio, texts: list[str]
) -> None:
    payer, one, _other = trio
    payout_id, token = large(trio)
    confirm(payer, token, by_sms(code_for(payer, token, texts)))
    small = draft(payer, a_list((one, "2000.00", "CNY")))
    assert confirm(payer, quote(payer, small).intent_token) == small  # while it is still to be paid
    assert run(payout_id)
    assert run(small)
    with pytest.raises(StepUpRequiredError):
        start(payer, a_list((one, "0.01", "CNY")))
    assert posted(one) == "4500.00"


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([(1, "2000.01", "CNY")], "new_payee"),
        ([(1, "2000.00", "CNY"), (2, "2000.00", "CNY")], ""),
        ([(1, "2000.00", "CNY"), (2, "2000.00", "CNY"), (2, "0.01", "CNY")], "new_payee"),
        ([(1, "1700.00", "CNY"), (2, "1700.00", "CNY"), (0, "1600.01", "CNY")], "large"),
        ([(1, "1000.00", "CNY"), (1, "150.00", "USD")], ""),
        ([(1, "1000.00", "CNY"), (1, "150.01", "USD")], "new_payee"),
    ],
)
def test_d11_a_list_asks_twice_where_it_is_large_or_much_for_somebody_new(
    trio: Trio, lines: list[tuple[int, str, str]], reason: str
) -> None:
    payout_id = draft(trio[0], a_list(*((trio[n], amount, code) for n, amount, code in lines)))
    asked = quote(trio[0], payout_id).asked
    assert asked is not None
    assert asked.reason == reason


def test_h11_the_proof_of_one_list_confirms_no_other(trio: Trio, texts: list[str]) -> None:
    payer, *_ = trio
    first, token = large(trio)
    others = [large(trio), large(trio, "2500.01")]
    code = code_for(payer, token, texts)
    for other, other_token in others:
        with pytest.raises(CodeWrongError):
            confirm(payer, other_token, by_sms(code))
        assert state(other) == PayoutState.RECEIVED
    assert confirm(payer, token, by_sms(code)) == first


def test_h11_nor_is_it_of_somebody_else_nor_late_nor_without_the_payment_password(
    trio: Trio, make_person: MakePerson, texts: list[str]
) -> None:
    payer, *_ = trio
    payout_id, token = large(trio)
    thief = make_person("Thief", cny="9.00")
    with pytest.raises(QuoteExpiredError):
        confirming_lists.send_list_code(actor=thief.actor, intent_token=token, now=clock.now())
    code = code_for(payer, token, texts)
    with pytest.raises(QuoteExpiredError):
        confirm(thief, token, by_sms(code))
    with pytest.raises(PaymentPasswordWrongError):
        confirm(payer, token, by_sms(code), pin="730561")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE identity_onetimecode SET expires_at = now() - interval '1 second'"
            " WHERE person_id = %s",
            [payer.id],
        )
    with pytest.raises(CodeExpiredError):
        confirm(payer, token, by_sms(code))
    assert state(payout_id) == PayoutState.RECEIVED


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE payments_payoutline SET amount = amount + 1 WHERE payout = %s AND number = 1",
        "UPDATE payments_payoutline SET payee = NULL, alias = 'x@y.example' WHERE payout = %s",
        "UPDATE payments_payoutline SET memo = 'else' WHERE payout = %s AND number = 2",
        "DELETE FROM payments_payoutline WHERE payout = %s AND number = 2",
        "UPDATE payments_payoutsum SET fee = fee + 1 WHERE payout = %s",
        "UPDATE payments_payoutsum SET asset = 840 WHERE payout = %s",
        "UPDATE payments_payout SET count = count + 1 WHERE id = %s",
        "UPDATE payments_payout SET fingerprint = gen_random_uuid() WHERE id = %s",
    ],
)
def test_h11_a_line_sum_or_fee_that_changes_after_the_proof_makes_it_void(
    trio: Trio, texts: list[str], owner_connection: psycopg.Connection[Any], change: str
) -> None:
    payer, *_ = trio
    payout_id, token = large(trio)
    code = code_for(payer, token, texts)
    owner_connection.execute(change, [payout_id])
    with pytest.raises(QuoteExpiredError):
        confirm(payer, token, by_sms(code))
    assert (state(payout_id), posted(payer)) == (PayoutState.RECEIVED, "19000.00")


def test_h12_a_payee_renamed_after_the_proof_is_not_paid_and_the_others_are(
    trio: Trio, texts: list[str]
) -> None:
    payer, one, other = trio
    payout_id, token = large(trio)
    confirm(payer, token, by_sms(code_for(payer, token, texts)))
    people.rename(actor=one.actor, name="李四", now=clock.now())
    assert run(payout_id)
    assert outcomes(payout_id) == [("REFUSED", "confirmation_void"), ("DONE", "")]
    assert (posted(one), posted(other)) == ("0.00", "3500.00")


def test_h11_a_passkey_signs_the_hash_of_this_list(trio: Trio, signed: list[bytes]) -> None:
    payer, *_ = trio
    passkey_of(payer)
    payout_id, token = large(trio)
    intent = intents.unseal(token, str(payer.id))
    with pytest.raises(FactorWrongError):
        confirm(payer, token, Proof(Way.PASSKEY, "no"))
    with pytest.raises(DomainError):  # it does not stand for the payment password here
        confirm(payer, token, Proof(Way.PASSKEY, "yes"), pin="")
    assert confirm(payer, token, Proof(Way.PASSKEY, "yes")) == payout_id
    assert set(signed) == {intent.digest()}


def test_a_passkey_stands_for_the_payment_password_of_a_small_list(
    trio: Trio, signed: list[bytes]
) -> None:
    payer, one, _other = trio
    passkey_of(payer)
    payout_id = draft(payer, a_list((one, "5.00", "CNY")))
    token = quote(payer, payout_id).intent_token
    assert confirm(payer, token, Proof(Way.PASSKEY, "yes"), pin="") == payout_id
    row = Payout.objects.get(id=payout_id)
    assert (row.proven, len(signed)) == (False, 1)


def test_h7_while_care_is_taken_a_list_is_confirmed_twice_and_keeps_the_lower_limits(
    trio: Trio,
) -> None:
    payer, one, other = trio
    show = enrol_app(payer, timedelta(days=3))
    begin(person_id=payer.id, cause=Cause.PHONE_CHANGED, now=clock.now())
    payout_id = draft(payer, a_list((one, "600.00", "CNY"), (other, "600.00", "CNY")))
    token = quote(payer, payout_id).intent_token
    with pytest.raises(StepUpRequiredError) as refused:
        confirm(payer, token)
    assert refused.value.params["reason"] == "careful"
    confirm(payer, token, Proof(Way.APP, show()))
    assert run(payout_id)
    assert outcomes(payout_id) == [("DONE", ""), ("REFUSED", "limit_exceeded")]
