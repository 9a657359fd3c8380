"""The stage: server, proxy, people, the product's processes, and clients who do not stop."""

from __future__ import annotations

import hashlib
import math
import os
import secrets
import signal
from collections.abc import Callable, Mapping
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Final

import psycopg

from tests.lab.caller import Calls, call, visit
from tests.lab.client import Job, command_of, live
from tests.lab.history import Deed, Journal, read
from tests.lab.house import House, Resident, quietly
from tests.lab.node import Node
from tests.lab.room import insist
from tests.payments.processes import context
from tests.payments.wishes import top_up
from tests.payments.world import World
from tests.support.product import free_ports

APIS: Final = 3
WEBS: Final = 2
WORKERS: Final = 2
WRITERS: Final = 2
PEOPLE: Final = 60
START_WITH: Final = 1_000_000
TOKENS: Final = """
INSERT INTO identity_accesstoken (id, person_id, name, digest, tail, scopes, created_at, expires_at)
SELECT gen_random_uuid(), w.i, 'lab', decode(w.d, 'hex'), '0000',
  '{transfers:write,transfers:read}', now() - interval '2 days', now() + interval '90 days'
FROM unnest(%s::uuid[], %s::text[]) w(i, d)
"""
FINISHED: Final = """
SELECT COALESCE(extract(epoch FROM now() - max(at)), 1e9)::float FROM procrastinate_events
WHERE type = 'succeeded'
"""


def tokens_for(link: psycopg.Connection[Any], people: tuple[str, ...]) -> dict[str, str]:
    """Give everybody a token to pay with; return it for each."""
    tokens = {person: f"okpay_pat_{secrets.token_urlsafe(32)}" for person in people}
    digests = [hashlib.sha256(token.encode()).hexdigest() for token in tokens.values()]
    link.execute(TOKENS, [list(tokens), digests])
    return tokens


def resident(name: str, setting: str, port: int, url: str, folder: Path) -> Resident:
    """Make a process of the product as production starts it, on the database at `url`."""
    environment: Mapping[str, str] = {
        **{key: text for key, text in os.environ.items() if key != "PYTHONWARNINGS"},
        "OKPAY_DATABASE_URL": url,
        "PYTHONUNBUFFERED": "1",
        **({f"OKPAY_{setting}_PORT": str(port)} if setting else {}),
    }
    arguments = ("okpay.cli", "run", name.partition("-")[0])
    return Resident(name, arguments, environment, folder / f"{name}.log", port)


