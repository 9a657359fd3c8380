"""Decide how a pending transfer ends. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from okpay.ledger.chart import AccountKind, HoldState, TransferCode
from okpay.limits.rules import day_and_month
from okpay.payments.engine import book
from okpay.payments.engine.commands import Outcome, Resolve
from okpay.payments.engine.decide_shared import child_id, refused
from okpay.wallets.states import RecordState

if TYPE_CHECKING:
    from okpay.payments.engine.state import AccountState, BatchState, HoldFacts

_ARRIVE: Final = frozenset({"claim", "release"})
_BACK: Final = {
    "cancel": (RecordState.CANCELED, HoldState.VOIDED),
    "decline": (RecordState.DECLINED, HoldState.VOIDED),
    "expire": (RecordState.EXPIRED, HoldState.EXPIRED),
}


def resolve(state: BatchState, command: Resolve) -> Outcome:
    """Let the money arrive, or give it back; exactly one end for each hold."""
    hold = state.holds.get(command.record)
    if hold is None or not _concerns(state, command, hold):
        return refused("transfer_not_found")
    if not hold.open or hold.record_state != RecordState.PENDING:
        return refused("transfer_not_pending", state=hold.record_state)
    overdue = hold.deadline <= state.now
    if (command.way == "expire" and not overdue) or (command.way in _ARRIVE and overdue):
        return refused("transfer_not_pending", state=hold.record_state)
    if command.way in _BACK:
        return _give_back(state, command, hold)
    return _let_arrive(state, command, hold)


def _concerns(state: BatchState, command: Resolve, hold: HoldFacts) -> bool:
    """Whether the person may know of this transfer at all; the system may always."""
    if command.way == "expire":
        return command.owner == ""
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


def _give_back(state: BatchState, command: Resolve, hold: HoldFacts) -> Outcome:
    wallet = state.by_id[hold.account]
    record_state, hold_state = _BACK[command.way]
    book.release(
        state.writes, wallet, hold.credit_account, hold.amount,
        id_=child_id(hold.record, 2), code=TransferCode.P2P, pending=hold.record,
        expired=command.way == "expire",
    )  # fmt: skip
    _uncount(wallet, hold)
    return _close(state, command, hold, record_state, hold_state, None)


def _let_arrive(state: BatchState, command: Resolve, hold: HoldFacts) -> Outcome:
    """Post the hold: to the payee it names, or to the person who claims it."""
    payee = hold.payee or command.owner
    target = state.accounts[payee, hold.asset, AccountKind.WALLET]
    if state.by_id[hold.account].frozen_out:
        return refused("payer_frozen")
    if target.frozen_in:
        return refused("account_frozen")
    book.post_held(
        state.writes, state.by_id[hold.account], target, hold.amount,
        id_=child_id(hold.record, 2), code=TransferCode.P2P, pending=hold.record,
    )  # fmt: skip
    return _close(
        state, command, hold, RecordState.COMPLETED, HoldState.POSTED, None if hold.payee else payee
    )


def _uncount(wallet: AccountState, hold: HoldFacts) -> None:
    """Take money that came back out of the count of the day and month that it was counted in."""
    day, month = day_and_month(hold.made_at)
    if wallet.out_day == day:
        wallet.out_day_sum = max(0, wallet.out_day_sum - hold.amount)
    if wallet.out_month == month:
        wallet.out_month_sum = max(0, wallet.out_month_sum - hold.amount)


def _close(  # noqa: PLR0917 — the facts of one end
    state: BatchState,
    command: Resolve,
    hold: HoldFacts,
    record_state: RecordState,
    hold_state: HoldState,
    new_payee: str | None,
) -> Outcome:
    """Write the end of the hold and remember it, so that a second end in the batch is refused."""
    writes = state.writes
    writes.resolved.append((hold.record, hold_state))
    writes.moved.append((hold.record, record_state, new_payee))
    writes.events.append((hold.record, record_state, command.way))
    writes.news.append((hold.record, command.way))
    facts = {name: getattr(hold, name) for name in hold.__slots__}
    facts |= {"open": False, "record_state": record_state, "payee": hold.payee or new_payee or ""}
    state.holds[hold.record] = type(hold)(**facts)
    payee = hold.payee or new_payee or ""
    return Outcome(
        record=hold.record,
        state=record_state,
        payee=payee,
        payee_name=state.people[payee].name if payee in state.people else "",
        asset=hold.asset,
        amount=hold.amount,
        memo=hold.memo,
        reason=hold.reason,
        at=state.now,
    )
