"""Hostile case N13: a server that might lose money, or misorder it, is refused by name."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from okpay import embedded
from okpay.embedded import creation, layout
from okpay.embedded.errors import UnsafeSettingError, VersionMismatchError, WrongLocaleError

Start = Callable[..., embedded.Cluster]


def administer(cluster: embedded.Cluster, *statements: str) -> None:
    url = cluster.url("postgres", role=creation.ADMIN)
    with psycopg.connect(url, autocommit=True) as link:
        for statement in statements:
            link.execute(statement)


@pytest.mark.parametrize("name", ["fsync", "full_page_writes", "synchronous_commit"])
def test_n13_unsafe_setting_in_a_file(home: Path, start: Start, name: str) -> None:
    cluster = start()
    cluster.stop()
    local = cluster.places.file("local.conf")
    local.write_text(f"{name} = off\n")
    local.chmod(0o644)
    with pytest.raises(UnsafeSettingError, match=f"PostgreSQL runs with {name} = off"):
        start()
    assert embedded.status(home).state == "stopped"
    local.unlink()
    assert start().started


def test_n13_unsafe_setting_in_the_database(home: Path, start: Start) -> None:
    cluster = start()
    administer(cluster, "ALTER ROLE okpay_owner SET synchronous_commit = off")
    with pytest.raises(UnsafeSettingError, match="synchronous_commit = off"):
        start()
    assert cluster.alive()  # it was running before, so it is not ours to stop
    administer(cluster, "ALTER ROLE okpay_owner RESET ALL", "ALTER SYSTEM SET fsync = off")
    cluster.stop()
    with pytest.raises(UnsafeSettingError, match="fsync = off"):
        start()


def test_n13_checksums_off(home: Path, start: Start, programs: str) -> None:
    cluster = start()
    cluster.stop()
    _, account = layout.prepare(home)
    command = [cluster.binaries.program("pg_checksums"), "--disable", "-D"]
    subprocess.run(
        [*command, str(cluster.places.data)],
        check=True,
        capture_output=True,
        cwd="/",
        **account.popen(),
    )
    with pytest.raises(UnsafeSettingError, match="data_checksums = off"):
        start()


def test_n13_wrong_encoding(start: Start, programs: str) -> None:
    cluster = start()
    administer(
        cluster,
        "DROP DATABASE okpay",
        "CREATE DATABASE okpay OWNER okpay_owner TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'"
        + (" LOCALE_PROVIDER libc" if cluster.binaries.major >= 17 else ""),
    )
    with pytest.raises(WrongLocaleError, match="encoding is LATIN1 and must be UTF8"):
        start()


def test_n13_wrong_collation(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.embedded.conftest import system_folder

    monkeypatch.setenv("OKPAY_POSTGRES_BIN", str(system_folder()))
    cluster = start()
    administer(
        cluster,
        "DROP DATABASE okpay",
        "CREATE DATABASE okpay OWNER okpay_owner TEMPLATE template0 "
        "LOCALE_PROVIDER icu ICU_LOCALE 'zh' LOCALE 'C.UTF-8'",
    )
    with pytest.raises(WrongLocaleError, match="sorts by zh and must sort by"):
        start()


def test_n13_collation_of_another_version(start: Start, programs: str) -> None:
    cluster = start()
    administer(cluster, "UPDATE pg_database SET datcollversion = '0.1' WHERE datname = 'okpay'")
    with pytest.raises(WrongLocaleError, match=r"was made with version 0\.1 of the rules"):
        start()


def test_n13_data_of_another_major_version(
    home: Path,
    start: Start,
    two_versions: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wheel, system = two_versions
    monkeypatch.setenv("OKPAY_POSTGRES_BIN", str(system))
    start().stop()
    monkeypatch.setenv("OKPAY_POSTGRES_BIN", str(wheel))
    with pytest.raises(VersionMismatchError, match=r"was made by PostgreSQL \d+, and only \d+"):
        start()
    monkeypatch.delenv("OKPAY_POSTGRES_BIN")
    found = start()
    assert found.binaries.folder == system  # the right version is taken where it is here
    assert embedded.status(home).state == "running"
