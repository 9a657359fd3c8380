"""The room of the laboratory: clients and a server that are killed, and the cleaning up."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from multiprocessing.process import BaseProcess
from pathlib import Path

import psycopg

from okpay import embedded
from okpay.ledger.sql.grants import ROLES
from okpay.payments.engine.commands import AnyCommand, Outcome
from okpay.payments.engine.writer import Writer
from tests.lab.client import Job, command_of, live
from tests.lab.history import Deed, Journal, read
from tests.payments.processes import context
from tests.payments.wishes import top_up
from tests.payments.world import World
from tests.support.cluster import TestCluster

CLIENTS = 4
HOT = 20
START_WITH = 100_000


def furnish(world: World, start_with: int = START_WITH) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Make twenty hot accounts with money and two that money waits for; return both."""
    people = world.people(HOT + 2)
    hot, frozen = people[:HOT], people[HOT:]
    world.done(*[top_up(person, start_with) for person in hot])
    for person in frozen:
        world.freeze(person)
    return tuple(hot), tuple(frozen)


@dataclass
class Room:
    """Clients on one database, and what was done to them."""

    job: Job  # what each client does; journal and seed differ
    folder: Path
    lives: list[BaseProcess] = field(default_factory=list)
    births: int = 0
    deaths: Counter[str] = field(default_factory=Counter)

    def journals(self) -> list[Path]:
        """The journal of each client; it outlives the client."""
        return [self.folder / f"client-{place}.jsonl" for place in range(CLIENTS)]

    def born(self, place: int) -> BaseProcess:
        """Begin a client's next life."""
        self.births += 1
        job = replace(
            self.job, journal=self.journals()[place], seed=self.job.seed * 1000 + self.births
        )
        process = context().Process(target=live, args=(job,))
        process.start()
        return process

    def open(self) -> None:
        """Begin all clients."""
        self.lives = [self.born(place) for place in range(CLIENTS)]

    def kill(self, place: int) -> None:
        """End a client as a crash does, and let it begin again."""
        process = self.lives[place]
        if process.pid and process.is_alive():
            os.kill(process.pid, signal.SIGKILL)
            self.deaths["writer"] += 1
        process.join(10)
        self.lives[place] = self.born(place)

    def close(self) -> dict[str, Deed]:
        """Wait for the clients, ask once more whatever is still open, and return all deeds."""
        for process in self.lives:
            process.join(60)
            assert process.exitcode is not None, "a client did not end"
        writer, journal = Writer(self.job.url), Journal(self.journals()[0])
        for deed in read(self.journals()).values():
            if deed.outcome is None:
                journal.told(deed.wish, insist(writer, command_of(deed.wish)))
        writer.stop()
        return read(self.journals())


def insist(writer: Writer, command: AnyCommand) -> Outcome:
    """Ask under the same id until the answer is definite."""
    outcome = writer.run(command)
    for _ in range(4):
        if outcome.result != "unknown":
            break
        outcome = writer.run(command)
    return outcome


class Server:
    """A PostgreSQL of the laboratory's own, fsync on, that may be killed and started again."""

    def __init__(self, home: Path, template: TestCluster, database: str) -> None:
        self.home = home
        self._start()
        self.url = self.cluster.url()
        with psycopg.connect(self.url, autocommit=True) as link:
            link.execute(ROLES)
            shown = link.execute("SHOW fsync").fetchone()
        assert shown == ("on",)
        dump = [template.program("pg_dump"), "--dbname", template.url(database)]
        text = subprocess.run(dump, check=True, capture_output=True).stdout
        fill = [template.program("psql"), "--dbname", self.url, "-X", "-q", "-v", "ON_ERROR_STOP=1"]
        subprocess.run(fill, input=text, check=True, capture_output=True)

    def _start(self) -> None:
        options = embedded.Options(settings={"max_connections": "50"}, bound=True)
        self.cluster = embedded.start(self.home, lambda _line: None, options)

    def kill(self) -> float:
        """Kill the postmaster outright, start it again, and return the seconds that it took."""
        began = time.monotonic()
        os.kill(self.cluster.identity.pid, signal.SIGKILL)
        if self.cluster.child is not None:
            self.cluster.child.wait(10)
        self._start()
        return time.monotonic() - began

    def remove(self) -> None:
        """Stop it and delete everything."""
        with contextlib.suppress(embedded.EmbeddedError):
            self.cluster.stop("immediate")
        embedded.remove(self.home)


def torment(room: Room, server: Server, *, seconds: float, chance: random.Random) -> None:
    """Kill clients, and now and then the server, at random until the time is over."""
    until = time.monotonic() + seconds
    next_server = time.monotonic() + seconds / 8
    while time.monotonic() < until:
        time.sleep(chance.uniform(0.2, 0.8))
        if time.monotonic() > next_server:
            server.kill()
            room.deaths["postmaster"] += 1
            next_server = time.monotonic() + seconds / 4
        else:
            room.kill(chance.randrange(CLIENTS))
