"""Decide movements that all happen or none does, on a copy that is taken over or dropped. Pure."""

from __future__ import annotations

from copy import copy
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Final

from okpay.payments.engine.decide_shared import refused
from okpay.payments.engine.state import AccountKey, AccountState, Writes

if TYPE_CHECKING:
    from collections.abc import Callable

    from okpay.payments.engine.commands import Group, Member, Outcome
    from okpay.payments.engine.state import BatchState

MOST_MEMBERS: Final = 100


class _Accounts(dict[AccountKey, AccountState]):
    """Accounts as they stand, each copied when it is first asked for."""

    def __init__(self, real: dict[AccountKey, AccountState]) -> None:
        """Look over the real ones."""
        super().__init__()
        self._real = real

    def __missing__(self, key: AccountKey) -> AccountState:
        found = self[key] = copy(self._real[key])
        return found

    def get(self, key: AccountKey, default: object = None) -> AccountState | None:  # type: ignore[override]  # reason: asked with one argument only
        """Copy what is there."""
        assert default is None  # noqa: S101 — nobody asks otherwise
        return self[key] if key in self._real else None


class _Numbers(dict[int, AccountState]):
    """The same copies by number."""

    def __init__(self, real: dict[int, AccountState], copies: _Accounts) -> None:
        """Look over the real ones and share the copies."""
        super().__init__()
        self._real = real
        self._copies = copies

    def __missing__(self, number: int) -> AccountState:
        real = self._real[number]
        found = self[number] = self._copies[real.owner, real.asset, real.kind]
        return found


def group(
    state: BatchState, command: Group, one: Callable[[BatchState, Member], Outcome]
) -> Outcome:
    """Decide every member with `one`; keep all that they wrote, or nothing."""
    trial = _trial(state)
    if not 0 < len(command.members) <= MOST_MEMBERS:
        return refused("group_size", most=MOST_MEMBERS)
    first: Outcome | None = None
    for place, member in enumerate(command.members):
        outcome = one(trial, member)
        if outcome.result != "done":
            outcome.params = {**outcome.params, "member": place}
            return outcome
        first = first or outcome
    _take_over(state, trial, command.group)
    assert first is not None  # noqa: S101 — there is at least one member
    return copy(first)


def _trial(state: BatchState) -> BatchState:
    accounts = _Accounts(state.accounts)
    return replace(
        state,
        accounts=accounts,
        by_id=_Numbers(state.by_id, accounts),
        holds=dict(state.holds),
        originals=dict(state.originals),
        answers=dict(state.answers),
        writes=Writes(),
    )


def _take_over(state: BatchState, trial: BatchState, group_id: str) -> None:
    for key, account in trial.accounts.items():
        state.accounts[key] = state.by_id[account.id] = account
    state.holds.update(trial.holds)
    state.originals.update(trial.originals)
    state.answers.update(trial.answers)
    booked = trial.writes.transfers
    trial.writes.legs += [
        (row.id, group_id, place, len(booked)) for place, row in enumerate(booked)
    ]
    for one in fields(Writes):
        getattr(state.writes, one.name).extend(getattr(trial.writes, one.name))
