"""A book that was made in bulk is a book: the proof is green, and the engine goes on with it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from okpay.ledger.chart import HOUSE
from tests.support.cluster import TestCluster
from tests.support.database import TEMPLATE

INDEXES = """
SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname
"""
RULES = """
SELECT conrelid::regclass::text, conname, contype, pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2
"""
TRIGGERS = "SELECT tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1"


@pytest.fixture
def empty(cluster: TestCluster, database: str) -> Iterator[Callable[[], str]]:
    """Make freshly migrated databases."""
    made = []

    def make() -> str:
        made.append(f"okpay_scale_{uuid.uuid4().hex[:12]}")
        return cluster.create(made[-1], TEMPLATE)

    yield make
    for name in made:
        cluster.drop(name)


def rows(url: str, statement: Any) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(statement).fetchall()


@pytest.mark.parametrize(("customers", "transfers"), [(200, 1_000), (97, 97), (97, 291), (2, 7)])
def test_the_proof_of_a_made_book_is_green(
    empty: Callable[[], str], customers: int, transfers: int
) -> None:
    from bench.scale_load import load
    from tests.payments.world import broken

    url = empty()
    load(url, customers, transfers, lambda _: None)
    assert broken(url) == []
    counts = "SELECT (SELECT count(*) FROM ledger_transfer), (SELECT count(*) FROM ledger_account)"
    assert rows(url, counts) == [(transfers, customers + 1)]


def test_what_was_taken_away_for_the_load_is_back_and_the_engine_goes_on(
    empty: Callable[[], str],
) -> None:
    from bench.scale_load import load
    from tests.payments.wishes import send, top_up
    from tests.payments.world import World, broken

    url = empty()
    before = [rows(url, what) for what in (INDEXES, RULES, TRIGGERS)]
    load(url, 50, 230, lambda _: None)
    assert [rows(url, what) for what in (INDEXES, RULES, TRIGGERS)] != []
    assert [
        [row for row in rows(url, what) if "bench_scale" not in str(row)]
        for what in (INDEXES, RULES, TRIGGERS)
    ] == before
    people = [str(row[0]) for row in rows(url, "SELECT id FROM identity_person LIMIT 2")]
    with World(url) as world:
        (newcomer,) = world.people(1)
        world.done(top_up(newcomer, 5), send(people[0], people[1], 7), send(people[1], newcomer, 1))
        assert world.balance(newcomer) == (6, 0)
    assert broken(url) == []


def test_a_load_that_was_broken_off_goes_on_and_ends_the_same(
    empty: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from bench import scale_load
    from tests.payments.world import broken

    monkeypatch.setattr(scale_load, "CHUNK", 256)
    monkeypatch.setattr(scale_load, "LINKS", 1)
    url, said = empty(), list[str]()

    def stop(line: str) -> None:
        said.append(line)
        if line.startswith("index ledger"):
            raise KeyboardInterrupt

    add = scale_load.Teller.add

    def fall(teller: Any, count: int) -> None:
        add(teller, count)
        if teller.done > 900:
            raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(scale_load.Teller, "add", fall)
        with pytest.raises(ConnectionError):
            scale_load.load(url, 300, 1_500, said.append)
    assert 0 < rows(url, "SELECT count(*) FROM ledger_transfer")[0][0] < 1_500
    with pytest.raises(KeyboardInterrupt):
        scale_load.load(url, 300, 1_500, stop)
    plan = scale_load.load(url, 300, 1_500, said.append)
    assert plan == scale_load.load(url, 300, 1_500, said.append)
    assert broken(url) == []
    with pytest.raises(ValueError, match="300 customers"):
        scale_load.load(url, 300, 1_501, said.append)


def test_a_book_of_somebody_elses_is_left_alone(empty: Callable[[], str]) -> None:
    from bench.scale_load import load

    url = empty()
    with psycopg.connect(url) as connection:
        connection.execute(
            "INSERT INTO ledger_account (owner, asset, kind) VALUES (%s, 156, 10)", [HOUSE]
        )
    with pytest.raises(ValueError, match="not made here"):
        load(url, 2, 2, lambda _: None)
