"""The book in memory: for simulations and tests, fast, and gone with the process.

It passes the same contract tests as the store in PostgreSQL (`tests/payments/store`), so what a
simulated town shows about `decide` holds for the real book.
"""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from operator import attrgetter
from typing import TYPE_CHECKING, Final, TypeVar

from okpay.kernel import clock as kernel_clock
from okpay.kernel.crash import crash_after
from okpay.ledger.chart import FLOORS, HOUSE, AccountKind
from okpay.limits.rules import day_and_month
from okpay.payments.engine.state import (
    AccountState,
    BatchState,
    HoldFacts,
    OriginalFacts,
    PayerFacts,
)
from okpay.payments.engine.store import StoreAwayError, StoreConflictError
from okpay.payments.engine.wanted import Names, Wanted, keys_of, pairs_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from okpay.payments.engine.commands import AnyCommand, Outcome
    from okpay.payments.engine.state import (
        AccountKey,
        PersonFacts,
        RecordRow,
        TokenFacts,
        TransferRow,
        Writes,
    )

LOCK_SECONDS: Final = 2  # as long as the store in PostgreSQL waits for a row
Lock = tuple[str, int, int]
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")

# What an account says; whether a batch touched it, and where a row lies, are not the book's.
_account = attrgetter(*AccountState.__slots__[: AccountState.__slots__.index("touched")])


class UnsoundBatchError(RuntimeError):
    """A batch would break the book; nothing of it was kept."""


