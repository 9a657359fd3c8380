"""The places that the contract is held over: a way to look at each from outside its store."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from okpay.kernel import clock
from okpay.kernel.ids import new_uuid
from okpay.payments.aliases import alias_digest
from okpay.payments.engine.commands import AnyCommand, Outcome
from okpay.payments.engine.decide import decide
from okpay.payments.engine.memory import MemoryBook, MemoryStore
from okpay.payments.engine.postgres import PostgresStore
from okpay.payments.engine.state import BatchState, PersonFacts, TokenFacts
from okpay.payments.engine.store import Store
from tests.payments.world import World

CNY = 156
Leg = tuple[int, int]  # sequence number, posted after


class Place(Protocol):
    """One book, and stores over it."""

    def store(self) -> Store:
        """A new store over the same book; closed at the end of the module."""

    def people(self, count: int) -> list[str]:
        """Enter people with the proven e-mail `<id>@world.example`."""

    def token(self, person: str, *, revoked: bool = False) -> str:
        """Give a person an access token that may pay; return its digest."""

    def mark_frozen(self, person: str) -> None:
        """Freeze the person, not their accounts."""

    def balance(self, person: str) -> tuple[int, int]:
        """Posted and held of a wallet."""

    def legs(self, person: str) -> list[Leg]:
        """Every leg of a wallet, by sequence."""

    def accounts(self, person: str) -> int:
        """How many accounts a person has."""

    def news(self, record: str) -> int:
        """How many batches tell people about a record."""

    def size(self) -> tuple[int, ...]:
        """Count everything a batch can write."""

    def cut(self, store: Store) -> None:
        """Take the store's place away from it, as a lost connection does."""

    def close(self) -> None:
        """Close every store."""


@dataclass
class PostgresPlace:
    """A database of its own."""

    world: World
    stores: list[Store] = field(default_factory=list)

    def store(self) -> Store:
        self.stores.append(PostgresStore(self.world.url))
        return self.stores[-1]

    def people(self, count: int) -> list[str]:
        return self.world.people(count)

    def token(self, person: str, *, revoked: bool = False) -> str:
        digest = (new_uuid().hex + new_uuid().hex).lower()
        with self.world.owner() as connection:
            connection.execute(
                "INSERT INTO identity_accesstoken (id, person_id, name, digest, tail, scopes,"
                " created_at, expires_at, revoked_at) VALUES (gen_random_uuid(), %s, 'x',"
                " decode(%s, 'hex'), '0000', '{transfers:write}', now(), now() + interval '1 day',"
                " CASE WHEN %s THEN now() END)",
                [person, digest, revoked],
            )
        return digest

    def mark_frozen(self, person: str) -> None:
        with self.world.owner() as connection:
            connection.execute(
                "UPDATE identity_person SET frozen_at = now() WHERE id = %s", [person]
            )

    def balance(self, person: str) -> tuple[int, int]:
        return self.world.balance(person)

    def legs(self, person: str) -> list[Leg]:
        rows = self.world.rows(
            "SELECT l.seq, l.posted FROM ledger_account a, LATERAL ("
            " SELECT debit_seq AS seq, debit_posted AS posted FROM ledger_transfer"
            " WHERE debit_account = a.id UNION ALL SELECT credit_seq, credit_posted"
            " FROM ledger_transfer WHERE credit_account = a.id AND credit_seq IS NOT NULL) AS l"
            " WHERE a.owner = %s AND a.kind = 1 ORDER BY l.seq",
            person,
        )
        return [(seq, int(posted)) for seq, posted in rows]

    def accounts(self, person: str) -> int:
        return len(self.world.rows("SELECT 1 FROM ledger_account WHERE owner = %s", person))

    def news(self, record: str) -> int:
        rows = self.world.rows("SELECT count(*) FROM ledger_batch WHERE %s = ANY(news)", record)
        return int(rows[0][0])

    def size(self) -> tuple[int, ...]:
        rows = self.world.rows(
            "SELECT (SELECT count(*) FROM ledger_transfer), (SELECT count(*) FROM ledger_hold),"
            " (SELECT count(*) FROM wallets_record), (SELECT count(*) FROM wallets_recordevent),"
            " (SELECT count(*) FROM payments_answer), (SELECT count(*) FROM payments_pending),"
            " (SELECT count(*) FROM ledger_batch),"
            " (SELECT sum(cardinality(news)) FROM ledger_batch)"
        )
        return rows[0]

    def cut(self, _store: Store) -> None:
        with self.world.owner() as owner:
            owner.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND application_name = 'okpay engine'"
            )

    def close(self) -> None:
        for store in self.stores:
            store.close()


@dataclass
class MemoryPlace:
    """A book in memory. `kind` may be a store that is broken on purpose."""

    kind: type[MemoryStore] = MemoryStore
    book: MemoryBook = field(default_factory=MemoryBook)

    def store(self) -> Store:
        return self.kind(self.book)

    def people(self, count: int) -> list[str]:
        ids = [str(new_uuid()) for _ in range(count)]
        for one in ids:
            self.book.enrol(PersonFacts(one, "W*", 1, alias_digest(f"{one}@world.example"), ""))
        return ids

    def token(self, person: str, *, revoked: bool = False) -> str:
        digest = new_uuid().hex
        until = clock.now() + timedelta(days=1)
        self.book.tokens[digest] = TokenFacts(
            str(new_uuid()), person, ("transfers:write",), until, revoked
        )
        return digest

    def mark_frozen(self, person: str) -> None:
        self.book.frozen.add(person)

    def balance(self, person: str) -> tuple[int, int]:
        account = self.book.accounts.get((person, CNY, 1))
        return (account.posted, account.held) if account else (0, 0)

    def legs(self, person: str) -> list[Leg]:
        number = self.book.accounts[person, CNY, 1].id
        legs = [
            (t.debit_seq, t.debit_posted) for t in self.book.transfers if t.debit_account == number
        ]
        legs += [
            (t.credit_seq, t.credit_posted or 0)
            for t in self.book.transfers
            if t.credit_account == number and t.credit_seq is not None
        ]
        return sorted(legs)

    def accounts(self, person: str) -> int:
        return len(self.book.of_owner.get(person, ()))

    def news(self, record: str) -> int:
        return [about for about, _ in self.book.news].count(record)

    def size(self) -> tuple[int, ...]:
        book = self.book
        kept = (book.transfers, book.holds, book.records, book.events, book.answers, book.news)
        return tuple(map(len, kept))

    def cut(self, store: Store) -> None:
        store.close()

    def close(self) -> None:
        """Nothing is open."""


def keep(store: Store, *commands: AnyCommand) -> list[Outcome]:
    """Run one batch that must be kept, without a writer."""
    state, outcomes = begin(store, *commands)
    assert store.commit(state) is True
    return outcomes


def begin(store: Store, *commands: AnyCommand) -> tuple[BatchState, list[Outcome]]:
    """Load and decide; what is loaded stays locked."""
    wishes = copy.deepcopy(list(commands))
    state = store.load(wishes)
    return state, decide(state, wishes)
