"""Whether what the clients saw is possible, and is what stands in the ledger.

The checker knows nothing of the engine. It compares the histories with the rows, and the rows with
one another, and says in a line each what cannot be.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg

from tests.lab.history import Deed

POSTED, PENDING, POST = 1, 2, 3
MOVING = {POSTED, POST}
ASK_TRANSFERS: LiteralString = """
SELECT id::text, kind, amount, debit_account, credit_account, debit_seq, debit_posted, debit_held,
       credit_seq, credit_posted, pending::text FROM ledger_transfer
"""
ASK_RECORDS: LiteralString = """
SELECT id::text, memo, amount, payer::text, payee::text FROM wallets_record WHERE memo <> ''
"""
# News stands with the batch that made it, before anybody reads it and for ever.
ASK_TOLD: LiteralString = "SELECT v::text FROM ledger_batch, unnest(news) AS v"


@dataclass(frozen=True)
class Leg:
    """One side of a transfer: how posted and held changed, and what was written as after."""

    transfer: str
    seq: int
    moved: int
    posted: int
    held_moved: int
    held: int | None  # a credit says nothing about it


@dataclass
class Book:
    """The rows that are checked."""

    accounts: dict[int, tuple[int, int, int]]  # posted, held, seq
    legs: dict[int, list[Leg]]
    records: dict[str, list[tuple[str, int, str, str]]]  # by memo: id, amount, payer, payee
    ends: Counter[str]
    transfers: set[str]
    told: set[str]
    floors: dict[int, int]


def look(url: str) -> Book:
    """Read the book in one snapshot."""
    with psycopg.connect(url) as link:
        link.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        rows = link.execute("SELECT id, posted, held, seq, floor FROM ledger_account").fetchall()
        transfers = link.execute(ASK_TRANSFERS).fetchall()
        records = link.execute(ASK_RECORDS).fetchall()
        told = {row[0] for row in link.execute(ASK_TOLD)}
    by_memo: dict[str, list[tuple[str, int, str, str]]] = defaultdict(list)
    for record, memo, amount, payer, payee in records:
        by_memo[memo].append((record, int(amount), payer, payee))
    return Book(
        accounts={row[0]: (int(row[1]), int(row[2]), row[3]) for row in rows},
        legs=_legs(transfers),
        records=by_memo,
        ends=Counter(row[10] for row in transfers if row[10] is not None),
        transfers={row[0] for row in transfers},
        told=told,
        floors={row[0]: int(row[4]) for row in rows if row[4] is not None},
    )


def _legs(transfers: Iterable[tuple[Any, ...]]) -> dict[int, list[Leg]]:
    legs: dict[int, list[Leg]] = defaultdict(list)
    for row in transfers:
        kind, amount = row[1], int(row[2])
        out = amount if kind in MOVING else 0
        held = amount if kind == PENDING else 0 if kind == POSTED else -amount
        legs[row[3]].append(Leg(row[0], row[5], -out, int(row[6]), held, int(row[7])))
        if row[8] is not None:
            legs[row[4]].append(Leg(row[0], row[8], amount, int(row[9]), 0, None))
    for some in legs.values():
        some.sort(key=lambda leg: leg.seq)
    return legs


def check(deeds: dict[str, Deed], url: str) -> list[str]:
    """Return everything that cannot be; an empty list when all is as it must be."""
    book = look(url)
    found: list[str] = []
    for rule in RULES:
        found += rule(deeds, book)
    return found


def conserved(_deeds: dict[str, Deed], book: Book) -> Iterator[str]:
    """No money appears or vanishes."""
    total = sum(posted for posted, _, _ in book.accounts.values())
    if total:
        yield f"conservation: all accounts together hold {total} instead of 0"


def chained(_deeds: dict[str, Deed], book: Book) -> Iterator[str]:
    """Sequences have no gap and no double; each balance after is the one before ± the amount."""
    for account, (posted, held, seq) in book.accounts.items():
        now_posted = now_held = 0
        legs = book.legs.get(account, [])
        for number, leg in enumerate(legs, 1):
            now_posted += leg.moved
            now_held += leg.held_moved
            if leg.seq != number:
                yield f"sequence: account {account} has {leg.seq} where {number} follows"
                break
            if leg.posted != now_posted or leg.held not in {None, now_held}:
                yield f"balance after: transfer {leg.transfer} on account {account}"
                break
        if (posted, held, seq) != (now_posted, now_held, len(legs)):
            yield f"balance: account {account} is not what its transfers make"


def covered(_deeds: dict[str, Deed], book: Book) -> Iterator[str]:
    """Nobody ever had less than was held of theirs: holds count in every check."""
    for account, floor in book.floors.items():
        for leg in book.legs.get(account, []):
            if leg.held is not None and leg.posted - leg.held < floor:
                yield (
                    f"holds: transfer {leg.transfer} left account {account} with {leg.posted} "
                    f"where {leg.held} is held"
                )
                break


def told(_deeds: dict[str, Deed], book: Book) -> Iterator[str]:
    """Whatever was booked has its news in the outbox, or has been told."""
    for memo, rows in book.records.items():
        for row in rows:
            if row[0] not in book.told:
                yield f"outbox: nobody is told of record {row[0]} of {memo}"


def answered(deeds: dict[str, Deed], _book: Book) -> Iterator[str]:
    """Every wish got a definite answer in the end, and always the same one."""
    for deed in deeds.values():
        if deed.outcome is None:
            yield f"unresolved: {deed.wish.kind} {deed.wish.id} was never answered"
            continue
        done = {(one.result, one.record) for one in deed.outcomes if one.result == "done"}
        refusals = deed.wish.kind == "send" and len({one.result for one in deed.outcomes}) > 1
        if len(done) > 1 or refusals:
            yield f"two answers: {deed.wish.kind} {deed.wish.id}: {sorted(done)}"


def once(deeds: dict[str, Deed], book: Book) -> Iterator[str]:
    """What was acknowledged stands exactly once, as wished; what was refused does not stand."""
    for memo in book.records.keys() - deeds.keys():
        yield f"never asked: record of {memo}"
    for deed in deeds.values():
        wish, outcome = deed.wish, deed.outcome
        rows = book.records.get(wish.id, [])
        if wish.kind != "send" or outcome is None:
            continue
        if outcome.result == "refused" and rows:
            yield f"refused, yet present: {wish.id}"
        if outcome.result == "done":
            if [row[1:] for row in rows] != [(wish.amount, wish.payer, wish.payee)]:
                yield f"acknowledged, stands {len(rows)} times or otherwise: {wish.id}"
            elif rows[0][0] != outcome.record or outcome.record not in book.transfers:
                yield f"acknowledged under another id: {wish.id}"


def ended(deeds: dict[str, Deed], book: Book) -> Iterator[str]:
    """Of all who would end a pending transfer exactly one did, and it ended once."""
    wins = Counter(
        deed.wish.record
        for deed in deeds.values()
        if deed.wish.kind != "send" and deed.outcome and deed.outcome.result == "done"
    )
    for record, count in wins.items():
        if count > 1 or book.ends[record] != 1:
            yield f"ended: transfer {record} by {count} wishes, in the ledger {book.ends[record]}"
    for record in book.ends.keys() - wins.keys():
        yield f"ended by nobody: transfer {record}"


def in_real_time(deeds: dict[str, Deed], book: Book) -> Iterator[str]:
    """What was acknowledged before another was asked stands before it on a shared account."""
    times: dict[str, tuple[int, int]] = {}
    for deed in deeds.values():
        if deed.wish.kind == "send" and deed.outcome and deed.outcome.result == "done":
            times[deed.outcome.record] = (deed.asked_at, deed.told_at or 0)
    for account, legs in book.legs.items():
        latest, which = 0, ""
        for leg in legs:
            if leg.transfer not in times:
                continue
            asked, told = times[leg.transfer]
            if latest > told:
                yield (
                    f"real time: on account {account} {which} stands before {leg.transfer}, "
                    "which was acknowledged before it was asked"
                )
            if asked > latest:
                latest, which = asked, leg.transfer


RULES = (conserved, chained, covered, answered, once, ended, told, in_real_time)
