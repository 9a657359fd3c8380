"""Servers and databases of the laboratory's own."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.cluster import TestCluster
from tests.support.database import TEMPLATE

if TYPE_CHECKING:
    from tests.lab.room import Server
    from tests.payments.world import World


@pytest.fixture
def server(cluster: TestCluster, database: str) -> Iterator[Server]:
    from tests.lab.room import Server

    home = Path(tempfile.mkdtemp(prefix="okpay-lab-"))
    made = Server(home, cluster, TEMPLATE)
    yield made
    made.remove()
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def loose_world(cluster: TestCluster, database: str) -> Iterator[World]:
    from tests.payments.world import World

    name = f"okpay_lab_{uuid.uuid4().hex[:12]}"
    with World(cluster.create(name, TEMPLATE)) as world:
        yield world
    cluster.drop(name)


@pytest.fixture(scope="session")
def schema(cluster: TestCluster, database: str) -> Iterator[str]:
    """Dump the product's tables, for servers of the laboratory's own; return the file's path."""
    folder = Path(tempfile.mkdtemp(prefix="okpay-lab-"))
    dump = [cluster.program("pg_dump"), "--dbname", cluster.url(TEMPLATE)]
    text = subprocess.run(dump, check=True, capture_output=True).stdout
    (folder / "schema.sql").write_bytes(text)
    yield str(folder / "schema.sql")
    shutil.rmtree(folder)
