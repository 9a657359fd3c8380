"""Decide what is set aside and what moves between a wallet and a payee or the house. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from okpay.ledger.chart import HOUSE, AccountKind, TransferCode
from okpay.payments.engine import book
from okpay.payments.engine.commands import Hold, Move, Outcome
from okpay.payments.engine.decide_limits import count_out, over_limit, too_poor
from okpay.payments.engine.decide_shared import CODES, child_id, refused, words
from okpay.payments.engine.state import HoldRow, RecordRow
from okpay.wallets.models import RecordKind
from okpay.wallets.states import RecordState

if TYPE_CHECKING:
    from okpay.payments.engine.state import AccountState, BatchState


def hold(state: BatchState, command: Hold) -> Outcome:
    """Set money aside; it stays its owner's until it is captured, voided or too late."""
    wallet = state.accounts.get((command.owner, command.asset, AccountKind.WALLET))
    target = _target(state, command)
    stop = _may_not_leave(state, command, wallet, target, command.amount)
    if stop is not None:
        return stop
    if command.deadline <= state.now:
        return refused("quote_expired")
    assert wallet is not None  # noqa: S101 — asked in _may_not_leave
    assert target is not None  # noqa: S101 — the same
    if command.payee:
        count_out(wallet, state, command.amount)
    writes, code = state.writes, CODES[command.kind]
    book.hold(writes, wallet, target, command.amount, id_=command.record, code=code)
    writes.holds.append(
        HoldRow(
            command.record, wallet.id, target.id, command.asset, command.amount,
            command.reason, command.resolver, command.deadline, "",
        )
    )  # fmt: skip
    writes.records.append(_record(command, RecordState.PENDING, command.owner, 0))
    writes.events.append((command.record, RecordState.PENDING, command.reason))
    writes.news.append((command.record, "pending"))
    outcome = _outcome(state, command, RecordState.PENDING, wallet)
    outcome.reason, outcome.deadline = command.reason, command.deadline
    return outcome


def move(state: BatchState, command: Move) -> Outcome:
    """Move money at once between a wallet, a payee and the house."""
    key = HOUSE if command.source else command.owner
    source = state.accounts.get((key, command.asset, command.source or AccountKind.WALLET))
    target = _target(state, command)
    borne_by_payee = command.kind == RecordKind.PURCHASE or bool(command.source)
    asked = command.amount + (0 if borne_by_payee else command.fee)
    stop = _may_not_leave(state, command, source, target, asked)
    if stop is not None:
        return stop
    if command.fee and not (command.payee if borne_by_payee else not command.source):
        return refused("confirmation_void")  # nobody is there to bear the fee
    assert source is not None  # noqa: S101 — asked in _may_not_leave
    assert target is not None  # noqa: S101 — the same
    if command.payee and not command.source:
        count_out(source, state, command.amount)
    book.post(
        state.writes, source, target, command.amount, id_=command.record, code=CODES[command.kind]
    )
    if command.fee:
        fees = state.accounts[HOUSE, command.asset, AccountKind.FEES]
        book.post(
            state.writes, target if borne_by_payee else source, fees, command.fee,
            id_=child_id(command.record, 1), code=TransferCode.FEE, linked=command.record,
        )  # fmt: skip
    payer = "" if command.source else command.owner
    state.writes.records.append(_record(command, RecordState.COMPLETED, payer, command.fee))
    state.writes.news.append((command.record, "recorded"))
    return _outcome(state, command, RecordState.COMPLETED, source)


def _target(state: BatchState, command: Hold | Move) -> AccountState | None:
    key = command.payee or HOUSE
    kind = AccountKind.WALLET if command.payee else command.house
    return state.accounts.get((key, command.asset, kind))


def _may_not_leave(
    state: BatchState,
    command: Hold | Move,
    source: AccountState | None,
    target: AccountState | None,
    asked: int,
) -> Outcome | None:
    """Return the first refusal that applies, or None. The house's accounts know only floors."""
    if source is None:
        return refused("currency_not_held", currency=words(command.asset, 0)[1])
    if source.frozen_out:
        return refused("account_frozen")
    if target is None or (command.payee and command.payee not in state.people):
        return refused("payee_not_found")
    if target is source:
        return refused("payee_is_self")
    if target.frozen_in:
        return refused("payee_frozen")
    poor = None if source.floor is None else too_poor(source, asked)
    to_others = source.kind == AccountKind.WALLET and command.payee
    return (over_limit(state, source, command.amount) if to_others else None) or poor


def _record(command: Hold | Move, state: RecordState, payer: str, fee: int) -> RecordRow:
    return RecordRow(
        command.record, command.kind, state, command.asset, command.amount, fee,
        payer or None, command.payee or None, command.label, command.memo, command.channel,
        completed=state == RecordState.COMPLETED,
    )  # fmt: skip


def _outcome(
    state: BatchState, command: Hold | Move, became: RecordState, source: AccountState
) -> Outcome:
    payee = state.people.get(command.payee)
    return Outcome(
        record=command.record,
        state=became,
        payee=command.payee,
        payee_name=payee.name if payee is not None else "",
        asset=command.asset,
        amount=command.amount,
        fee=command.fee if type(command) is Move else 0,
        memo=command.memo,
        at=state.now,
        balance=source.posted - source.held if source.kind == AccountKind.WALLET else None,
    )
