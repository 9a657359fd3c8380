"""Which process is which: a pid alone proves nothing, because the kernel uses it again.

A process is named by its pid, its start in clock ticks since boot, and the boot. A zombie
(ended, not yet collected by its parent) counts as not running.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_PR_SET_PDEATHSIG = 1
# Loaded here, because between fork and exec a child may not take the loader's locks.
_LIBC = ctypes.CDLL(None)
_GONE = frozenset("ZX")


@dataclass(frozen=True)
class Identity:
    """One process, for ever: pid, start (ticks since boot) and the id of the boot."""

    pid: int
    ticks: int
    boot: str


def boot_id() -> str:
    """Return the kernel's id of this boot, or an empty string where there is none."""
    try:
        return (_PROC / "sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def look(pid: int) -> Identity | None:
    """Return who runs under ``pid`` now; None when nobody does or only a zombie is left."""
    if pid <= 0:
        return None
    try:
        stat = (_PROC / str(pid) / "stat").read_text()
    except OSError:
        return None if _PROC.joinpath("self").exists() else _look_without_proc(pid)
    # The name stands in parentheses and may itself hold spaces and parentheses.
    fields = stat.rpartition(")")[2].split()
    if fields[0] in _GONE:
        return None
    return Identity(pid=pid, ticks=int(fields[19]), boot=boot_id())


def session(leader: Identity) -> list[Identity]:
    """Return the processes that ``leader`` started in its own session and that outlived it."""
    if leader.boot != boot_id():
        return []
    found = []
    for entry in _PROC.iterdir():
        if not entry.name.isdigit():
            continue
        one = look(int(entry.name))
        if one and one.ticks >= leader.ticks and _session_of(one.pid) == leader.pid:
            found.append(one)
    return found


def _session_of(pid: int) -> int:
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return 0


def _look_without_proc(pid: int) -> Identity | None:
    """Where there is no /proc, the best that can be said is that the pid is taken."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        pass
    return Identity(pid=pid, ticks=0, boot="")


def alive(identity: Identity) -> bool:
    """Tell whether exactly this process still runs."""
    return look(identity.pid) == identity


def name(pid: int) -> str:
    """Return the program's short name, or an empty string."""
    try:
        return (_PROC / str(pid) / "comm").read_text().strip()
    except OSError:
        return ""


def folder(pid: int) -> Path | None:
    """Return the folder the process stands in; None when the kernel will not tell us."""
    try:
        return (_PROC / str(pid) / "cwd").readlink()
    except OSError:
        return None


def descends(pid: int, ancestor: int) -> bool:
    """Tell whether ``pid`` is ``ancestor`` or was started by it, at whatever remove."""
    while pid > 1:
        if pid == ancestor:
            return True
        try:
            stat = (_PROC / str(pid) / "stat").read_text()
        except OSError:
            return False
        pid = int(stat.rpartition(")")[2].split()[1])
    return False


def command_line(pid: int) -> str:
    """Return the command line with spaces between the words, or an empty string."""
    try:
        return (_PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
    except (OSError, UnicodeDecodeError):
        return ""


def end(identity: Identity, *, grace: float = 5.0) -> None:
    """Ask this very process to end, and after ``grace`` seconds make it."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if not alive(identity):
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(identity.pid, number)
        deadline = time.monotonic() + grace
        while alive(identity) and time.monotonic() < deadline:
            time.sleep(0.02)


def die_with_parent(number: int) -> None:
    """In a new child: have the kernel send signal ``number`` when the parent's thread ends."""
    with contextlib.suppress(AttributeError):
        _LIBC.prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)
