"""Fill a database with the rows of a large book, part by part; what was begun is gone on with."""

from __future__ import annotations

import queue
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import sql

from bench import scale_rows as rows
from bench.blinds import blind_sql
from bench.scale_rows import Plan

CHUNK: Final = 256 * 256  # rows of one transaction, whole batches
LINKS: Final = 2
_STATE: Final = """
CREATE TABLE IF NOT EXISTS bench_scale.part (name text, low bigint, PRIMARY KEY (name, low));
CREATE TABLE IF NOT EXISTS bench_scale.built (place int PRIMARY KEY, name text, statement text);
CREATE TABLE IF NOT EXISTS bench_scale.plan (customers bigint, transfers bigint, began timestamptz,
  taken boolean NOT NULL DEFAULT false, done boolean NOT NULL DEFAULT false);
"""
# Every index, and how it is made again: constraints first by their own words. What a foreign key
# leans on stays; it is a primary key that grows in order.
_INDEXES: Final = """
SELECT c.relname, t.relname, k.conname,
  CASE WHEN k.oid IS NULL THEN pg_get_indexdef(i.indexrelid)
       ELSE format('ALTER TABLE %%I ADD CONSTRAINT %%I %%s', t.relname, k.conname,
                   pg_get_constraintdef(k.oid)) END
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
LEFT JOIN pg_constraint k ON k.conindid = c.oid AND k.contype IN ('p', 'u', 'x')
  AND k.conrelid = t.oid
WHERE t.relname = ANY(%s) AND t.relnamespace = 'public'::regnamespace
  AND NOT EXISTS (SELECT 1 FROM pg_constraint f WHERE f.contype = 'f' AND f.conindid = c.oid)
ORDER BY t.relname, k.contype, c.relname
"""
_SESSION: Final = (
    "-c maintenance_work_mem=1GB -c max_parallel_maintenance_workers=1 -c synchronous_commit=off"
    " -c timezone=UTC"
)
Connection = psycopg.Connection[Any]
Say = Callable[[str], None]


@dataclass(frozen=True)
class Part:
    """A piece of work: one transaction that adds rows `low` up to `high` of something."""

    name: str
    statement: str
    words: dict[str, object]
    low: int
    high: int


def load(url: str, customers: int, transfers: int, say: Say) -> Plan:
    """Make the book, or go on where it stopped; return its plan. Nothing else may write meanwhile.

    Raises:
        ValueError: the database holds another book, or one that was not made here.
    """
    with connect(url) as link:
        plan, done = _plan(link, customers, transfers)
        if not done:
            _prepare(link, say)
            _fill(url, plan, say)
            _finish(link, say)
            say("seals")
            _seal(url)
            link.execute("VACUUM (ANALYZE)")
            link.execute("UPDATE bench_scale.plan SET done = true")
    return plan


def connect(url: str) -> Connection:
    """Connect as the owner; what a crash loses of a load is made again."""
    return psycopg.connect(url, options=_SESSION, autocommit=True)


def _plan(link: Connection, customers: int, transfers: int) -> tuple[Plan, bool]:
    link.execute(rows.FUNCTIONS)
    link.execute(_STATE)
    found = link.execute(
        "SELECT customers, transfers, began, done FROM bench_scale.plan"
    ).fetchone()
    if found is None:
        if link.execute("SELECT EXISTS (SELECT 1 FROM ledger_account)").fetchone() != (False,):
            message = "there is a book already that was not made here"
            raise ValueError(message)
        plan = rows.plan(customers, transfers)
        link.execute(
            "INSERT INTO bench_scale.plan VALUES (%s, %s, %s)", [customers, transfers, plan.began]
        )
        return plan, False
    if found[:2] != (customers, transfers):
        message = f"the database holds a book of {found[0]} customers and {found[1]} transfers"
        raise ValueError(message)
    return Plan(*found[:3]), found[3]


def _prepare(link: Connection, say: Say) -> None:
    """Take indexes and triggers away, once, and write down how they were."""
    if link.execute("SELECT taken FROM bench_scale.plan").fetchone() == (True,):
        return
    say("indexes and triggers are taken away until the rows are there")
    with link.transaction():
        for place, (index, table, constraint, made) in enumerate(
            link.execute(_INDEXES, [[*rows.TABLES]]).fetchall()
        ):
            link.execute("INSERT INTO bench_scale.built VALUES (%s, %s, %s)", [place, index, made])
            drop = "ALTER TABLE {} DROP CONSTRAINT {}" if constraint else "DROP INDEX {1}"
            link.execute(
                sql.SQL(drop).format(sql.Identifier(table), sql.Identifier(constraint or index))
            )
        _triggers(link, "DISABLE")
        link.execute("UPDATE bench_scale.plan SET taken = true")


