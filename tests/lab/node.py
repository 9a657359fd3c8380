"""A PostgreSQL of the laboratory's own, on a small disk of its own where we may mount one."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import psycopg

from okpay import embedded
from okpay.embedded import creation, layout
from okpay.ledger.sql.grants import ROLES
from tests.lab.proxy import FaultProxy

DISK: Final = 1_400_000_000
SETTINGS: Final = {"max_connections": "120", "max_wal_size": "256MB", "min_wal_size": "64MB"}


class Disk:
    """A file system in a file, mounted on a folder, that can be filled to the last byte."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.image = folder.with_suffix(".img")
        self.mounted = False

    def mount(self) -> bool:
        """Mount it; False where this machine does not let us."""
        if os.geteuid():
            return False
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.image.open("wb") as image:
            image.truncate(DISK)
        make = ["mkfs.ext4", "-q", "-m", "0", str(self.image)]
        mount = ["mount", "-o", "loop", str(self.image), str(self.folder)]
        try:
            for command in (make, mount):
                subprocess.run(command, check=True, capture_output=True, timeout=30)
        except (OSError, subprocess.SubprocessError):
            self.image.unlink(missing_ok=True)
            return False
        self.mounted = True
        return True

    def fill(self) -> None:
        """Leave no room at all."""
        with (self.folder / "ballast").open("wb") as ballast:
            room = os.statvfs(self.folder)
            size = room.f_bavail * room.f_frsize
            while size > 4096:
                try:
                    os.posix_fallocate(ballast.fileno(), ballast.seek(0, 2), size)
                except OSError:
                    size //= 2

    def free(self) -> None:
        """Give the room back."""
        (self.folder / "ballast").unlink(missing_ok=True)

    def remove(self) -> None:
        """Unmount and delete it."""
        if self.mounted:
            command = ["umount", "-l", str(self.folder)]
            subprocess.run(command, check=False, capture_output=True)
            self.mounted = False
        self.image.unlink(missing_ok=True)


class Node:
    """One server. The product reaches it through `proxy`; we look at it past the proxy."""

    def __init__(self, home: Path, *, disk: bool = True) -> None:
        self.home = home
        self.settings = dict(SETTINGS)
        self.disk = Disk(home)
        self._proxy: FaultProxy | None = None
        self.started: embedded.Cluster | None = None
        home.parent.chmod(0o711)  # the server's user passes through
        if disk:
            self.disk.mount()

    def start(self) -> float:
        """Start the server and return the seconds until it took sessions."""
        began = time.monotonic()
        options = embedded.Options(settings=self.settings, bound=True)
        cluster = embedded.start(self.home, lambda _line: None, options)
        if not cluster.started:  # it had stayed up: it is still the child of the first start
            cluster.child = self.started.child if self.started is not None else None
        elif self.started is not None and self.started.child is not None:
            self.started.child.wait(10)
        self.started = cluster
        return time.monotonic() - began

    @property
    def cluster(self) -> embedded.Cluster:
        """The server as it was last started."""
        assert self.started is not None, "it was never started"
        return self.started

    def kill(self) -> None:
        """Kill the postmaster outright; its children end by themselves."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.cluster.identity.pid, signal.SIGKILL)
        if self.cluster.child is not None:
            self.cluster.child.wait(10)

    def listen(self) -> FaultProxy:
        """Put a fault proxy before the server."""
        self._proxy = FaultProxy(str(self.socket / ".s.PGSQL.5432"))
        self._proxy.start()
        return self._proxy

    @property
    def proxy(self) -> FaultProxy:
        """The fault proxy before the server."""
        assert self._proxy is not None, "nothing listens yet"
        return self._proxy

    @property
    def socket(self) -> Path:
        """The folder of the server's socket."""
        return layout.locate(self.home).socket

    def password(self, role: str) -> str:
        """The password of a role."""
        return creation.password(layout.locate(self.home), role)

    def direct(self, role: str = creation.OWNER, database: str = creation.DATABASE) -> str:
        """The address past the proxy."""
        host = quote(str(self.socket), safe="")
        return f"postgresql://{role}:{self.password(role)}@/{database}?host={host}"

    def proxied(self) -> str:
        """The address that the product is given."""
        secret = self.password(creation.OWNER)
        place = f"127.0.0.1:{self.proxy.port}"
        return f"postgresql://{creation.OWNER}:{secret}@{place}/{creation.DATABASE}"

    @contextlib.contextmanager
    def admin(self) -> Iterator[psycopg.Connection[Any]]:
        """Lend a connection with every right, in autocommit, past the proxy."""
        address = self.direct(creation.ADMIN)
        with psycopg.connect(address, autocommit=True, connect_timeout=5) as link:
            yield link

    def furnish(self, schema: str) -> None:
        """Make the product's tables: from a dump where one is given, else by the migrations."""
        with psycopg.connect(self.direct(), autocommit=True) as link:
            link.execute(ROLES)
        if schema:
            psql = [self.cluster.binaries.program("psql"), "--dbname", self.direct(), "-X", "-q"]
            command = [*psql, "-v", "ON_ERROR_STOP=1", "-f", schema]
            subprocess.run(command, check=True, capture_output=True)
        else:
            from tests.support.database import migrate

            migrate(self.direct())

    def remove(self) -> None:
        """Stop it and delete everything."""
        if self._proxy is not None:
            self._proxy.stop()
        with contextlib.suppress(embedded.EmbeddedError):
            if self.started is not None:
                self.started.stop("immediate")
        with contextlib.suppress(OSError, embedded.EmbeddedError):
            embedded.remove(self.home)
        self.disk.remove()
        shutil.rmtree(self.home, ignore_errors=True)
