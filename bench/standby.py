"""A second PostgreSQL that confirms every commit, on the same machine, and what it costs."""

from __future__ import annotations

import contextlib
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import mean
from typing import Any, Final

import psycopg

from okpay.embedded import Cluster, account, creation, process

NAME: Final = "bench_standby"
PATIENCE: Final = 60  # seconds for a copy to catch up
TURNS: Final = 2


def compare(cluster: Cluster, rate: Callable[[], float]) -> dict[str, float]:
    """Measure `rate` without a standby, beside one, and waiting for one, in this run.

    "Beside" shows what the standby itself costs a machine that both share; the rest is what
    waiting costs. Without one is measured before and after, so that a machine that becomes
    slower or faster meanwhile does not count.
    """
    none = [rate()]
    beside: list[float] = []
    waiting: list[float] = []
    with standby(cluster):
        for _ in range(TURNS):
            with synchronous(cluster, on=True):
                waiting.append(rate())
            with synchronous(cluster, on=False):
                beside.append(rate())
    none.append(rate())
    found = {
        "standby_none_tps": mean(none),
        "standby_beside_tps": mean(beside),
        "standby_sync_tps": mean(waiting),
    }
    found["standby_sync_vs_none"] = found["standby_sync_tps"] / found["standby_none_tps"]
    found["standby_sync_vs_beside"] = found["standby_sync_tps"] / found["standby_beside_tps"]
    return found


@contextlib.contextmanager
def standby(cluster: Cluster) -> Iterator[Path]:
    """Copy a running server and let the copy follow it; yield the folder of its socket."""
    home = Path(tempfile.mkdtemp(prefix="okpay-standby-"))
    home.chmod(0o711)
    user = account.choose(cluster.places.data)
    data, socket = home / "data", home / "run"
    for folder in (data, socket):
        folder.mkdir()
        user.own(folder, 0o700)
    try:
        _copy(cluster, user, data)
        child = _follow(cluster, user, data, socket, home / "server.log")
        try:
            _until(cluster, "state = 'streaming'")
            yield socket
        finally:
            child.send_signal(signal.SIGINT)
            child.wait(PATIENCE)
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextlib.contextmanager
def synchronous(cluster: Cluster, *, on: bool) -> Iterator[None]:
    """While this holds, a commit is acknowledged when the standby has it too."""
    _set(cluster, NAME if on else "")
    try:
        _until(cluster, "sync_state = 'sync'" if on else "sync_state = 'async'")
        yield
    finally:
        _set(cluster, "")


def _copy(cluster: Cluster, user: account.Account, data: Path) -> None:
    """Take a base backup with the server's own program, as the server's own user."""
    subprocess.run(
        [
            cluster.binaries.program("pg_basebackup"), "--pgdata", str(data), "--checkpoint=fast",
            "--wal-method=stream", "--host", str(cluster.places.socket), "--username",
            creation.ADMIN, "--no-password",
        ],
        check=True, capture_output=True, cwd="/", env=_environment(cluster), **user.popen(),
    )  # fmt: skip
    (data / "standby.signal").touch()
    user.own(data / "standby.signal", 0o600)


def _environment(cluster: Cluster) -> dict[str, str]:
    secret = creation.password(cluster.places, creation.ADMIN)
    return {"LC_ALL": "C", "PATH": "/usr/bin:/bin", "TZ": "UTC", "PGPASSWORD": secret}


def _follow(
    cluster: Cluster, user: account.Account, data: Path, socket: Path, log: Path
) -> subprocess.Popen[bytes]:
    """Start the copy with the first server's settings; its own are on the command line."""
    upstream = (
        f"host={cluster.places.socket} user={creation.ADMIN} dbname=postgres "
        f"application_name={NAME}"
    )
    own = {
        "config_file": cluster.places.file("postgresql.conf"),
        "unix_socket_directories": socket,
        "primary_conninfo": upstream,
        "synchronous_standby_names": "",
    }
    settings = [word for name, value in own.items() for word in ("-c", f"{name}={value}")]
    with log.open("wb") as said:
        return subprocess.Popen(
            [cluster.binaries.program("postgres"), "-D", str(data), *settings],
            stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd="/",
            env=_environment(cluster), start_new_session=True,
            preexec_fn=_bound,  # noqa: PLW1509 — one system call, no locks
            **user.popen(),
        )  # fmt: skip


def _bound() -> None:
    process.die_with_parent(signal.SIGINT)


def _admin(cluster: Cluster) -> psycopg.Connection[Any]:
    return psycopg.connect(cluster.url("postgres", role=creation.ADMIN), autocommit=True)


def _set(cluster: Cluster, names: str) -> None:
    with _admin(cluster) as link:
        link.execute(f"ALTER SYSTEM SET synchronous_standby_names = '{names}'")
        link.execute("SELECT pg_reload_conf()")


def _until(cluster: Cluster, condition: str) -> None:
    """Wait until the first server says so of the standby.

    Raises:
        RuntimeError: it never did.
    """
    statement = (
        f"SELECT 1 FROM pg_stat_replication WHERE application_name = '{NAME}' AND {condition}"  # noqa: S608 — words of ours
    )
    until = time.monotonic() + PATIENCE
    with _admin(cluster) as link:
        while link.execute(statement).fetchone() is None:
            if time.monotonic() > until:
                message = f"the standby is not there: {condition}"
                raise RuntimeError(message)
            time.sleep(0.1)
