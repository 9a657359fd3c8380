"""Decide what goes back of a payment that has arrived. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from okpay.ledger.chart import HOUSE, AccountKind, TransferCode
from okpay.payments.engine import book
from okpay.payments.engine.commands import Outcome, Refund
from okpay.payments.engine.decide_limits import too_poor
from okpay.payments.engine.decide_shared import refused, unusable, words
from okpay.payments.engine.state import RecordRow
from okpay.wallets.models import RecordKind
from okpay.wallets.states import RecordState

if TYPE_CHECKING:
    from okpay.payments.engine.state import AccountKey, AccountState, BatchState, OriginalFacts

# What a payee may give back, and what only the system may take back (a card's chargeback).
_BY_PAYEE: Final = frozenset({RecordKind.TRANSFER, RecordKind.PURCHASE})
_BY_SYSTEM: Final = _BY_PAYEE | {RecordKind.TOP_UP}


def sides(kind: int, asset: int, payer: str, payee: str) -> tuple[AccountKey, AccountKey]:
    """Where a refund takes money from and where it goes: the way it came, backwards."""
    back: AccountKey = (payer, asset, AccountKind.WALLET)
    if kind == RecordKind.TOP_UP:
        back = (HOUSE, asset, AccountKind.ACQUIRER)
    return (payee, asset, AccountKind.WALLET), back


def refund(state: BatchState, command: Refund) -> Outcome:
    """Give back at once, at most what arrived and has not gone back; fees stay where they are.

    The money lands also in a frozen wallet: it is its owner's own, and cannot leave from there.
    """
    original = state.originals.get(command.original)
    if original is None or not _concerns(command, original):
        return refused("transfer_not_found")
    wallet, target = _accounts(state, original)
    stop = _may_not(command, original, wallet, target)
    if stop is not None:
        return stop
    assert wallet is not None  # noqa: S101 — asked in _may_not
    assert target is not None  # noqa: S101 — the same
    writes = state.writes
    book.post(writes, wallet, target, command.amount, id_=command.record, code=TransferCode.REFUND)
    writes.records.append(_record(command, original))
    writes.refunds.append((command.record, original.record))
    writes.news.append((command.record, "recorded"))
    state.originals[original.record] = replace(
        original, refunded=original.refunded + command.amount
    )
    payer = state.people.get(original.payer)
    return Outcome(
        record=command.record,
        state=RecordState.COMPLETED,
        payee=original.payer,
        payee_name=payer.name if payer is not None else "",
        asset=original.asset,
        amount=command.amount,
        memo=command.memo,
        at=state.now,
        balance=wallet.posted - wallet.held,
    )


def _concerns(command: Refund, original: OriginalFacts) -> bool:
    """Whether whoever asks may know of this record: who received it, and the system."""
    return command.owner in {original.payee, ""}


def _accounts(
    state: BatchState, original: OriginalFacts
) -> tuple[AccountState | None, AccountState | None]:
    wallet, back = sides(original.kind, original.asset, original.payer, original.payee)
    return state.accounts.get(wallet), state.accounts.get(back)


def _may_not(
    command: Refund,
    original: OriginalFacts,
    wallet: AccountState | None,
    target: AccountState | None,
) -> Outcome | None:
    """Return the first refusal that applies, or None."""
    kinds = _BY_PAYEE if command.owner else _BY_SYSTEM
    arrived = original.state == RecordState.COMPLETED and original.kind in kinds
    if not arrived or wallet is None or target is None or wallet is target:
        return refused("not_refundable")
    stop = unusable(original.asset, command.amount)
    if stop is not None:
        return stop
    if command.owner and wallet.frozen_out:
        return refused("account_frozen")
    left = original.arrived - original.refunded
    if left <= 0:
        return refused("not_refundable")
    if command.amount > left:
        text, currency = words(original.asset, left)
        return refused("refund_too_large", left=text, currency=currency)
    return too_poor(wallet, command.amount)


def _record(command: Refund, original: OriginalFacts) -> RecordRow:
    return RecordRow(
        command.record, RecordKind.REFUND, RecordState.COMPLETED, original.asset, command.amount,
        0, original.payee, original.payer or None, "", command.memo, command.channel,
        completed=True,
    )  # fmt: skip
