"""What must be asked before money leaves a wallet, and what is counted when it does. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from okpay.limits.levels import limit_of
from okpay.limits.rules import day_and_month, passed_limit
from okpay.limits.twice import asked_twice
from okpay.payments.engine.decide_shared import refused, words
from okpay.payments.engine.state import NOBODY

if TYPE_CHECKING:
    from datetime import datetime

    from okpay.identity.caution.care import Care
    from okpay.payments.engine.commands import Outcome, Send
    from okpay.payments.engine.state import AccountState, BatchState, PayerFacts


def over_limit(state: BatchState, wallet: AccountState, amount: int) -> Outcome | None:
    """Refuse what would pass a limit of one payment, the day or the month, and say whose it is."""
    care, payer = _standing(state, wallet.owner)
    careful = care is not None
    limit = limit_of(asset=wallet.asset, level=payer.level, careful=careful, region=payer.region)
    spent_day = wallet.out_day_sum if wallet.out_day >= state.day else 0
    spent_month = wallet.out_month_sum if wallet.out_month >= state.month else 0
    passed = passed_limit(limit=limit, amount=amount, spent_day=spent_day, spent_month=spent_month)
    if passed is None:
        return None
    text, currency = words(wallet.asset, passed.limit)
    until = care.until.isoformat() if care is not None else ""
    return refused(
        "limit_exceeded", limit=text, currency=currency, period=passed.period, level=payer.level,
        until=until,
    )  # fmt: skip


def unproven(state: BatchState, wallet: AccountState, command: Send) -> Outcome | None:
    """Refuse what asks for a second proof: see `limits.twice`."""
    care, payer = _standing(state, wallet.owner)
    reason = asked_twice(
        asset=wallet.asset, amount=command.amount, level=payer.level, region=payer.region,
        care=care, token_made_at=command.token_made_at, now=state.now,
    )  # fmt: skip
    if not reason:
        return None
    until = care.until.isoformat() if care is not None and reason == "careful" else ""
    return refused("step_up_required", reason=reason, until=until)


def _standing(state: BatchState, owner: str) -> tuple[Care | None, PayerFacts]:
    """The care that is taken of this payer now, and what is known of them."""
    payer = state.payers.get(owner, NOBODY)
    care = payer.care
    return (care if care is not None and care.until > state.now else None), payer


def too_poor(wallet: AccountState, amount: int) -> Outcome | None:
    """Refuse what is more than posted less held."""
    short = amount - wallet.available()
    if short <= 0:
        return None
    text, currency = words(wallet.asset, short)
    return refused("insufficient_funds", short=text, currency=currency)


def count_out(wallet: AccountState, state: BatchState, amount: int) -> None:
    """Add to what left the wallet today and this month; a new day or month starts at zero.

    A clock that was set back does not: the later day keeps its count.
    """
    if wallet.out_day < state.day:
        wallet.out_day, wallet.out_day_sum = state.day, 0
    if wallet.out_month < state.month:
        wallet.out_month, wallet.out_month_sum = state.month, 0
    wallet.out_day_sum += amount
    wallet.out_month_sum += amount


def uncount(wallet: AccountState, amount: int, made_at: datetime) -> None:
    """Take money that came back out of the count of the day and month that it was counted in."""
    day, month = day_and_month(made_at)
    if wallet.out_day == day:
        wallet.out_day_sum = max(0, wallet.out_day_sum - amount)
    if wallet.out_month == month:
        wallet.out_month_sum = max(0, wallet.out_month_sum - amount)
