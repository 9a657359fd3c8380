"""A past balance is what a replay of the journal gives, at every instant and for everybody."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from okpay.kernel import clock
from okpay.ledger import as_of
from okpay.ledger.chart import AccountKind, TransferKind
from okpay.ledger.errors import MomentInFutureError
from okpay.ledger.models import Account
from tests.ledger.liabilities.town import Town
from tests.ledger.story import tell
from tests.payments.wishes import hold, resolve, send, top_up

TINY = timedelta(microseconds=1)


@dataclass
class Replayed:
    """An account as the journal makes it, leg by leg."""

    posted: int = 0
    held: int = 0
    seq: int = 0


def _replay(rows: list[dict[str, Any]], at: datetime) -> dict[int, Replayed]:
    """Book every transfer up to an instant again, by the rules of the model and nothing else."""
    accounts: dict[int, Replayed] = {}
    amounts = {row["id"]: row["amount"] for row in rows}
    for row in rows:
        if row["at"] > at:
            continue
        debit = accounts.setdefault(row["debit_account"], Replayed())
        credit = accounts.setdefault(row["credit_account"], Replayed())
        debit.seq += 1
        if row["kind"] == TransferKind.PENDING:
            debit.held += row["amount"]
        if row["kind"] in {TransferKind.POST, TransferKind.VOID, TransferKind.EXPIRE}:
            debit.held -= amounts[row["pending"]]
        if row["kind"] in {TransferKind.POSTED, TransferKind.POST}:
            debit.posted -= row["amount"]
            credit.posted += row["amount"]
            credit.seq += 1
    return accounts


def _journal(town: Town) -> list[dict[str, Any]]:
    names = ("id", "at", "kind", "amount", "debit_account", "credit_account", "pending")
    found = town.world.rows(
        "SELECT id, at, kind, amount::bigint, debit_account, credit_account, pending "
        "FROM ledger_transfer ORDER BY at, batch, debit_seq"
    )
    return [dict(zip(names, row, strict=True)) for row in found]


def _busy_day(town: Town, *, seed: int, rounds: int) -> list[str]:
    """Let people pay, hold, capture in part, cancel and wait, in many small batches."""
    chance = random.Random(seed)
    people = [str(person) for person in town.rich(*[100_000] * 4)]
    waiting: list[tuple[str, str]] = []
    for _ in range(rounds):
        payer, payee = chance.sample(people, 2)
        match chance.randrange(6):
            case 0:
                asked = hold(payer, payee, chance.randrange(2, 90))
                town.world.done(asked)
                waiting.append((asked.record, payee))
            case 1 if waiting:
                record, who = waiting.pop()
                end = chance.choice(["capture", "part", "void"])
                if end == "void":
                    town.world.done(resolve(record, "void", who))
                else:
                    some = 1 if end == "part" else None
                    town.world.done(resolve(record, "capture", who, amount=some))
            case 2:
                found = town.world.done(send(payer, f"{payer}@else.example", 7, invite=True))
                town.world.done(resolve(found[0].record, "cancel", payer))
            case 3:
                town.world.done(top_up(payee, 5), send(payer, payee, 1), send(payee, payer, 2))
            case _:
                town.world.done(send(payer, payee, chance.randrange(1, 50)))
    return people


def _moments(rows: list[dict[str, Any]]) -> Iterator[datetime]:
    yield rows[0]["at"] - TINY
    for row in rows:
        yield from (row["at"] - TINY, row["at"], row["at"] + TINY)


@pytest.mark.parametrize("seed", range(3))
def test_every_account_at_every_instant_is_what_a_replay_gives(town: Town, seed: int) -> None:
    _busy_day(town, seed=seed, rounds=30)
    rows, now = _journal(town), clock.now()
    moments = random.Random(seed).sample(sorted(set(_moments(rows))), 40)
    for at in moments:
        expected = _replay(rows, at)
        for account in Account.objects.all():
            found = as_of.of_account(account.id, at, now)
            assert found is not None
            wanted = expected.get(account.id, Replayed())
            assert (found.posted, found.held, found.seq) == (
                wanted.posted, wanted.held, wanted.seq,
            ), (account.id, at)  # fmt: skip


def test_the_whole_book_is_the_sum_of_its_accounts_and_sums_to_zero(town: Town) -> None:
    _busy_day(town, seed=9, rounds=20)
    town.rich(70, asset=392)
    rows, now = _journal(town), clock.now()
    for at in random.Random(1).sample(sorted(set(_moments(rows))), 25):
        each = [as_of.of_account(one.id, at, now) for one in Account.objects.all()]
        whole = as_of.totals(at, now)
        for total in whole:
            mine = [
                one for one in each if one and (one.asset, one.kind) == (total.asset, total.kind)
            ]
            assert total.posted == sum(one.posted for one in mine)
            assert total.held == sum(one.held for one in mine)
            assert total.accounts == sum(one.seq > 0 for one in mine)
        for _, group in itertools.groupby(whole, key=lambda total: total.asset):
            assert sum(total.posted for total in group) == 0
        assert as_of.totals(at, now, 392) == [total for total in whole if total.asset == 392]


def test_every_kind_of_movement_is_understood(town: Town) -> None:
    """The story of the proof: two phases, partial captures, refunds, groups, expiry."""
    tell(town.world)
    rows = _journal(town)
    straight = [row for row in rows if row["at"] > rows[0]["at"] - timedelta(days=1)]
    now, at = clock.now(), straight[-1]["at"]
    expected = _replay(rows, at)
    for account in Account.objects.filter(id__in=expected):
        found = as_of.of_account(account.id, now, now)
        assert found is not None
        assert (found.posted, found.held, found.seq) == (account.posted, account.held, account.seq)
        wanted = expected[account.id]
        assert (found.posted, found.held) == (wanted.posted, wanted.held), account.id


def test_before_the_first_movement_is_zero_and_nobody_has_nothing(town: Town) -> None:
    (ann,) = town.rich(500)
    now = clock.now()
    (past,) = as_of.of_owner(ann, datetime(2000, 1, 1, tzinfo=UTC), now)
    assert (past.posted, past.held, past.seq, past.kind) == (0, 0, 0, AccountKind.WALLET)
    assert as_of.of_owner(UUID(int=5), now, now) == []
    assert as_of.of_account(10**12, now, now) is None


def test_the_future_is_refused(town: Town) -> None:
    (ann,) = town.rich(500)
    now = clock.now()
    with pytest.raises(MomentInFutureError):
        as_of.of_owner(ann, now + TINY, now)
    with pytest.raises(MomentInFutureError):
        as_of.totals(now + TINY, now)


def test_a_clock_that_was_set_back_gives_a_state_the_account_was_in(town: Town) -> None:
    """Sequence 2 has an earlier moment than sequence 1: whatever is asked, no sum is made up."""
    ann, ben = town.rich(1_000, 10)
    town.world.done(send(ann, ben, 300))
    account = Account.objects.get(owner=ann, asset=156)
    rows = town.world.rows(
        "SELECT id, at FROM ledger_transfer WHERE debit_account = %s AND debit_seq = 2", account.id
    )
    (sent, at) = rows[0]
    with town.world.owner() as link:
        link.execute("ALTER TABLE ledger_transfer DISABLE TRIGGER USER")
        link.execute("UPDATE ledger_transfer SET at = %s WHERE id = %s",
                     [at - timedelta(hours=1), sent])  # fmt: skip
        link.execute("ALTER TABLE ledger_transfer ENABLE TRIGGER USER")
    now = clock.now()
    for asked in (at - timedelta(hours=2), at - timedelta(minutes=30), at, now):
        found = as_of.of_account(account.id, asked, now)
        assert found is not None
        assert (found.seq, found.posted) in {(0, 0), (1, 1_000), (2, 700)}
    with town.world.owner() as link:  # as it was, for the tests that look at all of the book
        link.execute("ALTER TABLE ledger_transfer DISABLE TRIGGER USER")
        link.execute("UPDATE ledger_transfer SET at = %s WHERE id = %s", [at, sent])
        link.execute("ALTER TABLE ledger_transfer ENABLE TRIGGER USER")


def test_one_account_costs_one_statement_that_only_uses_indexes(town: Town) -> None:
    people = _busy_day(town, seed=4, rounds=15)
    account = Account.objects.get(owner=people[0], asset=156)
    at = _journal(town)[-5]["at"]
    with CaptureQueriesContext(connection) as asked:
        as_of.of_account(account.id, at, clock.now())
    assert len(asked) == 1
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")  # a small table is read whole; a large one never
        cursor.execute("EXPLAIN " + asked[0]["sql"])
        plan = "\n".join(row[0] for row in cursor.fetchall())
        cursor.execute("RESET enable_seqscan")
    assert "Seq Scan" not in plan, plan
    assert plan.count("Index") >= 4
