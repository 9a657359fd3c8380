"""Decide a payment between people. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from okpay.fees.rules import transfer_fee
from okpay.ledger.chart import HOUSE, AccountKind, TransferCode
from okpay.payments.engine import book
from okpay.payments.engine.commands import Outcome, Send
from okpay.payments.engine.decide_limits import count_out, over_limit, too_poor, unproven
from okpay.payments.engine.decide_shared import DELAYED, child_id, refused, words
from okpay.payments.engine.state import HoldRow, RecordRow
from okpay.wallets.models import RecordKind
from okpay.wallets.states import RecordState

if TYPE_CHECKING:
    from okpay.payments.engine.state import AccountState, BatchState

CLAIM_FOR: Final = timedelta(days=7)
FROZEN_FOR: Final = timedelta(days=7)
_RESOLVERS: Final = {"payee_unregistered": "payee", DELAYED: "clock"}


def send(state: BatchState, command: Send) -> Outcome:
    """Refuse, hold, or move the money at once."""
    wallet = state.accounts.get((command.owner, command.asset, AccountKind.WALLET))
    if wallet is None:
        return refused("currency_not_held", currency=words(command.asset, 0)[1])
    payee = command.payee or state.aliases.get(command.alias, "")
    stop = _may_not(state, command, wallet, payee)
    if stop is not None:
        return stop
    if not payee:
        return _wait(state, command, wallet, None, "payee_unregistered")
    target = state.accounts[payee, command.asset, AccountKind.WALLET]
    if target.frozen_in and command.must_arrive:
        return refused("payee_frozen")
    if target.frozen_in or (command.delay and not command.must_arrive):
        reason = "payee_frozen" if target.frozen_in else DELAYED
        return _wait(state, command, wallet, target, reason)
    return _now(state, command, wallet, target)


def _may_not(state: BatchState, command: Send, wallet: AccountState, payee: str) -> Outcome | None:
    """Return the first refusal that applies, or None."""
    if wallet.frozen_out:
        return refused("account_frozen")
    if payee not in state.people if payee else not command.invite:
        return refused("payee_not_found")
    if payee == command.owner:
        return refused("payee_is_self")
    if _changed(state, command, payee):
        return refused("confirmation_void")
    return (
        over_limit(state, wallet, command.amount)
        or too_poor(wallet, command.amount + command.fee)
        or (None if command.proven else unproven(state, wallet, command))
    )


def _changed(state: BatchState, command: Send, payee: str) -> bool:
    """Whether the fee, or who the payee is, is no longer what the payer confirmed.

    Somebody who confirmed "they must claim it" has confirmed nobody: an address that has an owner
    by now is another payee.
    """
    if command.fee != transfer_fee(command.amount):
        return True
    if not payee or not command.bound:
        return False
    return state.people[payee].version != command.expect_version


def _now(state: BatchState, command: Send, wallet: AccountState, target: AccountState) -> Outcome:
    """Move the money at once; both sides are told."""
    count_out(wallet, state, command.amount)
    writes = state.writes
    record = command.record
    book.post(writes, wallet, target, command.amount, id_=record, code=TransferCode.P2P)
    if command.fee:
        fees = state.accounts[HOUSE, command.asset, AccountKind.FEES]
        book.post(
            writes, wallet, fees, command.fee,
            id_=child_id(record, 1), code=TransferCode.FEE, linked=record,
        )  # fmt: skip
    writes.records.append(_record(command, RecordState.COMPLETED, target.owner))
    writes.news.append((record, "recorded"))
    return Outcome(
        record=record,
        state=RecordState.COMPLETED,
        payee=target.owner,
        payee_name=state.people[target.owner].name,
        asset=command.asset,
        amount=command.amount,
        fee=command.fee,
        memo=command.memo,
        at=state.now,
        balance=wallet.posted - wallet.held,
    )


def _wait(
    state: BatchState,
    command: Send,
    wallet: AccountState,
    target: AccountState | None,
    reason: str,
) -> Outcome:
    """Hold the money on the sender's account until the payee can have it, or the deadline.

    With its fee: who could pay it when it was confirmed can pay it when the money arrives.
    """
    credit = target or state.accounts[HOUSE, command.asset, AccountKind.CLAIMS]
    count_out(wallet, state, command.amount)
    deadline = state.now + _how_long(command, target, reason)
    writes = state.writes
    whole = command.amount + command.fee
    book.hold(writes, wallet, credit, whole, id_=command.record, code=TransferCode.P2P)
    writes.holds.append(
        HoldRow(
            command.record, wallet.id, credit.id, command.asset, whole,
            reason, _RESOLVERS.get(reason, "support"), deadline, command.alias,
            command.alias_sealed,
        )
    )  # fmt: skip
    payee = "" if target is None else target.owner
    writes.records.append(_record(command, RecordState.PENDING, payee or None))
    writes.events.append((command.record, RecordState.PENDING, reason))
    writes.news.append((command.record, "pending"))
    return Outcome(
        record=command.record,
        state=RecordState.PENDING,
        payee=payee,
        payee_name=state.people[payee].name if payee else "",
        asset=command.asset,
        amount=command.amount,
        fee=command.fee,
        memo=command.memo,
        reason=reason,
        deadline=deadline,
        at=state.now,
        balance=wallet.posted - wallet.held,
    )


def _how_long(command: Send, target: AccountState | None, reason: str) -> timedelta:
    if reason == DELAYED:
        return timedelta(seconds=command.delay)
    return CLAIM_FOR if target is None else FROZEN_FOR


def _record(command: Send, state: RecordState, payee: str | None) -> RecordRow:
    return RecordRow(
        command.record, RecordKind.TRANSFER, state, command.asset, command.amount, command.fee,
        command.owner, payee, command.alias_shown if payee is None else "", command.memo,
        command.channel, completed=state == RecordState.COMPLETED,
    )  # fmt: skip
