"""A book kept in memory: gives `decide` its state and takes its writes, as load and persist do."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from datetime import UTC, datetime

from okpay.ledger.chart import FLOORS, HOUSE, AccountKind, HoldState
from okpay.limits.rules import day_and_month
from okpay.payments.engine.commands import AnyCommand, Outcome
from okpay.payments.engine.decide import decide
from okpay.payments.engine.state import (
    AccountKey,
    AccountState,
    BatchState,
    HoldFacts,
    PersonFacts,
    RecordRow,
    TransferRow,
)
from okpay.wallets.states import RecordState

ASSET = 156


class Shelf:
    """All accounts, holds, records and answers of a few people, in one asset."""

    def __init__(self, people: Iterable[str], emails: dict[str, str]) -> None:
        """`emails` are proven addresses by person."""
        self.people = {one: PersonFacts(one, "*", 0, emails.get(one, ""), "") for one in people}
        keys = [(one, ASSET, AccountKind.WALLET) for one in self.people]
        keys += [(HOUSE, ASSET, kind) for kind in AccountKind if kind != AccountKind.WALLET]
        self.accounts: dict[AccountKey, AccountState] = {
            key: AccountState(number, *key, FLOORS[key[2]], 0, 0, 0, False, False, 0, 0, 0, 0)
            for number, key in enumerate(keys, 1)
        }
        self.holds: dict[str, HoldFacts] = {}
        self.records: dict[str, RecordRow] = {}
        self.transfers: list[TransferRow] = []
        self.answers: dict[str, tuple[str, Outcome]] = {}
        self.now = datetime(2026, 11, 3, 12, tzinfo=UTC)

    def state(self) -> BatchState:
        """What `load` would read now."""
        accounts = copy.deepcopy(self.accounts)
        day, month = day_and_month(self.now)
        return BatchState(
            now=self.now, day=day, month=month, accounts=accounts,
            by_id={account.id: account for account in accounts.values()},
            people=dict(self.people),
            aliases={one.email: one.id for one in self.people.values() if one.email},
            tokens={}, holds=dict(self.holds), answers=copy.deepcopy(self.answers),
        )  # fmt: skip

    def run(self, commands: list[AnyCommand]) -> list[Outcome]:
        """Decide one batch and keep what it writes."""
        state = self.state()
        outcomes = decide(state, copy.deepcopy(commands))
        self._keep(state)
        return outcomes

    def _keep(self, state: BatchState) -> None:
        writes = state.writes
        for key, account in state.accounts.items():
            account.touched = False
            self.accounts[key] = account
        self.transfers += writes.transfers
        self.answers |= {key: (print_, outcome) for key, print_, outcome in writes.answers}
        self.records |= {row.id: row for row in writes.records}
        for row in writes.holds:
            record = self.records[row.id]
            self.holds[row.id] = HoldFacts(
                row.id, row.account, row.credit_account, row.asset, row.amount, True,
                RecordState.PENDING, record.payer or "", record.payee or "", row.reason,
                row.alias, row.deadline, record.memo, self.now,
            )  # fmt: skip
        ended = dict(writes.resolved)
        for record_id, record_state, payee in writes.moved:
            assert ended.pop(record_id) != HoldState.OPEN
            facts = {name: getattr(self.holds[record_id], name) for name in HoldFacts.__slots__}
            facts |= {"open": False, "record_state": record_state}
            facts["payee"] = payee or facts["payee"]
            self.holds[record_id] = HoldFacts(**facts)
            self.records[record_id].state = record_state
        assert not ended

    def wallet(self, person: str) -> AccountState:
        """A person's account."""
        return self.accounts[person, ASSET, AccountKind.WALLET]
