"""Lists of payments for tests, and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from okpay.kernel import clock
from okpay.payments.operations import payouts as operations
from okpay.payments.payouts import queries
from okpay.payments.payouts.wishes import RawLine, Wish, read_wish
from okpay.wallets.queries import balances
from tests.support.people import Somebody

Outcomes = list[tuple[str, str]]


def a_list(payees: Sequence[Somebody | str], amount: str = "1.00", **more: Any) -> Wish:
    who = [one if isinstance(one, str) else one.email for one in payees]
    return read_wish([RawLine(f"r{n}", one, amount, "CNY") for n, one in enumerate(who)], **more)


def start(payer: Somebody, wish: Wish, key: str = "") -> UUID:
    return operations.start_payout(
        actor=payer.via("api"), wish=wish, client_key=key or str(uuid4()), now=clock.now()
    ).payout_id


def run(payout_id: UUID) -> bool:
    return operations.run_payout(payout_id=payout_id, now=clock.now())


def outcomes(payout_id: UUID) -> Outcomes:
    return [(one.outcome.name, one.code) for one in queries.all_lines(payout_id)]


def posted(somebody: Somebody) -> str:
    return next((one.posted.decimal_string() for one in balances(somebody.id)), "0")


def draft(payer: Somebody, wish: Wish) -> UUID:
    return operations.draft_payout(actor=payer.actor, wish=wish, now=clock.now()).payout_id


def confirm(payer: Somebody, token: str, pin: str = "") -> UUID:
    return operations.confirm_payout(
        actor=payer.actor, intent_token=token, payment_password=pin or payer.pin, now=clock.now()
    )


def quote(payer: Somebody, payout_id: UUID) -> operations.PayoutQuote:
    return operations.quote_payout(actor=payer.actor, payout_id=payout_id, now=clock.now())
