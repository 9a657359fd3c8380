"""Decide a batch: a pure function of what was loaded. It does no I/O and never raises.

Commands are taken in order; each sees what the ones before it did.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from okpay.ledger.chart import HOUSE, AccountKind, TransferCode
from okpay.payments.engine import book
from okpay.payments.engine.commands import (
    AnyCommand,
    Flag,
    Group,
    Hold,
    Member,
    Move,
    OpenAccount,
    Outcome,
    Refund,
    Resolve,
    Send,
    TopUp,
    answer_key,
)
from okpay.payments.engine.decide_group import group
from okpay.payments.engine.decide_move import hold, move
from okpay.payments.engine.decide_refund import refund
from okpay.payments.engine.decide_resolve import resolve
from okpay.payments.engine.decide_send import send
from okpay.payments.engine.decide_shared import child_id, refused, unusable
from okpay.payments.engine.state import RecordRow
from okpay.wallets.models import RecordKind
from okpay.wallets.states import RecordState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from okpay.payments.engine.state import BatchState

# Of authority, not of the wish: the same wish may come again with what was missing.
_NOT_KEPT = frozenset(
    {"unauthenticated", "scope_missing", "idempotency_key_reused", "step_up_required"}
)
_LASTING = frozenset({Hold, Move, Refund, Group})  # their refusals are answers, as a Send's are


def decide(state: BatchState, commands: Iterable[AnyCommand]) -> list[Outcome]:
    """Decide every command in order and gather what must be written in `state.writes`."""
    return [_one(state, command) for command in commands]


def _one(state: BatchState, command: AnyCommand) -> Outcome:
    owner = command.owner
    if not owner and type(command) is Send:
        token = state.tokens.get(command.token)
        if token is None or token.revoked or token.expires_at <= state.now:
            return refused("unauthenticated")
        if "transfers:write" not in token.scopes:
            return refused("scope_missing", scope="transfers:write")
        owner = command.owner = token.person
        command.token_made_at = token.made_at
    names = _names(owner, command)
    outcome = _known(state, names)
    if outcome is None:
        outcome = _fresh(state, command)
        outcome.owner = owner
    if outcome.result == "done" or (outcome.code not in _NOT_KEPT and _keeps(command)):
        _keep(state, names, outcome)
    return outcome


def _names(owner: str, command: AnyCommand) -> list[tuple[str, str]]:
    """Every key of a wish, each with the fingerprint of what it stands for."""
    names = [(answer_key(owner, command.endpoint, command.client_key), command.fingerprint)]
    if command.twin_key:
        twin = answer_key(owner, command.endpoint, command.twin_key)
        names.append((twin, command.twin_fingerprint))
    return names


def _known(state: BatchState, names: list[tuple[str, str]]) -> Outcome | None:
    """What was answered before under any of the keys; the same key for another body is refused."""
    found = None
    for key, fingerprint in names:
        kept = state.answers.get(key)
        if kept is not None and kept[0] != fingerprint:
            return refused("idempotency_key_reused")
        if kept is not None and found is None:
            found = kept[1]
    if found is None:
        return None
    again = Outcome(**{name: getattr(found, name) for name in found.__struct_fields__})
    again.replayed = True
    return again


def _keep(state: BatchState, names: list[tuple[str, str]], outcome: Outcome) -> None:
    """Remember the answer under every key that has none yet."""
    for key, fingerprint in names:
        if key not in state.answers:
            state.answers[key] = (fingerprint, outcome)
            state.writes.answers.append((key, fingerprint, outcome))


def _keeps(command: AnyCommand) -> bool:
    """Whether a refusal is the lasting answer to this wish."""
    if type(command) is Send:
        return command.keep_refusal
    return type(command) in _LASTING


def _fresh(state: BatchState, command: AnyCommand) -> Outcome:
    if type(command) is Send:
        return unusable(command.asset, command.amount, command.fee) or send(state, command)
    if type(command) is TopUp:
        return unusable(command.asset, command.amount, command.fee) or _top_up(state, command)
    if type(command) is Resolve:
        return resolve(state, command)
    if type(command) is Flag:
        return _flag(state, command)
    return _rarer(state, command)


def _rarer(state: BatchState, command: AnyCommand) -> Outcome:
    if type(command) is Hold:
        return unusable(command.asset, command.amount) or hold(state, command)
    if type(command) is Move:
        return unusable(command.asset, command.amount, command.fee) or move(state, command)
    if type(command) is Refund:
        return refund(state, command)
    if type(command) is Group:
        return group(state, command, _member)
    assert type(command) is OpenAccount  # noqa: S101 — the union is closed
    return Outcome(asset=command.asset)


def _member(state: BatchState, command: Member) -> Outcome:
    """Decide a member of a group; a wish that was answered before cannot be a part of another."""
    names = _names(command.owner, command)
    if _known(state, names) is not None:
        return refused("idempotency_key_reused")
    outcome = _fresh(state, command)
    outcome.owner = command.owner
    if outcome.result == "done":
        _keep(state, names, outcome)
    return outcome


def _top_up(state: BatchState, command: TopUp) -> Outcome:
    """Money from outside arrives; a frozen wallet still receives what its owner paid in."""
    wallet = state.accounts[command.owner, command.asset, AccountKind.WALLET]
    outside = state.accounts[HOUSE, command.asset, AccountKind.ACQUIRER]
    writes = state.writes
    book.post(writes, outside, wallet, command.amount, id_=command.record, code=TransferCode.TOP_UP)
    if command.fee:
        fees = state.accounts[HOUSE, command.asset, AccountKind.FEES]
        book.post(
            writes, wallet, fees, command.fee,
            id_=child_id(command.record, 1), code=TransferCode.FEE, linked=command.record,
        )  # fmt: skip
    writes.records.append(
        RecordRow(
            command.record, RecordKind.TOP_UP, RecordState.COMPLETED, command.asset,
            command.amount, command.fee, None, command.owner, command.label, "", "app",
            completed=True,
        )
    )  # fmt: skip
    writes.news.append((command.record, "recorded"))
    return Outcome(
        record=command.record,
        state=RecordState.COMPLETED,
        asset=command.asset,
        amount=command.amount,
        fee=command.fee,
        at=state.now,
        balance=wallet.posted - wallet.held,
    )


def _flag(state: BatchState, command: Flag) -> Outcome:
    """Change what a person's accounts allow, in ledger order: the rows are locked."""
    for account in state.accounts.values():
        if account.owner == command.person:
            if command.frozen_out is not None:
                account.frozen_out = command.frozen_out
            if command.frozen_in is not None:
                account.frozen_in = command.frozen_in
    state.writes.flags.append((command.person, command.frozen_out, command.frozen_in))
    return Outcome(at=state.now)
