"""A book kept in memory: gives `decide` its state and takes its writes, as load and persist do."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from okpay.ledger.chart import FLOORS, HOUSE, AccountKind, HoldState
from okpay.limits.rules import day_and_month
from okpay.payments.aliases import alias_digest
from okpay.payments.engine.commands import AnyCommand, Outcome
from okpay.payments.engine.decide import decide
from okpay.payments.engine.state import (
    AccountKey,
    AccountState,
    BatchState,
    HoldFacts,
    OriginalFacts,
    PayerFacts,
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
        digests = {one: alias_digest(email) for one, email in emails.items()}
        self.people = {one: PersonFacts(one, "*", 1, digests.get(one, ""), "") for one in people}
        keys = [(one, ASSET, AccountKind.WALLET) for one in self.people]
        keys += [(HOUSE, ASSET, kind) for kind in AccountKind if kind != AccountKind.WALLET]
        self.accounts: dict[AccountKey, AccountState] = {
            key: AccountState(number, *key, FLOORS[key[2]], 0, 0, 0, False, False, 0, 0, 0, 0)
            for number, key in enumerate(keys, 1)
        }
        self.holds: dict[str, HoldFacts] = {}
        self.records: dict[str, RecordRow] = {}
        self.transfers: list[TransferRow] = []
        self.arrived: dict[str, int] = {}
        self.refunded: dict[str, int] = {}
        self.legs: list[tuple[str, str, int, int]] = []
        self.answers: dict[str, tuple[str, Outcome]] = {}
        self.now = datetime(2026, 11, 3, 12, tzinfo=UTC)

    def state(self) -> BatchState:
        """What `load` would read now."""
        accounts = {key: copy.copy(account) for key, account in self.accounts.items()}
        day, month = day_and_month(self.now)
        return BatchState(
            now=self.now, day=day, month=month, accounts=accounts,
            by_id={account.id: account for account in accounts.values()},
            people=dict(self.people),
            aliases={one.email: one.id for one in self.people.values() if one.email},
            tokens={}, holds=dict(self.holds), answers=dict(self.answers),
            originals={record: self.original(record) for record in self.records},
            payers={one.id: PayerFacts(one.level) for one in self.people.values()},
        )  # fmt: skip

    def original(self, record: str) -> OriginalFacts:
        """What a refund must know of the record it gives back."""
        row = self.records[record]
        return OriginalFacts(
            record, row.kind, row.state, row.asset, row.payer or "", row.payee or "",
            self.arrived.get(record, row.amount),
            self.refunded.get(record, 0),
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
                row.alias, row.deadline, record.memo, self.now, record.kind, record.fee,
            )  # fmt: skip
        ended = dict(writes.resolved)
        for end in writes.moved:
            assert ended.pop(end.record) != HoldState.OPEN
            hold = self.holds[end.record]
            payee = end.payee or hold.payee
            self.holds[end.record] = replace(hold, open=False, record_state=end.state, payee=payee)
            record = self.records[end.record]
            record.state, record.payee = end.state, payee or None
            record.fee = record.fee if end.fee is None else end.fee
            self.arrived[end.record] = hold.amount if end.captured is None else end.captured
        assert not ended
        for one, original in writes.refunds:
            back = self.records[one].amount
            self.refunded[original] = self.refunded.get(original, 0) + back
        self.legs += writes.legs

    def wallet(self, person: str) -> AccountState:
        """A person's account."""
        return self.accounts[person, ASSET, AccountKind.WALLET]
