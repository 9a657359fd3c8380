"""Decide how a pending transfer or a hold ends. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from okpay.kernel.money import BY_NUMBER
from okpay.ledger.chart import HOUSE, AccountKind, HoldState, TransferCode
from okpay.payments.engine import book
from okpay.payments.engine.commands import Outcome, Resolve
from okpay.payments.engine.decide_limits import uncount
from okpay.payments.engine.decide_shared import CODES, DELAYED, child_id, refused, words
from okpay.payments.engine.state import EndRow
from okpay.wallets.models import RecordKind
from okpay.wallets.states import ENDS_OF_HOLD, ENDS_OF_TRANSFER, RecordState

if TYPE_CHECKING:
    from datetime import datetime

    from okpay.payments.engine.state import AccountState, BatchState, HoldFacts

GIVE_UP: Final = timedelta(days=7)
_HOLD_STATES: Final = {
    RecordState.COMPLETED: HoldState.POSTED,
    RecordState.CANCELED: HoldState.VOIDED,
    RecordState.DECLINED: HoldState.VOIDED,
    RecordState.EXPIRED: HoldState.EXPIRED,
}


def resolve(state: BatchState, command: Resolve) -> Outcome:
    """Let the money arrive, or give it back; exactly one end for each hold."""
    hold = state.holds.get(command.record)
    if hold is None:
        return refused("transfer_not_found")
    ends = ENDS_OF_TRANSFER if hold.kind == RecordKind.TRANSFER else ENDS_OF_HOLD
    if command.way not in ends or not _concerns(state, command, hold):
        return refused("transfer_not_found")
    end = EndRow(hold.record, ends[command.way], None)
    arrives = end.state == RecordState.COMPLETED
    if not hold.open or hold.record_state != RecordState.PENDING:
        return refused("transfer_not_pending", state=hold.record_state)
    if not _in_time(command, hold, state.now, arrives=arrives):
        return refused("transfer_not_pending", state=hold.record_state)
    if arrives:
        return _let_arrive(state, command, hold, end)
    return _give_back(state, command, hold, end)


def _in_time(command: Resolve, hold: HoldFacts, now: datetime, *, arrives: bool) -> bool:
    """Whether this end may come now: what waits for somebody, before its deadline; then it returns.

    What was delayed by its payer arrives at its deadline. It returns by itself only when it could
    not arrive for `GIVE_UP` more, because a side is frozen.
    """
    due = hold.deadline <= now
    if hold.reason == DELAYED:
        return due if arrives else command.way != "expire" or hold.deadline + GIVE_UP <= now
    return not due if arrives else command.way != "expire" or due


def _concerns(state: BatchState, command: Resolve, hold: HoldFacts) -> bool:
    """Whether the person may know of this transfer at all; the system may always."""
    if command.way in {"expire", "capture", "void"}:
        return command.owner in {"" if command.way == "expire" else hold.payee, ""}
    if command.way == "release":
        return command.owner == "" and bool(hold.payee)
    if command.way == "cancel":
        return command.owner == hold.payer
    if hold.payee:
        return command.owner == hold.payee
    return command.owner != hold.payer and _is_invited(state, command, hold)


def _is_invited(state: BatchState, command: Resolve, hold: HoldFacts) -> bool:
    person = state.people.get(command.owner)
    return person is not None and bool(hold.alias) and hold.alias in {person.email, person.phone}


def _give_back(state: BatchState, command: Resolve, hold: HoldFacts, end: EndRow) -> Outcome:
    wallet = state.by_id[hold.account]
    book.release(
        state.writes, wallet, hold.credit_account, hold.amount,
        id_=child_id(hold.record, 2), code=CODES[hold.kind], pending=hold.record,
        expired=command.way == "expire",
    )  # fmt: skip
    if hold.payee or hold.kind == RecordKind.TRANSFER:
        uncount(wallet, hold.amount - hold.fee, hold.made_at)
    return _close(state, command, hold, end)


def _let_arrive(state: BatchState, command: Resolve, hold: HoldFacts, end: EndRow) -> Outcome:
    """Post the hold: to the payee it names, to the person who claims it, or to the house."""
    payee = hold.payee or command.owner
    wallet, target = state.by_id[hold.account], state.by_id[hold.credit_account]
    if payee:
        target = state.accounts[payee, hold.asset, AccountKind.WALLET]
    if wallet.frozen_out:
        return refused("payer_frozen")
    if target.frozen_in:
        return refused("account_frozen")
    sent = hold.amount - hold.fee
    amount = sent if command.amount is None else command.amount
    wrong = _unfit(command, hold, amount)
    if wrong is not None:
        return wrong
    book.post_held(
        state.writes, wallet, target, amount, whole=hold.amount,
        id_=child_id(hold.record, 2), code=CODES[hold.kind], pending=hold.record,
    )  # fmt: skip
    end.payee = None if hold.payee else payee or None
    if amount < sent:
        end.captured = amount
        if payee:
            uncount(wallet, sent - amount, hold.made_at)
    if hold.fee:
        _charge(state, hold, wallet, hold.fee)
    elif command.fee:
        _charge(state, hold, target, command.fee)
        end.fee = command.fee
    return _close(state, command, hold, end)


def _unfit(command: Resolve, hold: HoldFacts, amount: int) -> Outcome | None:
    """Refuse an amount or fee that this end cannot have."""
    if command.way != "capture" and (command.amount is not None or command.fee):
        return refused("invalid_amount", decimals=BY_NUMBER[hold.asset].decimals)
    if amount <= 0 or not 0 <= command.fee <= (amount if hold.payee else 0):
        return refused("invalid_amount", decimals=BY_NUMBER[hold.asset].decimals)
    if amount > hold.amount:
        text, currency = words(hold.asset, hold.amount)
        return refused("capture_too_large", held=text, currency=currency)
    return None


def _charge(state: BatchState, hold: HoldFacts, bearer: AccountState, fee: int) -> None:
    """Take the fee of what just arrived: from its payer, who had it held, or out of it."""
    fees = state.accounts[HOUSE, hold.asset, AccountKind.FEES]
    book.post(
        state.writes, bearer, fees, fee,
        id_=child_id(hold.record, 1), code=TransferCode.FEE, linked=hold.record,
    )  # fmt: skip


def _close(state: BatchState, command: Resolve, hold: HoldFacts, end: EndRow) -> Outcome:
    """Write the end of the hold and remember it, so that a second end in the batch is refused."""
    writes = state.writes
    payee = hold.payee or end.payee or ""
    amount = hold.amount - hold.fee if end.captured is None else end.captured
    arrived = end.state == RecordState.COMPLETED
    writes.resolved.append((hold.record, _HOLD_STATES[RecordState(end.state)]))
    writes.moved.append(end)
    writes.events.append((hold.record, end.state, command.way))
    writes.news.append((hold.record, command.way))
    state.holds[hold.record] = replace(hold, open=False, record_state=end.state, payee=payee)
    if hold.record in state.originals:
        state.originals[hold.record] = replace(
            state.originals[hold.record], state=end.state, payee=payee, arrived=amount
        )
    return Outcome(
        record=hold.record,
        state=end.state,
        payee=payee,
        payee_name=state.people[payee].name if payee in state.people else "",
        asset=hold.asset,
        amount=amount,
        fee=end.fee or (hold.fee if arrived else 0),
        memo=hold.memo,
        reason=hold.reason,
        at=state.now,
    )
