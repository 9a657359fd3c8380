"""A fresh database with an engine, for tests that look at all of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.support.cluster import TestCluster
from tests.support.database import TEMPLATE

if TYPE_CHECKING:
    from tests.payments.world import World


@pytest.fixture(scope="module")
def world(cluster: TestCluster, database: str) -> Iterator[World]:
    """Make a freshly migrated database and stop its engine afterwards."""
    from tests.payments.world import World

    name = f"okpay_world_{uuid.uuid4().hex[:12]}"
    with World(cluster.create(name, TEMPLATE)) as made:
        yield made
    cluster.drop(name)