def _triggers(link: Connection, what: str) -> None:
    for table in rows.TABLES:
        statement = sql.SQL("ALTER TABLE {} {} TRIGGER USER")
        link.execute(statement.format(sql.Identifier(table), sql.SQL(what)))


def parts(plan: Plan) -> Iterator[Part]:
    """Yield all the work, accounts as they stand after the last round."""
    last = plan.words(plan.rounds)
    yield Part("house", rows.THE_HOUSE, last, 0, 1)
    people = rows.PEOPLE.format(
        email=blind_sql("email", "n || '@scale.example'"),
        phone=blind_sql("phone", "'+86' || 13000000000 + n"),
    )
    yield from _cut("people", people, last, plan.customers)
    yield from _cut("accounts", rows.ACCOUNTS, last, plan.customers)
    for number in range(plan.rounds + 1):
        statement = rows.PAYMENTS if number else rows.TOP_UPS
        yield from _cut(f"round {number}", statement, plan.words(number), plan.size(number))


def _cut(name: str, statement: str, words: dict[str, object], size: int) -> Iterator[Part]:
    for low in range(0, size, CHUNK):
        yield Part(name, statement, words, low, min(low + CHUNK, size))


def _fill(url: str, plan: Plan, say: Say) -> None:
    """Add every part that is not there, over a few connections, telling how far it is."""
    work = [*parts(plan)]
    with connect(url) as link:
        done = set(link.execute("SELECT name, low FROM bench_scale.part").fetchall())
    left = [part for part in work if (part.name, part.low) not in done]
    total = sum(part.high - part.low for part in work)
    teller = Teller(say, total, total - sum(part.high - part.low for part in left))
    waiting: queue.SimpleQueue[Part] = queue.SimpleQueue()
    for part in left:
        waiting.put(part)
    faults: list[BaseException] = []
    threads = [
        threading.Thread(target=_work, args=(url, waiting, teller, faults)) for _ in range(LINKS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]


def _work(
    url: str, waiting: queue.SimpleQueue[Part], teller: Teller, faults: list[BaseException]
) -> None:
    try:
        with connect(url) as link:
            while not faults:
                part = waiting.get_nowait()
                with link.transaction():
                    words = {**part.words, "low": part.low, "high": part.high}
                    link.execute(part.statement, words)
                    link.execute(
                        "INSERT INTO bench_scale.part VALUES (%s, %s)", [part.name, part.low]
                    )
                teller.add(part.high - part.low)
    except queue.Empty:
        return
    except BaseException as fault:  # noqa: BLE001 — raised again by whoever waits for the thread
        faults.append(fault)


class Teller:
    """Says how far the load is, at most every few seconds."""

    def __init__(self, say: Say, total: int, done: int) -> None:
        self._say, self._total, self.done, self._before = say, total, done, done
        self._began = self._told = time.monotonic()
        self._lock = threading.Lock()

    def add(self, count: int) -> None:
        with self._lock:
            self.done += count
            now = time.monotonic()
            if now - self._told > 5 or self.done == self._total:  # noqa: PLR2004 — seconds
                self._told = now
                pace = (self.done - self._before) / (now - self._began)
                left = (self._total - self.done) / pace / 60
                share = 100 * self.done // self._total
                self._say(f"rows {share:3d} %  {pace:,.0f} a second, about {left:.0f} min left")


def _finish(link: Connection, say: Say) -> None:
    """Make indexes and triggers as they were, and tell the planner what there is."""
    waiting = link.execute("SELECT place, name, statement FROM bench_scale.built ORDER BY place")
    for place, name, statement in waiting.fetchall():
        say(f"index {name}")
        with link.transaction():
            link.execute(statement)
            link.execute("DELETE FROM bench_scale.built WHERE place = %s", [place])
    say("triggers, sequences, statistics")
    _triggers(link, "ENABLE")
    link.execute(rows.SEQUENCES)


def _seal(url: str) -> None:
    """Chain all batches as the worker would have."""
    from okpay.ledger.sealing import Sealer, Terms  # noqa: PLC0415 — after Django

    with tempfile.TemporaryDirectory(prefix="okpay-seal-") as folder:
        file = Path(folder) / "checkpoints"
        sealer = Sealer(url, Terms("bench.example", timedelta(minutes=1), file))
        sealer.seal()
        sealer.close()
