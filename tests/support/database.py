"""The database that all tests of a run share.

The ledger is append-only and the engine commits on connections of its own, so nothing is rolled
back between tests. Tests commit, each makes its own people with unique aliases, and looks only at
what belongs to them. A test that must damage data does it in a copy (`clone_database`).
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator

import psycopg
import pytest
from pytest_django import DjangoDbBlocker

from tests.support.cluster import LIVE, TestCluster

TEMPLATE = f"okpay_template_{os.getpid()}"


def migrate(address: str) -> None:
    """Bring one database to the newest schema, as its owner.

    Raises:
        RuntimeError: with what the migration printed.
    """
    changed = {"OKPAY_DATABASE_URL": address, "OKPAY_DB_ROLE": "okpay_owner"}
    done = subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--verbosity=0"],
        env={**os.environ, **changed},
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        message = f"the migrations failed:\n{done.stdout}{done.stderr}"
        raise RuntimeError(message)


@pytest.fixture(scope="session")
def cluster(pytestconfig: pytest.Config) -> TestCluster:
    """Return the server of this run (started by conftest, before Django reads its settings)."""
    found: TestCluster | None = getattr(pytestconfig, "okpay_cluster", None)
    if found is None:
        pytest.fail("this folder is marked no_database, yet the test asks for PostgreSQL")
    return found


@pytest.fixture(scope="session")
def database(cluster: TestCluster, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """Migrate a template once, copy it, and open it to Django for the rest of the run."""
    template = cluster.create(TEMPLATE)
    migrate(template)
    address = cluster.create(LIVE, TEMPLATE)
    with django_db_blocker.unblock():
        yield address
        _close_django()


@pytest.fixture(autouse=True)
def _database_unless_pure(request: pytest.FixtureRequest) -> None:
    """Give every test the database, except where `no_database` says that it is pure."""
    if request.node.get_closest_marker("no_database") is None:
        request.getfixturevalue("database")


@pytest.fixture
def clone_database(cluster: TestCluster, database: str) -> Iterator[Callable[..., str]]:
    """Copy a database and return the address of the copy, to be damaged at will.

    `clone_database()` copies what the run has committed so far, `clone_database(empty=True)` the
    freshly migrated schema.
    """
    made: list[str] = []

    def clone(*, empty: bool = False) -> str:
        name = f"okpay_clone_{uuid.uuid4().hex[:12]}"
        made.append(name)
        if empty:
            return cluster.create(name, TEMPLATE)
        target = cluster.create(name)
        _copy(cluster, database, target)
        return target

    yield clone
    for name in made:
        cluster.drop(name)


def _copy(cluster: TestCluster, source: str, target: str) -> None:
    """Dump and restore: CREATE DATABASE … TEMPLATE would need every connection to be closed."""
    dump = [cluster.program("pg_dump"), "--dbname", source]
    restore = [cluster.program("psql"), "--dbname", target, "-X", "-q", "-v", "ON_ERROR_STOP=1"]
    text = subprocess.run(dump, check=True, capture_output=True).stdout
    subprocess.run(restore, input=text, check=True, capture_output=True)


@pytest.fixture
def owner_connection(database: str) -> Iterator[psycopg.Connection]:
    """Return an autocommit connection as the owner of everything, past every privilege."""
    with psycopg.connect(database, autocommit=True) as connection:
        yield connection


def _close_django() -> None:
    from django.db import connections

    if importlib.util.find_spec("okpay.payments.engine.access"):
        from okpay.payments.engine.access import engine

        engine().stop()
    with contextlib.suppress(psycopg.Error):
        connections.close_all()