class MemoryBook:
    """What the stores of one book share. Read it freely while no batch runs."""

    def __init__(self) -> None:
        """Start with nobody and nothing."""
        self.people: dict[str, PersonFacts] = {}
        self.payers: dict[str, PayerFacts] = {}  # whose facts are more than their level
        self.frozen: set[str] = set()  # accounts of these people open frozen
        self.aliases: dict[str, str] = {}
        self.tokens: dict[str, TokenFacts] = {}
        self.accounts: dict[AccountKey, AccountState] = {}
        self.by_id: dict[int, AccountState] = {}
        self.of_owner: dict[str, list[AccountKey]] = {}
        self.transfers: list[TransferRow] = []  # in the order in which they were kept
        self.records: dict[str, RecordRow] = {}
        self.events: list[tuple[str, int, str]] = []
        self.holds: dict[str, HoldFacts] = {}
        self.arrived: dict[str, int] = {}  # of records that were holds
        self.refunded: dict[str, int] = {}
        self.legs: list[tuple[str, str, int, int]] = []
        self.answers: dict[str, tuple[str, Outcome]] = {}
        self.news: list[tuple[str, str]] = []
        self.batches = 0
        self._ids: set[str] = set()
        self._numbers = 0
        self._changed = threading.Condition()
        self._locks: set[Lock] = set()

    def enrol(self, person: PersonFacts) -> None:
        """Enter a person, or what is new about one; their addresses count as proven."""
        with self._changed:
            old = self.people.get(person.id)
            for alias in (old.email, old.phone) if old else ():
                self.aliases.pop(alias, None)
            self.people[person.id] = person
            self.aliases |= {alias: person.id for alias in (person.email, person.phone) if alias}

    def lock(self, wanted: set[Lock]) -> None:
        """Take all of them or none, waiting at most `LOCK_SECONDS`.

        Raises:
            StoreConflictError: somebody else holds one of them for long.
        """
        until = time.monotonic() + LOCK_SECONDS
        with self._changed:
            while not self._locks.isdisjoint(wanted):
                if not self._changed.wait(until - time.monotonic()):
                    message = "somebody holds an account of this batch"
                    raise StoreConflictError(message, locked_out=True)
            self._locks |= wanted

    def unlock(self, held: set[Lock]) -> None:
        """Let go of locks."""
        with self._changed:
            self._locks -= held
            self._changed.notify_all()

    def opened(self, key: AccountKey) -> AccountState:
        """Return a new, empty account; it stands in the book once it is kept."""
        with self._changed:
            self._numbers += 1
        frozen = key[0] in self.frozen
        floor = FLOORS[AccountKind(key[2])]
        return AccountState(self._numbers, *key, floor, 0, 0, 0, frozen, frozen, 0, 0, 0, 0)

    def original(self, record: str) -> OriginalFacts:
        """What a refund must know of the record it gives back."""
        row = self.records[record]
        return OriginalFacts(
            record, row.kind, row.state, row.asset, row.payer or "", row.payee or "",
            self.arrived.get(record, row.amount), self.refunded.get(record, 0),
        )  # fmt: skip

    def keep(self, state: BatchState) -> None:
        """Take over all that a batch decided, or nothing.

        Raises:
            StoreConflictError: an answer, a transfer or the end of a hold is there already.
            UnsoundBatchError: it would break the book.
        """
        writes = state.writes
        with self._changed:
            self._refuse_again(writes)
            self._refuse_unsound(state)
            for key, account in state.accounts.items():
                if account.touched or key not in self.accounts:
                    self._put(key, account)
            self.transfers += writes.transfers
            self._ids.update([row.id for row in writes.transfers])
            self.answers |= {key: (print_, outcome) for key, print_, outcome in writes.answers}
            self.news += writes.news
            self._keep_records(writes, state.now)
            self._flag(writes)
            self.batches += 1

    def _refuse_again(self, writes: Writes) -> None:
        """Refuse what PostgreSQL's unique keys would."""
        ids = {row.id for row in writes.transfers}
        keys = {key for key, _, _ in writes.answers}
        if (
            len(ids) < len(writes.transfers)
            or len(keys) < len(writes.answers)
            or not ids.isdisjoint(self._ids)
            or not self.answers.keys().isdisjoint(keys)
            or any(not self.holds[hold].open for hold, _ in writes.resolved)
        ):
            message = "an answer, a transfer or the end of a hold is there already"
            raise StoreConflictError(message)

    def _refuse_unsound(self, state: BatchState) -> None:
        """Refuse what PostgreSQL's triggers and checks would."""
        moved: dict[int, int] = {}
        for key, account in state.accounts.items():
            if account.touched:
                kept = self.accounts.get(key)
                before = kept.posted if kept else 0
                moved[account.asset] = moved.get(account.asset, 0) + account.posted - before
                below = account.floor is not None and account.available() < 0
                if account.held < 0 or below:
                    message = f"account {account.id} would stand below its floor"
                    raise UnsoundBatchError(message)
        if any(moved.values()):
            message = "debits and credits differ"
            raise UnsoundBatchError(message)

    def _put(self, key: AccountKey, account: AccountState) -> None:
        if key not in self.accounts:
            self.of_owner.setdefault(key[0], []).append(key)
        account.touched = False
        self.accounts[key] = self.by_id[account.id] = account

    def _keep_records(self, writes: Writes, now: datetime) -> None:
        self.records |= {row.id: row for row in writes.records}
        self.events += writes.events
        for row in writes.holds:
            record = self.records[row.id]
            self.holds[row.id] = HoldFacts(
                record=row.id, account=row.account, credit_account=row.credit_account,
                asset=row.asset, amount=row.amount, open=True, record_state=record.state,
                payer=record.payer or "", payee=record.payee or "", reason=row.reason,
                alias=row.alias, deadline=row.deadline, memo=record.memo, made_at=now,
                kind=record.kind, fee=record.fee,
            )  # fmt: skip
        for end in writes.moved:
            record = self.records[end.record]
            record.state, record.payee = end.state, end.payee or record.payee
            record.fee = record.fee if end.fee is None else end.fee
            self.arrived[end.record] = record.amount if end.captured is None else end.captured
            self.holds[end.record] = replace(
                self.holds[end.record], open=False, record_state=end.state,
                payee=record.payee or "",
            )  # fmt: skip
        for refund, original in writes.refunds:
            back = self.records[refund].amount
            self.refunded[original] = self.refunded.get(original, 0) + back
        self.legs += writes.legs

    def _flag(self, writes: Writes) -> None:
        for person, frozen_out, frozen_in in writes.flags:
            for account in map(self.accounts.__getitem__, self.of_owner.get(person, ())):
                if frozen_out is not None:
                    account.frozen_out = frozen_out
                if frozen_in is not None:
                    account.frozen_in = frozen_in


