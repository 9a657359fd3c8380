"""Recognise, start, wait for and end the server process of one cluster."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from okpay.embedded import process
from okpay.embedded.account import Account
from okpay.embedded.binaries import Binaries
from okpay.embedded.errors import AlreadyOwnedError, StartFailedError, StopFailedError
from okpay.embedded.layout import Places, write_private
from okpay.embedded.process import Identity

_NAMES = frozenset({"postgres", "postmaster"})
_START_LINE = 2
_CLOCK_SLACK = 5.0
_ORPHANS = 30.0
_SIGNALS = {"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}
_LOG_LIMIT = 20_000_000


def running(places: Places) -> Identity | None:
    """Return our own postmaster if it runs; a stale file, a zombie or a stranger is None."""
    lines = _pid_file(places)
    if not lines or not lines[0].strip().isdigit():
        return None
    found = process.look(int(lines[0]))
    if found is None or process.name(found.pid) not in _NAMES:
        return None
    recorded = _recorded(places)
    if recorded and recorded.pid == found.pid and recorded.boot == found.boot:
        return found if recorded == found else None
    folder = process.folder(found.pid)
    if folder is not None:
        return found if folder == places.data.resolve() else None
    return found if _told_start_fits(lines, found) else None


def _pid_file(places: Places) -> list[str]:
    try:
        return (places.data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return []


def _recorded(places: Places) -> Identity | None:
    try:
        return Identity(**json.loads(places.record.read_text()))
    except (OSError, ValueError, TypeError):
        return None


def _told_start_fits(lines: list[str], found: Identity) -> bool:
    """Compare the start that the pid file tells with the kernel's, both in epoch seconds."""
    if len(lines) <= _START_LINE or not lines[_START_LINE].strip().isdigit():
        return False
    boot = time.time() - time.clock_gettime(time.CLOCK_BOOTTIME)
    began = boot + found.ticks / os.sysconf("SC_CLK_TCK")
    return abs(began - int(lines[_START_LINE])) <= _CLOCK_SLACK


@contextlib.contextmanager
def one_at_a_time(places: Places, progress: Callable[[str], None]) -> Iterator[None]:
    """Let only one process at once start or stop this cluster; others wait their turn."""
    descriptor = _open(places, "lifecycle.lock")
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress("Another process is starting or stopping the database: waiting for it")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def spawn(
    places: Places, binaries: Binaries, account: Account, *, bound: bool
) -> subprocess.Popen[bytes]:
    """Start the server; ``bound`` lets it end (fast, cleanly) when the calling thread does.

    The server inherits a locked file, so that even from another container it is known to run.

    Raises:
        AlreadyOwnedError: processes of an earlier server are still there.
        StartFailedError: the program cannot be run.
    """
    lock = _claim(places)
    try:
        _clear(places)
        return _popen(places, binaries, account, lock, bound=bound)
    except OSError as error:
        raise StartFailedError(
            f"PostgreSQL cannot be run as {account.name}: {error.strerror}."
        ) from error
    finally:
        os.close(lock)


def _clear(places: Places) -> None:
    """Remove what a killed server left; it would mistake a zombie or a stranger for itself."""
    (places.data / "postmaster.pid").unlink(missing_ok=True)
    for left in places.socket.glob(".s.PGSQL.*"):
        left.unlink(missing_ok=True)


def _popen(
    places: Places, binaries: Binaries, account: Account, lock: int, *, bound: bool
) -> subprocess.Popen[bytes]:
    config = places.file("postgresql.conf")
    with _log(places) as log:
        child = subprocess.Popen(
            [binaries.program("postgres"), "-D", str(places.data), "-c", f"config_file={config}"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env={"LC_ALL": "C", "PATH": "/usr/bin:/bin", "TZ": "UTC", "PG_OOM_ADJUST_VALUE": "0"},
            pass_fds=[lock],
            start_new_session=True,
            preexec_fn=_bound if bound else None,  # noqa: PLW1509 — one system call, no locks
            **account.popen(),
        )
    found = process.look(child.pid)
    if found:
        write_private(places.record, json.dumps(vars(found)))
    return child


def _bound() -> None:
    process.die_with_parent(signal.SIGINT)


def _claim(places: Places) -> int:
    descriptor = _open(places, "postmaster.lock")
    deadline = time.monotonic() + _ORPHANS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                os.close(descriptor)
                raise AlreadyOwnedError(
                    f"The database in {places.data} is in use by a server that this process "
                    "cannot see (another container?): stop that one first."
                ) from None
            time.sleep(0.1)
        else:
            return descriptor


def _open(places: Places, name: str) -> int:
    path = places.file(name)
    if not path.exists():
        with contextlib.suppress(FileNotFoundError):
            write_private(path, "")
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


@contextlib.contextmanager
def _log(places: Places) -> Iterator[int]:
    with contextlib.suppress(FileNotFoundError):
        if places.log.stat().st_size > _LOG_LIMIT:
            places.log.replace(places.log.with_suffix(".log.1"))
    if not places.log.exists():
        write_private(places.log, "")
    descriptor = os.open(places.log, os.O_WRONLY | os.O_APPEND)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def last_words(log: Path, since: int) -> str:
    """Return the server's own reason for having ended, from ``since`` bytes into the log."""
    with log.open("rb") as file:
        file.seek(since)
        lines = file.read().decode(errors="replace").splitlines()
    for line in reversed(lines):
        for word in ("FATAL:", "PANIC:", "ERROR:"):
            if word in line:
                return line.partition(word)[2].strip()
    return lines[-1].strip() if lines else "it said nothing"


def recovery_line(log: Path, since: int) -> str | None:
    """Return the last line in which the server told how far its recovery is."""
    with log.open("rb") as file:
        file.seek(since)
        lines = file.read().decode(errors="replace").splitlines()
    for line in reversed(lines):
        if "LOG:" in line and ("elapsed time" in line or "redo" in line or "recovery" in line):
            return line.partition("LOG:")[2].strip()
    return None


def stop(
    identity: Identity, mode: str, *, timeout: float, child: subprocess.Popen[bytes] | None = None
) -> None:
    """End the server: smart waits for sessions, fast ends them, immediate needs a recovery.

    Raises:
        StopFailedError: it still runs after ``timeout`` seconds.
    """
    with contextlib.suppress(ProcessLookupError):
        if process.alive(identity):
            os.kill(identity.pid, _SIGNALS[mode])
    deadline = time.monotonic() + timeout
    while process.alive(identity):
        if time.monotonic() > deadline:
            raise StopFailedError(
                f"PostgreSQL (pid {identity.pid}) has not ended within {timeout:.0f} s; "
                "it may still be writing: look into its log, or stop it with mode immediate."
            )
        time.sleep(0.02)
    if child is not None:
        child.wait()
