"""Sending money for the tests of the explorer."""

from __future__ import annotations

from uuid import UUID

from okpay.kernel import clock
from okpay.kernel.ids import new_uuid
from okpay.kernel.money import asset_of, parse_amount
from okpay.payments import operations as payments
from tests.support.people import PIN, Somebody


def send_to_nobody(payer: Somebody, amount: str) -> UUID:
    """Pay an address that nobody has yet; return the record that waits."""
    quote = payments.quote_transfer(
        actor=payer.actor,
        payee=f"{new_uuid().hex}@else.example",
        money=parse_amount(amount, asset_of("CNY")),
        now=clock.now(),
    )
    outcome = payments.send_transfer(
        actor=payer.actor, intent_token=quote.intent_token, payment_password=PIN, now=clock.now()
    )
    assert outcome.result == "done", outcome
    assert outcome.record_id is not None
    return outcome.record_id
