"""Two servers with synchronous replication: the primary is lost, the standby takes over."""

from __future__ import annotations

import itertools
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql

from okpay.embedded import creation, layout
from tests.lab.history import Deed
from tests.lab.node import Node
from tests.lab.proxy import FaultProxy, Weather

STANDBY: Final = "standby"
STREAMS: Final = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'"


@dataclass
class Pair:
    """A primary (`first`) and its synchronous standby; `wire` is the network between the two."""

    folder: Path
    first: Node = field(init=False)
    second: Node = field(init=False)
    wire: FaultProxy = field(init=False)  # made anew when the two change places

    def __post_init__(self) -> None:
        self.first = Node(self.folder / "first", disk=False)
        self.second = Node(self.folder / "second", disk=False)
        for node in (self.first, self.second):  # what pg_rewind must find: the way back
            node.settings |= {"wal_keep_size": "512MB"}

    def start(self, schema: str) -> None:
        """Start the primary, furnish it, copy it, and wait for each other from then on."""
        self.first.start()
        self.first.listen()
        self.first.furnish(schema)
        self.wire = FaultProxy(self.first.proxy.target)
        self.wire.start()
        self._copy()
        self.second.settings |= {"primary_conninfo": self._conninfo(self.first, self.wire.port)}
        self.second.start()
        self.second.listen()
        set_standbys(self.first, STANDBY)
        wait_for(lambda: streams(self.first), "the standby does not stream")

    def url(self) -> str:
        """The address of both, as production has it: whoever can be written to."""
        secret = self.first.password(creation.OWNER)
        hosts = ",".join(f"127.0.0.1:{node.proxy.port}" for node in (self.first, self.second))
        asked = "target_session_attrs=read-write&connect_timeout=2"
        return f"postgresql://{creation.OWNER}:{secret}@{hosts}/{creation.DATABASE}?{asked}"

    def _conninfo(self, node: Node, port: int) -> str:
        secret = node.password(creation.ADMIN)
        return (
            f"host=127.0.0.1 port={port} user={creation.ADMIN} password={secret} "
            f"application_name={STANDBY} connect_timeout=2"
        )

    def _copy(self) -> None:
        places, account = layout.prepare(self.second.home)
        for role in (creation.ADMIN, creation.OWNER):
            layout.write_private(places.file(f"{role}.password"), self.first.password(role))
        new = places.file("data.new")
        new.mkdir(mode=0o700)
        account.own(new, 0o700)
        program = self.first.cluster.binaries.program("pg_basebackup")
        command = [program, "-D", str(new), "-d", self.first.direct(creation.ADMIN, "postgres")]
        run = subprocess.run(
            [*command, "-X", "stream", "-c", "fast"],
            check=False, capture_output=True, text=True, cwd="/", **account.popen(),
        )  # fmt: skip
        assert run.returncode == 0, run.stderr
        (new / "standby.signal").touch()
        account.own(new / "standby.signal", 0o600)
        new.rename(places.data)

    def part(self) -> None:
        """Cut the primary off from everybody: clients and standby hear nothing more of it."""
        self.first.proxy.set(Weather(silent=True))
        self.wire.set(Weather(silent=True))

    def promote(self) -> None:
        """Make the standby the primary, as Patroni does when the old one's lease has run out."""
        with self.second.admin() as link:
            link.execute("SELECT pg_promote(true, 30)")

    def rewind(self) -> None:
        """Bring the old primary back as the standby of the new one; they have changed places."""
        self.first.cluster.stop("fast")
        self.wire.stop()
        self.wire = FaultProxy(self.second.proxy.target)
        self.wire.start()
        places, account = layout.prepare(self.first.home)
        program = self.second.cluster.binaries.program("pg_rewind")
        source = self.second.direct(creation.ADMIN, "postgres")
        run = subprocess.run(
            [program, "-D", str(places.data), "--source-server", source, "--no-sync"],
            check=False, capture_output=True, text=True, cwd="/", **account.popen(),
        )  # fmt: skip
        assert run.returncode == 0, run.stderr
        (places.data / "standby.signal").touch()
        account.own(places.data / "standby.signal", 0o600)
        self.first.settings |= {"primary_conninfo": self._conninfo(self.second, self.wire.port)}
        self.first.start()
        set_standbys(self.second, STANDBY)
        wait_for(lambda: streams(self.second), "the old primary does not follow the new one")
        self.first, self.second = self.second, self.first

    def remove(self) -> None:
        """Delete both."""
        self.wire.stop()
        for node in (self.first, self.second):
            node.remove()
        shutil.rmtree(self.folder, ignore_errors=True)


def set_standbys(node: Node, names: str) -> None:
    """Say for whom a commit waits."""
    with node.admin() as link:
        statement = sql.SQL("ALTER SYSTEM SET synchronous_standby_names = {}")
        link.execute(statement.format(sql.Literal(names)))
        link.execute("SELECT pg_reload_conf()")


def streams(node: Node) -> bool:
    """Whether a synchronous standby is connected."""
    with node.admin() as link:
        return link.execute(STREAMS).fetchone() == (1,)


def wait_for(condition: Callable[[], bool], otherwise: str, seconds: float = 30) -> None:
    """Wait until something holds."""
    until = time.monotonic() + seconds
    while True:
        try:
            if condition():
                return
        except psycopg.OperationalError:
            pass
        assert time.monotonic() < until, otherwise
        time.sleep(0.05)


def longest_gap(deeds: dict[str, Deed]) -> float:
    """The longest time in which nothing at all was answered, in seconds."""
    told = sorted(deed.told_at / 1e9 for deed in deeds.values() if deed.told_at)
    return max((b - a for a, b in itertools.pairwise(told)), default=0.0)
