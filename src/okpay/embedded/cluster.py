"""A PostgreSQL of our own: start it, ask it, stop it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg

from okpay.embedded import binaries as programs
from okpay.embedded import checks, configuration, creation, layout, postmaster, process
from okpay.embedded.account import Account
from okpay.embedded.binaries import Binaries
from okpay.embedded.errors import FolderUnusableError, ForeignDataError, StartFailedError
from okpay.embedded.layout import Places
from okpay.embedded.process import Identity

Progress = Callable[[str], None]
_TELL_EVERY = 2.0
_STOP_TIMEOUT = 120.0
_ON_ITS_WAY_OUT = 10.0


@dataclass(frozen=True)
class Options:
    """What tests, the bench and the lab do differently.

    Attributes:
        settings: further server settings, which come before ``local.conf``.
        bound: end the server (fast) when the thread that started it ends.
    """

    settings: Mapping[str, str] = field(default_factory=dict)
    bound: bool = False


@dataclass
class Cluster:
    """A server that was checked and is ready; ``started`` says that this call started it."""

    places: Places
    binaries: Binaries
    identity: Identity
    started: bool
    child: subprocess.Popen[bytes] | None = None

    def url(self, dbname: str = creation.DATABASE, *, role: str = creation.OWNER) -> str:
        """Return the address of one database for ``role`` (the owner, if not said)."""
        return _url(self.places, dbname, role)

    def alive(self) -> bool:
        """Tell whether this very server process still runs."""
        return process.alive(self.identity)

    def stop(self, mode: str = "fast", *, timeout: float = _STOP_TIMEOUT) -> None:
        """End the server; modes and Raises as in ``postmaster.stop``."""
        postmaster.stop(self.identity, mode, timeout=timeout, child=self.child)


@dataclass(frozen=True)
class Status:
    """What can be said of a cluster from outside; state is absent, stopped or running."""

    state: str
    places: Places
    pid: int | None
    version: str


def start(home: Path, progress: Progress = print, options: Options | None = None) -> Cluster:
    """Start the cluster of ``home``, making it first if need be, or find it running.

    Waits for crash recovery as long as it takes, and tells ``progress`` how far it is. Writes
    ``home/database.url`` (0600).

    Raises:
        EmbeddedError: one of its subclasses, with the sentence to show. Nothing keeps running
            that this call started.
    """
    options = options or Options()
    try:
        return _start(home, progress, options)
    except OSError as error:
        raise FolderUnusableError(
            f"The database cannot be started: {error.filename or home}: {error.strerror}."
        ) from error


def _start(home: Path, progress: Progress, options: Options) -> Cluster:
    places, account = layout.prepare(home)
    with postmaster.one_at_a_time(places, progress):
        usable = programs.reachable(programs.find(_major(places)), account)
        if not places.data.exists():
            creation.create(places, usable, account, progress)
        cluster = _adopt(places, usable, progress)
        return cluster or _launch(places, usable, account, progress, options)


def stop(home: Path, mode: str = "fast", *, timeout: float = _STOP_TIMEOUT) -> bool:
    """End the server of ``home``; False when it did not run. Raises as ``postmaster.stop``."""
    places = layout.locate(home)
    identity = postmaster.running(places)
    if identity is None:
        return False
    postmaster.stop(identity, mode, timeout=timeout)
    return True


def status(home: Path) -> Status:
    """Tell how it stands with the cluster of ``home``, without touching it."""
    places = layout.locate(home)
    try:
        version = (places.data / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        return Status("absent", places, None, "")
    except OSError as error:
        raise FolderUnusableError(
            f"The database in {places.data} belongs to another user, so you cannot look at it."
        ) from error
    identity = postmaster.running(places)
    state = "running" if identity else "stopped"
    return Status(state, places, identity.pid if identity else None, version)


def address(home: Path, dbname: str = creation.DATABASE) -> str:
    """Return the owner's address of a database in the cluster of ``home``, running or not."""
    return _url(layout.locate(home), dbname, creation.OWNER)


def remove(home: Path) -> None:
    """Stop the cluster of ``home`` at once and delete its data for ever."""
    places = layout.locate(home)
    stop(home, "immediate")
    if places.socket.parent != places.base:
        shutil.rmtree(places.socket, ignore_errors=True)
    shutil.rmtree(places.base, ignore_errors=True)
    for name in ("database.url", "postgres.path"):
        (home / name).unlink(missing_ok=True)


