"""The database server that tests use."""

from __future__ import annotations

import psycopg
import pytest

from tests.support.cluster import parameters, start_cluster

pytestmark = pytest.mark.no_database


def test_a_cluster_starts_durable_and_leaves_nothing_behind() -> None:
    cluster = start_cluster()
    try:
        with psycopg.connect(cluster.create("okpay_cluster_test")) as connection:
            fsync = connection.execute("SHOW fsync").fetchone()
        assert fsync == ("on",)
        assert parameters(cluster.url("x"))["dbname"] == "x"
    finally:
        cluster.stop()
    assert cluster.embedded is None or not cluster.embedded.alive()
