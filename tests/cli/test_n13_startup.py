"""Hostile case N13 for each process by itself: no start on what could lose or misread money."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

Clone = Callable[..., str]


def run(name: str, address: str, home: Path, **changes: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("OKPAY_")},
        "OKPAY_DATABASE_URL": address,
        "OKPAY_HOME": str(home),
        **changes,
    }
    return subprocess.run(
        [sys.executable, "-m", "okpay.cli", "run", name],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def change(address: str, statement: str) -> None:
    with psycopg.connect(address, autocommit=True) as link:
        link.execute(statement.encode())


@pytest.mark.parametrize("name", ["web", "api", "worker"])
def test_n13_older_schema(clone_database: Clone, tmp_path: Path, name: str) -> None:
    address = clone_database(empty=True)
    change(
        address,
        "DELETE FROM django_migrations WHERE app = 'ledger' AND name ="
        " (SELECT max(name) FROM django_migrations WHERE app = 'ledger')",
    )
    done = run(name, address, tmp_path)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(
        "okpay: The database's schema is older than this program: "
    )
    assert " ledger.00" in done.stderr


def test_n13_commits_that_may_be_lost(clone_database: Clone, tmp_path: Path) -> None:
    address = clone_database(empty=True)
    with psycopg.connect(address) as link:
        name = link.info.dbname
    change(address, f"ALTER DATABASE {name} SET synchronous_commit = off")
    done = run("web", address, tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith(
        "okpay: PostgreSQL runs with synchronous_commit = off, so that money could be lost"
    )


def test_n13_missing_keys_in_production(database: str, tmp_path: Path) -> None:
    done = run("web", database, tmp_path, OKPAY_ENV="production")
    assert done.returncode == 1
    assert done.stderr == (
        "okpay: OKPAY_SECRET_DJANGO is not set; production makes no keys of its own.\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_n13_no_database(tmp_path: Path) -> None:
    done = run("api", "", tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("okpay: There is no database: set OKPAY_DATABASE_URL")


def test_n13_a_database_that_does_not_answer(tmp_path: Path) -> None:
    done = run("api", "postgresql://nobody@127.0.0.1:1/none", tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("okpay: The database does not answer: ")
    assert len(done.stderr.splitlines()) == 1