class Stage:
    """Everything that the laboratory runs. `proxied` is the address that the product knows."""

    def __init__(self, folder: Path, node: Node, proxied: str, seed: int) -> None:
        self.folder = folder
        self.node = node
        self.proxied = proxied
        self.seed = seed
        self.over = context().RawValue("b", 0)  # set once: nobody wishes any more
        self.births = 0
        self.lanes = context().RawArray("d", APIS + WEBS + WRITERS)
        self.writers: list[BaseProcess] = []
        self.outside: list[BaseProcess] = []
        self._furnish()
        self.house = House(self._residents())

    def _furnish(self) -> None:
        with World(self.node.direct()) as world:
            people = world.people(PEOPLE + 2)
            self.people, self.frozen = tuple(people[:PEOPLE]), tuple(people[PEOPLE:])
            world.done(*[top_up(person, START_WITH) for person in self.people])
            for person in self.frozen:
                world.freeze(person)
        with psycopg.connect(self.node.direct(), autocommit=True) as link:
            self.tokens = tokens_for(link, self.people)

    def _residents(self) -> list[Resident]:
        ports = free_ports(APIS + WEBS)
        self.apis, self.webs = tuple(ports[:APIS]), tuple(ports[APIS:])
        made = [(f"api-{place}", "API", port) for place, port in enumerate(self.apis)]
        made += [(f"web-{place}", "WEB", port) for place, port in enumerate(self.webs)]
        made += [(f"worker-{place}", "", 0) for place in range(WORKERS)]
        return [resident(*one, self.proxied, self.folder) for one in made]

    @property
    def lane_names(self) -> list[str]:
        """What each lane of completions is."""
        return [
            *(f"api-{place}" for place in range(APIS)),
            *(f"web-{place}" for place in range(WEBS)),
            *(f"writer-{place}" for place in range(WRITERS)),
        ]

    def journals(self) -> list[Path]:
        """The histories of all who pay: the writers' own, and that of the callers."""
        writers = [self.folder / f"writer-{place}.jsonl" for place in range(WRITERS)]
        return [*writers, self.folder / "callers.jsonl"]

    def open(self) -> None:
        """Start everything."""
        (Path(os.environ["OKPAY_HOME"]) / "static").mkdir(exist_ok=True)
        self.house.open()
        self.writers = [self._born(place) for place in range(WRITERS)]
        people = tuple(self.tokens.items())
        calls = Calls(self.apis, 0, self.journals()[-1], people, self.frozen, self.seed)
        self.outside = [
            self._process("callers", call, calls, self.lanes, self.over),
            self._process("visitors", visit, self.webs, APIS, self.lanes, self.over),
        ]

    def _job(self, place: int) -> Job:
        self.births += 1
        return Job(
            self.proxied, self.journals()[place], self.people, self.frozen,
            self.seed * 1000 + self.births, math.inf,
            pause=0.03, lane=APIS + WEBS + place, most=1_000_000,
        )  # fmt: skip

    def _born(self, place: int) -> BaseProcess:
        return self._process(f"writer-{place}", live, self._job(place), self.lanes, self.over)

    def _process(self, name: str, work: Callable[..., None], *arguments: Any) -> BaseProcess:
        log = self.folder / f"{name}.log"
        process = context().Process(target=quietly, args=(log, work, *arguments))
        process.start()
        return process

    def kill_writer(self, place: int) -> None:
        """End an engine writer as a crash does, and let it begin again."""
        process = self.writers[place]
        if process.pid and process.is_alive():
            os.kill(process.pid, signal.SIGKILL)
        process.join(10)
        self.writers[place] = self._born(place)

    def backends(self, application: str) -> list[int]:
        """The server's processes that serve an application."""
        with self.node.admin() as link:
            rows = link.execute(
                "SELECT pid FROM pg_stat_activity WHERE application_name = %s", [application]
            ).fetchall()
        return [row[0] for row in rows]

    def set_clock(self, seconds: int) -> None:
        """Move the product's clock, as its sandbox does."""
        path = Path(os.environ["OKPAY_HOME"]) / "clock.offset"
        new = path.with_suffix(".new")
        new.write_text(str(seconds), encoding="ascii")
        new.replace(path)

    def worker_idle(self) -> float:
        """Seconds since the worker finished a job; for ever where the server is away."""
        try:
            with self.node.admin() as link:
                row = link.execute(FINISHED).fetchone()
        except psycopg.OperationalError:
            return math.inf
        return float(row[0]) if row else math.inf

    def stop_wishing(self) -> None:
        """Tell all clients to make up nothing new."""
        self.over.value = 1

    def close(self) -> dict[str, Deed]:
        """Let the clients end, ask once more whatever is still open, and return all deeds."""
        self.set_clock(0)
        for process in [*self.writers, *self.outside]:
            process.join(90)
            if process.exitcode is None:
                process.kill()
        self._resolve()
        self.house.close()
        return read(self.journals())

    def abandon(self) -> None:
        """End everything at once, after a failure of the laboratory itself."""
        for process in [*self.writers, *self.outside]:
            process.kill()
        self.house.close()

    def _resolve(self) -> None:
        """Ask for what no client has a definite answer to: each by the way it was asked."""
        people = tuple(self.tokens.items())
        callers = self.journals()[-1]
        call(Calls(self.apis, 0, callers, people, (), self.seed, threads=0), self.lanes, self.over)
        with World(self.node.direct()) as world:
            for path in self.journals()[:-1]:
                journal = Journal(path)
                for deed in read([path]).values():
                    if deed.outcome is None:
                        journal.told(deed.wish, insist(world.writer, command_of(deed.wish)))
