"""Hostile case N12: whatever an earlier run left behind, a correct start or a clear refusal."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from okpay import embedded
from okpay.embedded import cluster as cluster_module
from okpay.embedded import layout, postmaster, process
from okpay.embedded.errors import AlreadyOwnedError, FolderUnusableError, ForeignDataError

Start = Callable[..., embedded.Cluster]
IS_ROOT = os.geteuid() == 0
START = """
import sys, time
from pathlib import Path
from typing import Any
from okpay import embedded
cluster = embedded.start(Path(sys.argv[1]), lambda line: None, embedded.Options(bound=True))
print(cluster.identity.pid, cluster.started, flush=True)
time.sleep(float(sys.argv[2]))
"""


def query(cluster: embedded.Cluster) -> object:
    with psycopg.connect(cluster.url()) as link:
        return link.execute("SELECT 1").fetchone()


def other_process(home: Path, seconds: float) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", START, str(home), str(seconds)], stdout=subprocess.PIPE, text=True
    )


def told(child: subprocess.Popen[str]) -> list[str]:
    assert child.stdout is not None
    return child.stdout.readline().split()


@contextlib.contextmanager
def bystander(account: dict[str, Any]) -> Iterator[int]:
    """Lend the pid of a harmless process that the server's user runs."""
    child = subprocess.Popen(["/bin/sleep", "60"], cwd="/", **account)
    try:
        yield child.pid
    finally:
        child.kill()
        child.wait()


def leave_pid_file(cluster: embedded.Cluster, pid: int) -> Path:
    path = cluster.places.data / "postmaster.pid"
    text = f"{pid}\n{cluster.places.data}\n{int(time.time())}\n5432\n{cluster.places.socket}\n\n"
    path.write_text(text)
    path.chmod(0o600)
    return path


def test_n12_stale_pid_file_of_a_dead_process(start: Start, programs: str) -> None:
    first = start()
    os.kill(first.identity.pid, signal.SIGKILL)
    assert first.child is not None
    first.child.wait()
    assert (first.places.data / "postmaster.pid").exists()
    second = start()
    assert second.started
    assert query(second) == (1,)


def test_n12_stale_pid_file_whose_pid_is_used_again(home: Path, start: Start) -> None:
    first = start()
    first.stop()
    _, account = layout.prepare(home)
    with bystander(account.popen()) as pid:
        leave_pid_file(first, pid)
        assert embedded.status(home).state == "stopped"
        assert query(start()) == (1,)
        assert process.look(pid) is not None  # nobody ended the bystander


def test_n12_stale_pid_file_whose_pid_is_another_postgres_now(home: Path, start: Start) -> None:
    first = start()
    first.stop()
    with embedded.temporary() as stranger:
        leave_pid_file(first, stranger.identity.pid)
        assert embedded.stop(home) is False
        second = start()
        assert query(second) == (1,)
        assert stranger.alive()
        assert second.identity.pid != stranger.identity.pid


def test_n12_same_pid_and_name_but_another_start_is_not_ours(home: Path, start: Start) -> None:
    cluster = start()
    recorded = json.loads(cluster.places.record.read_text())
    assert postmaster.running(cluster.places) == cluster.identity
    cluster.places.record.write_text(json.dumps({**recorded, "ticks": recorded["ticks"] - 1}))
    assert postmaster.running(cluster.places) is None


def test_n12_a_server_started_by_hand_is_known_by_its_folder(start: Start) -> None:
    cluster = start()
    cluster.places.record.unlink()
    assert postmaster.running(cluster.places) == cluster.identity


def test_n12_zombie_postmaster_is_not_running(home: Path, start: Start) -> None:
    first = start()
    os.kill(first.identity.pid, signal.SIGKILL)  # and nobody collects it
    while first.alive():
        time.sleep(0.01)
    stat = Path(f"/proc/{first.identity.pid}/stat").read_text()
    assert stat.rpartition(")")[2].split()[0] == "Z"
    assert embedded.status(home).state == "stopped"
    second = start()
    assert second.started
    assert query(second) == (1,)


def test_n12_second_instance_on_the_same_folder_joins_the_first(home: Path) -> None:
    with other_process(home, 60) as first, other_process(home, 60) as second:
        answers = sorted([told(first), told(second)], key=lambda words: words[1])
        assert [words[1] for words in answers] == ["False", "True"]
        assert answers[0][0] == answers[1][0]
        first.terminate()
        second.terminate()


