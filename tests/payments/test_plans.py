"""No statement on the way of a payment, or of a customer's own pages, ever reads a whole table.

Shown twice: by the plans (with statistics and without), and by PostgreSQL's own count of whole
reads while batches of 1 to 1,024 commands run.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from types import ModuleType
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.support.cluster import TestCluster, parameters
from tests.support.database import TEMPLATE

CUSTOMERS, TRANSFERS = 20_000, 60_000
LARGE = {
    "identity_accesstoken", "identity_person", "ledger_account", "ledger_batch", "ledger_hold",
    "ledger_transfer", "payments_answer", "payments_groupleg", "payments_pending",
    "wallets_record", "wallets_recordevent", "wallets_refund",
}  # fmt: skip
SINCE_16 = 160_000  # EXPLAIN (GENERIC_PLAN)
SINCE_18 = 180_000  # statistics can be cleared
WHOLE = "SELECT relname, seq_scan FROM pg_stat_user_tables WHERE relname = ANY(%s)"
INSERTED = "SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 'ledger_transfer'"
TOKENS = """
INSERT INTO identity_accesstoken (id, person_id, name, digest, tail, scopes, created_at, expires_at)
SELECT gen_random_uuid(), id, 'x', sha256(id::text::bytea), '0000', '{}', now(), now()
FROM identity_person LIMIT 5000
"""


@pytest.fixture(scope="module")
def book(cluster: TestCluster, database: str) -> Iterator[str]:
    """A book that is large enough for the planner to care, with statistics."""
    from bench.scale_load import load

    name = f"okpay_plans_{uuid.uuid4().hex[:12]}"
    url = cluster.create(name, TEMPLATE)
    load(url, CUSTOMERS, TRANSFERS, lambda _: None)
    _furnish(url)
    yield url
    cluster.drop(name)


def _furnish(url: str) -> None:
    """Fill also what only some payments write."""
    from okpay.payments.engine.commands import Group, Refund
    from okpay.payments.engine.postgres import PostgresStore
    from tests.payments.store.places import keep
    from tests.payments.wishes import send

    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(TOKENS)
        found = owner.execute("SELECT id::text FROM identity_person LIMIT 2000").fetchall()
        people = [row[0] for row in found]
    store = PostgresStore(url)
    keep(store, *(send(one, f"{one}@new.example", 1, invite=True) for one in people))
    paid = keep(store, *(send(one, people[0], 1) for one in people[1:]))
    common = {"endpoint": "refunds", "fingerprint": people[0], "owner": people[0]}
    new = {one.record: str(uuid.uuid4()) for one in paid}
    backs = [
        Refund(client_key=old, record=record, original=old, amount=1, **common)
        for old, record in new.items()
    ]
    groups = [
        Group(client_key=one, group=one, members=[send(one, people[0], 1) for _ in "ab"], **common)
        for one in people[1:]
    ]
    keep(store, *backs, *groups)
    store.close()
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")


@pytest.fixture(params=["with statistics", "without"])
def planned(request: pytest.FixtureRequest, book: str) -> Iterator[str]:
    """The book, as it is and as one that was never analysed."""
    if request.param == "with statistics":
        yield book
        return
    with psycopg.connect(book, autocommit=True) as owner:
        if owner.info.server_version < SINCE_18:
            pytest.skip("statistics can be cleared since PostgreSQL 18")
        for table in LARGE:
            owner.execute(f"ALTER TABLE {table} SET (autovacuum_enabled = off)")
            owner.execute("SELECT pg_clear_relation_stats('public', %s)", [table])
            owner.execute(
                "SELECT pg_clear_attribute_stats('public', tablename, attname, inherited)"
                " FROM pg_stats WHERE schemaname = 'public' AND tablename = %s",
                [table],
            )
        yield book
        for table in LARGE:
            owner.execute(f"ALTER TABLE {table} RESET (autovacuum_enabled)")
        owner.execute("ANALYZE")


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", []):
        yield from nodes(part)


def whole_reads(explained: list[dict[str, Any]]) -> list[str]:
    """Name what reads all of a large table: a scan of it, or an index without a condition."""
    found = []
    for node in nodes(explained[0]["Plan"]):
        kind, table = node["Node Type"], node.get("Relation Name", node.get("Index Name", ""))
        by_index = kind in {"Index Scan", "Index Only Scan", "Bitmap Index Scan"}
        small = "Relation Name" in node and table not in LARGE
        if not small and (kind == "Seq Scan" or (by_index and "Index Cond" not in node)):
            found.append(f"{kind} on {table}")
    return found


def test_a_whole_read_is_seen(book: str) -> None:
    asked = {
        "SELECT memo FROM wallets_record": ["Seq Scan on wallets_record"],
        "SELECT id FROM ledger_transfer ORDER BY id": ["Index Only Scan on ledger_transfer"],
        "SELECT memo FROM wallets_record WHERE id = '00000000-0000-0000-0000-000000000000'": [],
        "SELECT 1 FROM django_migrations": [],
    }
    with psycopg.connect(book) as owner:
        owner.execute("SET enable_sort = off")
        for statement, wrong in asked.items():
            row = owner.execute(f"EXPLAIN (FORMAT JSON) {statement}").fetchone()
            assert row is not None
            assert whole_reads(row[0]) == wrong


def statements(module: ModuleType) -> dict[str, str]:
    from okpay.payments.engine.wire import Statement

    return {
        name: statement.sql.decode()
        for name, statement in vars(module).items()
        if isinstance(statement, Statement) and "FROM" in statement.sql.decode()
    }


def test_no_statement_of_the_engine_reads_a_whole_table(planned: str) -> None:
    from okpay.payments.engine import load, persist
    from okpay.payments.engine.connect import connect

    asked = statements(load) | statements(persist)
    assert {"LOCK", "ANSWERS", "TOLD_AGAIN", "BY_EMAIL", "MAIN", "FLAGS", "MOVED"} <= set(asked)
    wire = connect(planned)
    if wire.info.server_version < SINCE_16:
        pytest.skip("generic plans can be shown since PostgreSQL 16")
    found = {}
    for name, statement in asked.items():
        row = wire.execute(f"EXPLAIN (GENERIC_PLAN, FORMAT JSON) {statement}").fetchone()
        assert row is not None
        found[name] = whole_reads(row[0])
    wire.close()
    assert found == {key: [] for key in asked}


def _whole_reads(url: str, transfers: int) -> dict[str, int]:
    """How often each table was read whole, once the server has counted so many transfers."""
    until = time.monotonic() + 30
    with psycopg.connect(url, autocommit=True) as owner:
        while time.monotonic() < until:
            if owner.execute(INSERTED).fetchall()[0][0] >= transfers:
                return dict(owner.execute(WHOLE, [[*LARGE]]).fetchall())
            time.sleep(0.05)
    pytest.fail("the server never counted the transfers")


def _quiet(url: str) -> tuple[list[str], int]:
    """Take some people; nothing of ours is left to be counted, and nobody vacuums."""
    with psycopg.connect(url, autocommit=True) as owner:
        rows = owner.execute("SELECT id::text FROM identity_person ORDER BY id DESC LIMIT 999")
        people = [row[0] for row in rows.fetchall()]
        for table in LARGE:
            owner.execute(f"ALTER TABLE {table} SET (autovacuum_enabled = off)")
        there = owner.execute("SELECT count(*) FROM ledger_transfer").fetchall()[0][0]
        owner.execute("SELECT pg_stat_force_next_flush()")
    return people, there


@pytest.mark.parametrize("size", [1, 16, 256, 1024])
def test_a_batch_of_any_size_reads_no_table_whole(book: str, size: int) -> None:
    from okpay.payments.engine.postgres import PostgresStore
    from tests.payments.store.places import keep
    from tests.payments.wishes import flag, resolve, send, top_up

    (ann, ben, *others), there = _quiet(book)
    before = _whole_reads(book, there)
    store = PostgresStore(book)
    wishes = [send(ann, others[n % 997], 1) for n in range(size // 2)]
    wishes += [send(others[n % 997], ben, 1) for n in range(size - len(wishes))]
    keep(store, *wishes)
    keep(store, top_up(ann, 5), send(ann, f"{size}@scale.example", 1))
    waiting = keep(store, send(ann, f"new{size}@scale.example", 3, invite=True))
    keep(store, resolve(waiting[0].record, "cancel", ann), flag(others[5], frozen=False))
    assert all(one.replayed for one in keep(store, *wishes))
    store.close()
    assert _whole_reads(book, there + size + 4) == before


@pytest.fixture
def people_there(planned: str) -> Iterator[list[UUID]]:
    """Django looks at the book for as long as the test runs."""
    from django.db import connection

    kept = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = parameters(planned)["dbname"]
    with psycopg.connect(planned) as owner:
        rows = owner.execute("SELECT id FROM identity_person ORDER BY id LIMIT 3 OFFSET 500")
        people = [row[0] for row in rows.fetchall()]
    yield people
    connection.close()
    connection.settings_dict["NAME"] = kept


def _plans_of(work: Callable[[], object]) -> list[str]:
    """Explain every statement that `work` gives to the database, as it gives it."""
    from django.db import connection

    found: list[str] = []

    def explained(execute: Any, query: str, values: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 — as Django calls it
        with context["cursor"].connection.cursor() as beside:
            beside.execute(f"EXPLAIN (FORMAT JSON) {query}", values)
            plan = beside.fetchone()[0]
        found.extend(whole_reads(plan if isinstance(plan, list) else json.loads(plan)))
        return execute(query, values, many, context)

    with connection.execute_wrapper(explained):
        assert work() is not None
    return found


def test_a_page_of_a_busy_payee_reads_one_page_of_rows(people_there: list[UUID]) -> None:
    """Also when the statistics do not know yet how busy: found in a book of twenty million."""
    from django.db import connection

    from okpay.wallets import queries

    busiest = (
        "SELECT payee, max(n) FROM (SELECT payee, count(*) AS n FROM wallets_record"
        " WHERE payee IS NOT NULL GROUP BY payee, created_at) AS moment"
        " GROUP BY payee ORDER BY sum(n) DESC LIMIT 1"
    )
    with connection.cursor() as cursor:
        cursor.execute(busiest)
        person, in_one_moment = cursor.fetchone()
    read: list[int] = []

    def counted(execute: Any, query: str, values: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 — as Django calls it
        with context["cursor"].connection.cursor() as beside:
            beside.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {query}", values)
            plan = beside.fetchone()[0]
        parts = nodes((plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"])
        read.extend(
            int(part["Actual Rows"])
            for part in parts
            if part.get("Relation Name") == "wallets_record"
        )
        return execute(query, values, many, context)

    with connection.execute_wrapper(counted):
        assert len(queries.records(person, limit=20)) == 20
    assert read
    assert max(read) <= in_one_moment + 20  # the records of a batch have one moment


def test_no_page_of_a_customer_reads_a_whole_table(people_there: list[UUID]) -> None:
    from okpay.kernel import clock
    from okpay.kernel.money import ASSETS
    from okpay.ledger import as_of
    from okpay.wallets import past, queries, sums

    person, now = people_there[0], clock.now()
    first, *_, last = queries.records(person, limit=3)
    then = now - timedelta(days=30)
    asks: dict[str, Callable[[], object]] = {
        "balances": lambda: queries.balances(person, now),
        "records": lambda: queries.records(person, limit=20),
        "older": lambda: queries.records(person, before=first.id),
        "newer": lambda: queries.records(person, after=last.id),
        "one record": lambda: queries.record_detail(person, first.id),
        "months": lambda: sums.month_totals(person, [now, now - timedelta(days=31)]),
        "days": lambda: sums.daily_balances(person, ASSETS["CNY"], now),
        "past": lambda: past.balances_as_of(person, then, now),
        "past of an account": lambda: as_of.of_account(500, then, now),
    }
    found = {name: _plans_of(ask) for name, ask in asks.items()}
    assert found == {key: [] for key in asks}
