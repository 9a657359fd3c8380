"""This machine: versions, folders, disk, keys, ports."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from okpay import __version__, embedded
from okpay.cli import owner, startup
from okpay.cli.doctor import Check, Finding, graded
from okpay.cli.supervisor import ports as sockets
from okpay.cli.supervisor.faces import faces
from okpay.config import production, secrets
from okpay.config.env import ENV
from okpay.embedded import process
from okpay.embedded.errors import EmbeddedError

_LIBRARIES = ("django", "granian", "litestar", "psycopg", "procrastinate")
_GIGABYTE = 10**9
_ENOUGH = 2 * _GIGABYTE
_TOO_LITTLE = _GIGABYTE // 5
_PASS = 0o011  # the database's user passes through the folder when root starts the server


def versions() -> Iterator[Finding]:
    """Python, OKPay and the libraries that it stands on."""
    python = ".".join(map(str, sys.version_info[:3]))
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    yield Finding("ok", "versions", f"OKPay {__version__}, Python {python}, {libraries}")


def folder() -> Iterator[Finding]:
    """The state folder: there, and ours to write."""
    if not ENV.home.exists():
        yield Finding("warn", "folder", f"{ENV.home} is not there yet; okpay serve makes it")
    elif ENV.home.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO) & ~_PASS:
        yield Finding("warn", "folder", f"others can look into {ENV.home}: chmod go-rw it")
    elif os.access(ENV.home, os.W_OK | os.X_OK):
        yield Finding("ok", "folder", f"{ENV.home} can be written")
    else:
        yield Finding("fail", "folder", f"{ENV.home} cannot be written by you")


def disk() -> Iterator[Finding]:
    """Room where the state and the database lie."""
    base = embedded.status(ENV.home).places.base
    for path in {one.stat().st_dev: one for one in map(_existing, (base, ENV.home))}.values():
        free = shutil.disk_usage(path).free
        level = graded(fail=free < _TOO_LITTLE, warn=free < _ENOUGH)
        yield Finding(level, "disk", f"{free / _GIGABYTE:.1f} GB free at {path}")


def _existing(path: Path) -> Path:
    while not path.exists():
        path = path.parent
    return path


def keys() -> Iterator[Finding]:
    """Every key is there, and only we can read them."""
    path = ENV.home / "secrets.json"
    if not ENV.production and not path.exists():
        yield Finding("warn", "keys", "none yet; the first start makes them")
        return
    try:
        startup.keys()
    except EmbeddedError as error:
        yield Finding("fail", "keys", str(error))
        return
    ring = secrets.envelope_file()
    for file in (path, *([ring] if ring else [])):
        mode = stat.S_IMODE(file.stat().st_mode) if file.exists() else 0o600
        if mode & 0o077:
            yield Finding("fail", "keys", f"others can read {file} (mode {mode:o}): chmod 600 it")
            return
    yield Finding("ok", "keys", "all there, and readable by their owner only")


def settings() -> Iterator[Finding]:
    """Nothing in production stands in for the real thing."""
    wrong = list(production.refusals(ENV))
    for sentence in wrong:
        yield Finding("fail", "settings", sentence)
    if not wrong:
        yield Finding("ok", "settings", f"fit for {ENV.name}")


def ports() -> Iterator[Finding]:
    """Each port is free, or our own run has it."""
    server = owner.holder(ENV.home)
    for face in faces().values():
        if face.port is None:
            continue
        try:
            sockets.assert_free(ENV.host, {face.setting: face.port})
        except sockets.PortTakenError as error:
            pid = sockets.holder(face.port)
            ours = server is not None and pid is not None and process.descends(pid, server)
            if ours:
                yield Finding("ok", "ports", f"{face.name} answers on {face.port}")
            else:
                yield Finding("fail", "ports", str(error))
        else:
            what = "free" if server is None else "free, although okpay serve runs"
            yield Finding(
                graded(warn=server is not None), "ports", f"{face.port} for {face.name} is {what}"
            )


CHECKS: tuple[Check, ...] = (versions, folder, disk, keys, settings, ports)
