"""A PostgreSQL of the tests' own: given by address, or started for this run and thrown away."""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from okpay import embedded
from okpay.embedded import binaries

LIVE = f"okpay_test_{os.getpid()}"  # the database that the tests of this run share
SETTINGS = {"max_connections": "200", "shared_buffers": "96MB"}


@dataclass
class TestCluster:
    """One server. `address` reaches its maintenance database as the owner of everything."""

    address: str
    embedded: embedded.Cluster | None = None  # None when the server was given to us
    made: list[str] = field(default_factory=list)
    cleanup: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    __test__ = False  # the name begins with Test, it is none

    def url(self, database: str) -> str:
        """Return the address of one database, as a conninfo string."""
        return make_conninfo(self.address, dbname=database)

    def program(self, name: str) -> str:
        """Return the path of pg_dump, psql or another program that fits the server."""
        found = self.embedded.binaries if self.embedded else binaries.find()
        return str(Path(found.folder) / name)

    def run(self, statement: LiteralString, *names: str) -> None:
        """Run one statement with identifiers filled in, outside a transaction."""
        with psycopg.connect(self.address, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def create(self, database: str, template: str = "template0") -> str:
        """Create a database and return its address; `stop` drops it again."""
        self.run("CREATE DATABASE {} TEMPLATE {}", database, template)
        self.made.append(database)
        return self.url(database)

    def drop(self, database: str) -> None:
        """Drop a database together with whoever is still connected to it.

        A vacuum of the server's own that happens to be there may not be ended by us; it ends soon.
        """
        for _ in range(40):
            try:
                self.run("DROP DATABASE IF EXISTS {} WITH (FORCE)", database)
                break
            except psycopg.errors.InsufficientPrivilege:
                time.sleep(0.25)
        else:
            self.run("DROP DATABASE IF EXISTS {} WITH (FORCE)", database)
        if database in self.made:
            self.made.remove(database)

    def stop(self) -> None:
        """Leave nothing behind: our databases on a given server, or the whole server."""
        if self.embedded is None:
            for database in list(self.made):
                self.drop(database)
        self.cleanup.close()
        if self.embedded and self.embedded.child:
            self.embedded.child.wait(120)


def start_cluster() -> TestCluster:
    """Use `OKPAY_TEST_DATABASE_URL`, else start a temporary server (fsync on, as in earnest)."""
    given = os.environ.get("OKPAY_TEST_DATABASE_URL")
    if given:
        return TestCluster(address=make_conninfo(given))
    cleanup = contextlib.ExitStack()
    server = cleanup.enter_context(embedded.temporary(settings=SETTINGS))
    return TestCluster(address=server.url("postgres"), embedded=server, cleanup=cleanup)


def parameters(conninfo: str) -> dict[str, str]:
    """Return the parts of an address as libpq names them."""
    return {key: str(value) for key, value in conninfo_to_dict(conninfo).items()}
