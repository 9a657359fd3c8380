"""The faults: each is begun, lasts a while, and ends; then everything must be well again."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import psycopg

from tests.lab.proxy import Weather

if TYPE_CHECKING:
    from tests.lab.stage import Stage

DAY: Final = 86_400
Inject = Callable[["Stage", random.Random], contextlib.AbstractContextManager[None]]


@dataclass(frozen=True)
class Fault:
    """One kind of fault. `lasts` is how long it goes on, in seconds; 0 is a blow."""

    name: str
    inject: Inject
    lasts: float = 0
    short: bool = False  # whether the short form of the laboratory has it too


def _blow(strike: Callable[[Stage, random.Random], None]) -> Inject:
    """Make a fault of something that happens at once."""

    @contextlib.contextmanager
    def inject(stage: Stage, chance: random.Random) -> Iterator[None]:
        strike(stage, chance)
        yield

    return inject


def _kill(kind: str) -> Inject:
    def strike(stage: Stage, chance: random.Random) -> None:
        chance.choice(stage.house.of(kind)).signal(signal.SIGKILL)

    return _blow(strike)


def _kill_serving(stage: Stage, chance: random.Random) -> None:
    """Kill what serves, not its parent: the parent must notice."""
    serving = chance.choice(stage.house.of("api")).children()
    for pid in serving[:1]:
        os.kill(pid, signal.SIGKILL)


def _kill_writer(stage: Stage, chance: random.Random) -> None:
    stage.kill_writer(chance.randrange(len(stage.writers)))


def _kill_backend(stage: Stage, chance: random.Random) -> None:
    """The server throws everybody out and recovers: it cannot trust its shared memory."""
    pids = stage.backends("okpay engine")
    if pids:
        os.kill(chance.choice(pids), signal.SIGKILL)


def _kill_postmaster(stage: Stage, _chance: random.Random) -> None:
    stage.node.kill()
    stage.node.start()


def _restart_server(stage: Stage, _chance: random.Random) -> None:
    stage.node.cluster.stop("fast")
    stage.node.start()


def _terminate(stage: Stage, _chance: random.Random) -> None:
    with stage.node.admin() as link:
        link.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = 'okpay' AND pid <> pg_backend_pid()"
        )


def _weather(weather: Weather) -> Inject:
    @contextlib.contextmanager
    def inject(stage: Stage, _chance: random.Random) -> Iterator[None]:
        stage.node.proxy.set(weather)
        try:
            yield
        finally:
            stage.node.proxy.heal()

    return inject


def _clock(days: int) -> Inject:
    @contextlib.contextmanager
    def inject(stage: Stage, _chance: random.Random) -> Iterator[None]:
        stage.set_clock(days * DAY)
        try:
            yield
        finally:
            stage.set_clock(0)

    return inject


@contextlib.contextmanager
def _stop_writer(stage: Stage, chance: random.Random) -> Iterator[None]:
    pid = stage.writers[chance.randrange(len(stage.writers))].pid or 0
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@contextlib.contextmanager
def _stop_api(stage: Stage, chance: random.Random) -> Iterator[None]:
    api = chance.choice(stage.house.of("api"))
    api.signal(signal.SIGSTOP)
    try:
        yield
    finally:
        api.signal(signal.SIGCONT)


@contextlib.contextmanager
def _stop_backend(stage: Stage, chance: random.Random) -> Iterator[None]:
    """A backend that stands still keeps its row locks."""
    pids = stage.backends("okpay engine")
    pid = chance.choice(pids)
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@contextlib.contextmanager
def _take_connections(stage: Stage, chance: random.Random) -> Iterator[None]:
    """Take every connection that the server has, then throw the product's out."""
    taken: list[psycopg.Connection[tuple[object, ...]]] = []

    def take() -> None:
        with contextlib.suppress(psycopg.OperationalError):
            while True:
                taken.append(psycopg.connect(stage.node.direct(), connect_timeout=2))

    try:
        take()
        ours = [link.info.backend_pid for link in taken]
        with stage.node.admin() as link:
            link.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = 'okpay' AND pid <> ALL(%s) AND pid <> pg_backend_pid()",
                [ours],
            )
        take()
        yield
    finally:
        for one in taken:
            one.close()


@contextlib.contextmanager
def _fill_disk(stage: Stage, _chance: random.Random) -> Iterator[None]:
    stage.node.disk.fill()
    try:
        yield
    finally:
        stage.node.disk.free()
        stage.node.start()  # does nothing where the server stayed up


@contextlib.contextmanager
def _lose_and_kill(stage: Stage, chance: random.Random) -> Iterator[None]:
    """Two at once: answers are lost, and whom they were for is killed."""
    with _weather(Weather(lose_commits=True))(stage, chance):
        time.sleep(0.3)
        chance.choice(stage.house.of("api")).signal(signal.SIGKILL)
        _kill_writer(stage, chance)
        yield


FAULTS: Final = (
    Fault("kill -9 an api", _kill("api"), short=True),
    Fault("replies dropped after the commit", _weather(Weather(lose_commits=True)), 1, short=True),
    Fault("kill -9 a backend", _blow(_kill_backend), short=True),
    Fault("connections cut in mid-reply", _weather(Weather(cut_after=1_500)), 1, short=True),
    Fault("kill -9 the postmaster", _blow(_kill_postmaster), short=True),
    Fault("kill -9 an engine writer", _blow(_kill_writer), short=True),
    Fault("disk full", _fill_disk, 2, short=True),
    Fault("half-open: silence on the network", _weather(Weather(silent=True)), 2),
    Fault("kill -9 a web", _kill("web")),
    Fault("kill -9 a worker", _kill("worker")),
    Fault("kill -9 what serves in an api", _blow(_kill_serving)),
    Fault("SIGSTOP a writer", _stop_writer, 1.5),
    Fault("SIGSTOP a backend", _stop_backend, 1.5),
    Fault("SIGSTOP an api", _stop_api, 1.5),
    Fault("pg_terminate_backend for all", _blow(_terminate)),
    Fault("no connection left", _take_connections, 1.5),
    Fault("30 ms of latency", _weather(Weather(delay=0.015)), 1.5),
    Fault("100 kB/s", _weather(Weather(rate=100_000)), 1.5),
    Fault("connections refused", _weather(Weather(refuse=True, cut_after=1)), 1.5),
    Fault("clock + 1 day", _clock(1), 1.5),
    Fault("clock - 1 day", _clock(-1), 1.5),
    Fault("the server restarts", _blow(_restart_server)),
    Fault("replies dropped, api and writer killed", _lose_and_kill, 1),
)