@contextlib.contextmanager
def temporary(
    progress: Progress = lambda _line: None, settings: Mapping[str, str] | None = None
) -> Iterator[Cluster]:
    """Lend a cluster in a folder of its own that is gone afterwards, for tests and figures."""
    home = Path(tempfile.mkdtemp(prefix="okpay-"))
    try:
        cluster = start(home, progress, Options(settings=settings or {}, bound=True))
        try:
            yield cluster
        finally:
            cluster.stop("immediate")
    finally:
        remove(home)
        shutil.rmtree(home, ignore_errors=True)


def _url(places: Places, dbname: str, role: str) -> str:
    secret = creation.password(places, role)
    where = quote(str(places.socket), safe="")
    return f"postgresql://{role}:{secret}@/{dbname}?host={where}&port={configuration.PORT}"


def _major(places: Places) -> int | None:
    """Return the major version of the data; None when there is none yet.

    Raises:
        ForeignDataError: something lies there that we did not make.
    """
    if not places.data.exists():
        return None
    mark = places.data / creation.MARK
    try:
        ours = json.loads(mark.read_text())["made_by"] == "okpay"
        major = int((places.data / "PG_VERSION").read_text())
    except (OSError, ValueError, KeyError):
        ours, major = False, 0
    if not ours:
        raise ForeignDataError(
            f"The folder {places.data} was not made by OKPay: move it away, "
            "or choose another place with OKPAY_HOME."
        )
    return major


def _adopt(places: Places, usable: Binaries, progress: Progress) -> Cluster | None:
    """Return the server that runs already; None when there is none, or it was on its way out."""
    identity = postmaster.running(places)
    if identity is None:
        return None
    cluster = Cluster(places, usable, identity, started=False)
    try:
        _wait(cluster, _log_size(places), progress)
        _make_ready(cluster)
    except StartFailedError:
        # Its supervisor may just have been killed, and it is ending with it.
        deadline = time.monotonic() + _ON_ITS_WAY_OUT
        while cluster.alive():
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        return None
    return cluster


def _launch(
    places: Places, usable: Binaries, account: Account, progress: Progress, options: Options
) -> Cluster:
    access = places.file("pg_hba.conf")
    _publish(access, configuration.ACCESS, account)
    settings = configuration.text(
        usable.major, places.socket, access, places.data, options.settings
    )
    _publish(places.file("postgresql.conf"), settings, account)
    since = _log_size(places)
    child = postmaster.spawn(places, usable, account, bound=options.bound)
    identity = process.look(child.pid)
    if identity is None:
        child.wait()
        raise StartFailedError(_why(places, since))
    cluster = Cluster(places, usable, identity, started=True, child=child)
    try:
        _wait(cluster, since, progress)
        _make_ready(cluster)
    except BaseException:
        cluster.stop()
        raise
    return cluster


def _log_size(places: Places) -> int:
    return places.log.stat().st_size if places.log.exists() else 0


def _publish(path: Path, text: str, account: Account) -> None:
    """Write a file that the server reads but does not own."""
    layout.write_private(path, text)
    if account.drop:
        os.chown(path, -1, account.gid)
        path.chmod(0o640)


def _wait(cluster: Cluster, since: int, progress: Progress) -> None:
    """Wait until the server takes sessions, however long its recovery is."""
    began = told = time.monotonic()
    while not _accepts(cluster):
        if not cluster.alive():
            raise StartFailedError(_why(cluster.places, since))
        now = time.monotonic()
        if now - told >= _TELL_EVERY:
            told = now
            line = postmaster.recovery_line(cluster.places.log, since) or "not ready yet"
            progress(f"PostgreSQL is starting ({now - began:.0f} s): {line}")
        time.sleep(0.03)


def _accepts(cluster: Cluster) -> bool:
    try:
        psycopg.connect(cluster.url("postgres", role=creation.ADMIN), connect_timeout=5).close()
    except psycopg.OperationalError as error:
        if "password authentication failed" in str(error):
            raise StartFailedError(
                f"The password in {cluster.places.base}/{creation.ADMIN}.password is not the "
                "server's: put the right file back."
            ) from error
        return False
    return True


def _why(places: Places, since: int) -> str:
    words = postmaster.last_words(places.log, since)
    return f"PostgreSQL ended before it was ready: {words} (its log is {places.log})"


def _make_ready(cluster: Cluster) -> None:
    """Furnish the cluster, ask it whether it is sound, and leave its address for others."""
    try:
        creation.furnish(cluster.places, cluster.url("postgres", role=creation.ADMIN))
        with psycopg.connect(cluster.url()) as link:
            checks.assert_sound(link)
    except psycopg.Error as error:
        raise StartFailedError(f"PostgreSQL runs, but cannot be used: {error}") from error
    home = cluster.places.home
    layout.write_private(home / "database.url", f"{cluster.url()}\n")