def test_n12_a_server_in_another_container_is_a_clear_refusal(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = start()
    first.stop()
    monkeypatch.setattr(postmaster, "_ORPHANS", 0.2)
    with first.places.file("postmaster.lock").open("r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(AlreadyOwnedError, match="in use by a server that this process cannot"):
            start()
    assert query(start()) == (1,)


def test_n12_a_killed_supervisor_takes_its_server_along(home: Path, start: Start) -> None:
    with other_process(home, 60) as supervisor:
        pid = int(told(supervisor)[0])
        supervisor.kill()
    again = start()
    assert again.started
    assert again.identity.pid != pid
    assert query(again) == (1,)


@pytest.mark.skipif(not IS_ROOT, reason="only root steps down to another user")
def test_n12_root_steps_down_to_an_unprivileged_user(started: embedded.Cluster) -> None:
    owner = Path(f"/proc/{started.identity.pid}").stat().st_uid
    assert owner != 0
    assert started.places.data.stat().st_uid == owner
    assert started.places.base.stat().st_uid == 0


@pytest.mark.skipif(not IS_ROOT, reason="only root has folders that the server cannot reach")
def test_n12_root_in_a_closed_folder_keeps_the_data_where_the_server_can_go(
    home: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layout, "SHARED", home.parent / "shared")
    closed = home.parent / "closed"
    closed.mkdir(mode=0o700)
    cluster = embedded.start(closed / "home", lambda _line: None, embedded.Options(bound=True))
    try:
        assert cluster.places.base.is_relative_to(home.parent / "shared")
        assert layout.locate(closed / "home") == cluster.places
        assert query(cluster) == (1,)
    finally:
        cluster.stop()
        embedded.remove(closed / "home")
    assert not cluster.places.base.exists()


@contextlib.contextmanager
def as_nobody() -> Iterator[None]:
    """Be a normal user for a moment, where we are root."""
    if not IS_ROOT:
        yield
        return
    uid = pwd.getpwnam("nobody").pw_uid
    os.setresuid(uid, uid, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


def test_n12_a_folder_that_cannot_be_written(home: Path) -> None:
    home.mkdir()
    home.chmod(0o555)
    with as_nobody(), pytest.raises(FolderUnusableError) as refused:
        embedded.start(home, lambda _line: None)
    assert str(refused.value) == (
        f"The folder {home} cannot be written by you: give yourself the right to it, "
        "or choose another with OKPAY_HOME."
    )
    home.chmod(0o755)
    assert list(home.iterdir()) == []


@pytest.mark.skipif(not IS_ROOT, reason="only root can mount a file system")
def test_n12_a_read_only_file_system(home: Path) -> None:
    home.mkdir()
    script = 'mount -t tmpfs -o ro none "$1" && shift && exec "$@"'
    command = ["unshare", "-m", "sh", "-c", script, "sh", str(home)]
    code = "import okpay.embedded as e, sys; from pathlib import Path\n"
    code += "try: e.start(Path(sys.argv[1]))\nexcept e.EmbeddedError as error: print(error)"
    probe = subprocess.run([*command, "true"], capture_output=True, check=False)
    if probe.returncode:
        pytest.skip("this machine does not let us mount")
    done = subprocess.run(
        [*command, sys.executable, "-c", code, str(home / "state")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == (
        f"The folder {home}/state cannot be made (Read-only file system): "
        "choose one that you can write with OKPAY_HOME.\n"
    )


@pytest.mark.skipif(not IS_ROOT, reason="only root can make somebody else's folder")
def test_n12_a_folder_of_somebody_else(home: Path, start: Start) -> None:
    first = start()
    first.stop()
    home.chmod(0o777)
    first.places.base.chmod(0o777)
    owner = first.places.data.owner()
    os.chown(first.places.data, 1, 1)
    with as_nobody(), pytest.raises(FolderUnusableError, match="belongs to user daemon, and you"):
        embedded.start(home, lambda _line: None)
    shutil.chown(first.places.data, owner)


@pytest.mark.slow
def test_n12_a_recovery_longer_than_ten_seconds_is_waited_for_and_told(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster_module, "_TELL_EVERY", 1.0)
    first = start()
    with psycopg.connect(first.url()) as link:
        link.execute(
            "CREATE TABLE rows AS SELECT g, md5(g::text) FROM generate_series(1, 300000) g"
        )
    os.kill(first.identity.pid, signal.SIGKILL)
    said: list[str] = []
    sleeper = threading.Thread(target=hold_recovery, args=(first, 10.5))
    sleeper.start()
    began = time.monotonic()
    second = start(said.append)
    sleeper.join()
    assert time.monotonic() - began > 10
    assert len(said) >= 5
    assert all(line.startswith("PostgreSQL is starting (") for line in said)
    with psycopg.connect(second.url()) as link:
        assert link.execute("SELECT count(*) FROM rows").fetchone() == (300000,)


def hold_recovery(killed: embedded.Cluster, seconds: float) -> None:
    """Stand still the process that replays the log, as a slow disk would."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        for pid in children_of_next(killed):
            if "startup" in process.command_line(pid):
                os.kill(pid, signal.SIGSTOP)
                time.sleep(seconds)
                os.kill(pid, signal.SIGCONT)
                return
    pytest.fail("no recovery was seen")


def children_of_next(killed: embedded.Cluster) -> list[int]:
    """Return the processes of the server that was started after the one that was killed."""
    pid = json.loads(killed.places.record.read_text())["pid"]
    if pid == killed.identity.pid:
        return []
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def test_n12_a_data_directory_that_we_did_not_make(home: Path) -> None:
    places, _ = layout.prepare(home)
    places.data.mkdir()
    (places.data / "PG_VERSION").write_text("18\n")
    before = sorted(path.name for path in places.base.iterdir())
    with pytest.raises(ForeignDataError) as refused:
        embedded.start(home, lambda _line: None)
    assert str(refused.value) == (
        f"The folder {places.data} was not made by OKPay: move it away, "
        "or choose another place with OKPAY_HOME."
    )
    assert [path.name for path in places.data.iterdir()] == ["PG_VERSION"]
    assert sorted({path.name for path in places.base.iterdir()} - {"lifecycle.lock"}) == before
