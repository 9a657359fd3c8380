"""The standby of the bench is one: it has what was confirmed, and nothing stays behind of it."""

from __future__ import annotations

from urllib.parse import quote

import psycopg

from okpay import embedded
from okpay.embedded import creation


def test_a_confirmed_commit_is_on_the_standby_and_the_server_is_as_before() -> None:
    from bench import standby

    names = "SHOW synchronous_standby_names"
    with (
        embedded.temporary(settings={"shared_buffers": "32MB"}) as cluster,
        psycopg.connect(cluster.url(), autocommit=True) as first,
    ):
        first.execute("CREATE TABLE said (word text)")

        def rate() -> float:
            first.execute("INSERT INTO said VALUES ('one more')")
            return 4.0

        with standby.standby(cluster) as socket, standby.synchronous(cluster, on=True):
            assert first.execute(names).fetchone() == (standby.NAME,)
            first.execute("SET synchronous_commit = remote_apply")
            rate()
            secret = creation.password(cluster.places, creation.OWNER)
            address = f"postgresql://{creation.OWNER}:{secret}@/okpay?host={quote(str(socket))}"
            with psycopg.connect(address) as second:
                assert second.execute("SELECT count(*) FROM said").fetchone() == (1,)
                assert second.execute("SELECT pg_is_in_recovery()").fetchone() == (True,)
        figures = standby.compare(cluster, rate)
        assert figures["standby_sync_vs_none"] == figures["standby_sync_vs_beside"] == 1.0
        assert first.execute(names).fetchone() == ("",)
        assert first.execute("SELECT count(*) FROM pg_stat_replication").fetchone() == (0,)