class MemoryStore:
    """A lane's view on a book in memory. Any number of stores may share one book."""

    def __init__(self, book: MemoryBook, clock: Callable[[], datetime] = kernel_clock.now) -> None:
        """`clock` says what time it is for `decide`, once a batch, under the locks."""
        self._book = book
        self._clock = clock
        self._held: set[Lock] = set()
        self._loaded: BatchState | None = None

    def load(self, commands: Sequence[AnyCommand]) -> BatchState:
        """Lock the accounts that the commands name, and copy what they need."""
        self.abandon()
        book = self._book
        wanted = Wanted(commands)
        names = self._names(wanted)
        pairs = pairs_of(wanted, names)
        locks = self._locks_for(wanted, names, pairs)
        book.lock(locks)
        self._held = locks
        self._loaded = state = self._state(wanted, names, pairs)
        crash_after("engine.load")
        return state

    def commit(self, state: BatchState) -> bool:
        """Put everything into the book."""
        if state is not self._loaded:
            message = "the batch is not the one that was loaded"
            raise StoreAwayError(message)
        self._book.keep(state)
        crash_after("engine.commit")
        self.abandon()
        return True

    def abandon(self) -> None:
        """Let go of the locks."""
        self._loaded = None
        if self._held:
            self._book.unlock(self._held)
            self._held = set()

    def close(self) -> None:
        """Let go of the locks; the book stays."""
        self.abandon()

    def _names(self, wanted: Wanted) -> Names:
        book, names = self._book, Names()
        names.tokens = _found(book.tokens, wanted.tokens)
        names.aliases = _found(book.aliases, wanted.emails | wanted.phones)
        names.people = _found(book.people, wanted.people | set(names.aliases.values()))
        paying = wanted.payers | {token.person for token in names.tokens.values()}
        known = _found(book.people, paying)
        names.payers = {one: PayerFacts(facts.level) for one, facts in known.items()}
        names.payers |= _found(book.payers, paying)
        for record, hold in _found(book.holds, wanted.holds).items():
            debit, credit = book.by_id[hold.account], book.by_id[hold.credit_account]
            names.heads[record] = (
                record, hold.account, hold.credit_account, hold.asset, debit.owner, debit.kind,
                credit.owner, credit.kind, hold.payer, hold.payee, hold.fee,
            )  # fmt: skip
        for record in wanted.originals & book.records.keys():
            row = book.records[record]
            names.originals[record] = (
                record, row.kind, row.asset, row.payer or "", row.payee or ""
            )  # fmt: skip
        return names

    def _locks_for(self, wanted: Wanted, names: Names, pairs: Iterable[AccountKey]) -> set[Lock]:
        """A person's accounts are locked together, open or not; those of the house one by one."""
        locks = {pair if pair[0] == HOUSE else (pair[0], 0, 0) for pair in pairs}
        locks |= {(person, 0, 0) for person in wanted.flagged}
        for head in names.heads.values():
            for number in head[1:3]:
                key = _key(self._book.by_id[number])
                locks.add(key if key[0] == HOUSE else (key[0], 0, 0))
        return locks

    def _state(self, wanted: Wanted, names: Names, pairs: Iterable[AccountKey]) -> BatchState:
        book = self._book
        keys = set(pairs)
        for head in names.heads.values():
            keys |= {_key(book.by_id[number]) for number in head[1:3]}
        for person in wanted.flagged:
            keys.update(book.of_owner.get(person, ()))
        accounts = {}
        for key in sorted(keys):  # sorted, so that the same wishes open the same numbers
            kept = book.accounts.get(key)
            accounts[key] = AccountState(*_account(kept)) if kept else book.opened(key)
        now = self._clock()
        day, month = day_and_month(now)
        return BatchState(
            now=now,
            day=day,
            month=month,
            accounts=accounts,
            by_id={account.id: account for account in accounts.values()},
            people=names.people,
            aliases=names.aliases,
            tokens=names.tokens,
            holds=_found(book.holds, names.heads),
            answers=_found(book.answers, keys_of(wanted, names)),
            originals={record: book.original(record) for record in names.originals},
            payers=names.payers,
        )


def _key(account: AccountState) -> AccountKey:
    return account.owner, account.asset, account.kind


def _found(kept: dict[_Key, _Value], wanted: Iterable[_Key]) -> dict[_Key, _Value]:
    return {key: kept[key] for key in wanted if key in kept}
