"""The supervisor: prepare, start, watch, and stop in order."""

from __future__ import annotations

import os
import time
from pathlib import Path

from okpay import __version__, embedded
from okpay.cli import demo, owner, schema, startup
from okpay.cli.supervisor import errand, ports, ready
from okpay.cli.supervisor.children import Child, Record
from okpay.cli.supervisor.faces import GRACE, faces
from okpay.cli.supervisor.logbook import Logbook
from okpay.cli.supervisor.signals import Signals, StopNow
from okpay.config.env import ENV
from okpay.embedded.errors import EmbeddedError

_LOOK_EVERY = 0.2
_TRIES_AT_START = 3
_HEAD_START = 4.0
_LAST_TO_STOP = ("worker", "sandbox")


class FaceError(EmbeddedError):
    """A process does not come up at all."""


class Supervisor:
    """Everything on one machine, under one parent."""

    def __init__(self, home: Path, *, demo: bool) -> None:
        self._home = home
        self._demo = demo
        self._began = time.monotonic()
        self._cluster: embedded.Cluster | None = None
        self._children: list[Child] = []
        self._announced: set[str] = set()
        self._record = Record(home)
        self._environment = {
            **os.environ,
            "OKPAY_HOME": str(home),
            "PYTHONUNBUFFERED": "1",
            "DJANGO_SETTINGS_MODULE": "okpay.config.settings",
            # A heap a thread costs each process some MB that it never gives back.
            "MALLOC_ARENA_MAX": os.environ.get("MALLOC_ARENA_MAX", "2"),
        }

    def run(self) -> None:
        """Serve until a signal asks to stop.

        Raises:
            EmbeddedError: what stands in the way of a start; nothing is left running.
        """
        owner.take(self._home)
        self._log = Logbook(self._home)
        self._signals = Signals()
        try:
            self._prepare()
            self._signals.raising = False
            self._start()
            self._watch()
        except StopNow:
            pass
        finally:
            self._close()

    def _prepare(self) -> None:
        """Everything that may refuse, before anything is started that must be stopped."""
        self._say(f"OKPay {__version__}, state in {self._home}, log in {self._log.path}")
        startup.keys()
        startup.settings()
        (self._home / "static").mkdir(exist_ok=True)  # the web looks for collected files there
        if left := self._record.end_leftovers():
            self._say(f"Ended what a killed run had left (processes: {left})")
        wanted = {one.setting: one.port for one in faces().values() if one.port}
        ports.assert_free(ENV.host, wanted)
        self._database()
        if not schema.looks_current(ENV.database_url()):
            self._say("Bringing the database to the newest schema")
            errand.run("migrate", self._environment, self._log.note)
        if self._demo and not demo.loaded(ENV.database_url()):
            self._say("Loading people to try it with")
            errand.run("demo", self._environment, self._log.say)

    def _database(self) -> None:
        if os.environ.get("OKPAY_DATABASE_URL"):
            startup.database(ENV.database_url())
            self._say("Using the database that OKPAY_DATABASE_URL names")
            return
        options = embedded.Options(bound=True)
        self._cluster = embedded.start(self._home, self._say, options)
        self._say(f"PostgreSQL {self._cluster.binaries.version} is ready ({self._elapsed()})")

    def _start(self) -> None:
        """Start the web first and alone, because somebody waits for its page, then the rest."""
        for face in faces().values():
            child = Child(face, self._environment, self._log.say)
            self._children.append(child)
            child.start()
            ready.watch(child)
            self._remember()
            if face.name == "web":
                self._await_ready(_HEAD_START)
        self._await_ready(None)
        if not self._signals.came:
            self._greet()

    def _await_ready(self, seconds: float | None) -> None:
        """Wait until all that were started answer, at most ``seconds`` if they are said.

        Raises:
            FaceError: one of them ended again and again.
        """
        began = time.monotonic()
        while waiting := [one for one in self._children if one.face.name not in self._announced]:
            if self._signals.came or (seconds and time.monotonic() - began > seconds):
                return
            self._tend()
            for child in waiting:
                self._announce(child)
            self._signals.rest(0.05)

    def _announce(self, child: Child) -> None:
        if child.ready:
            self._announced.add(child.face.name)
            self._say(f"{child.face.name} is ready ({self._elapsed()})")
        elif child.restarts >= _TRIES_AT_START:
            last = "\n  ".join(child.last) or "it said nothing"
            raise FaceError(f"{child.face.name} does not start. Its last words:\n  {last}")

    def _watch(self) -> None:
        while not self._signals.came:
            self._tend()
            self._signals.rest(_LOOK_EVERY)

    def _tend(self) -> None:
        before = [child.identity for child in self._children]
        for child in self._children:
            child.tend()
        if before != [child.identity for child in self._children]:
            self._remember()
        if self._cluster and not self._cluster.alive():
            self._say("PostgreSQL ended; starting it again")
            self._cluster = embedded.start(self._home, self._say, embedded.Options(bound=True))
            self._say("PostgreSQL is ready again")
            for child in self._children:
                if child.face.name == "worker":  # it would only poll from now on, not listen
                    child.ask_to_end()

    def _remember(self) -> None:
        self._record.write([one.identity for one in self._children if one.identity])

    def _greet(self) -> None:
        lines = [
            "",
            f"OKPay runs ({self._elapsed()}). Open {ENV.base_url}",
            f"  the app          {ENV.base_url}",
            f"  the API          {ENV.api_url}/v1   (pages: {ENV.api_url}/docs)",
        ]
        if not ENV.production:
            lines.append(f"  mail, SMS, cards {ENV.sandbox_url}")
        if self._demo and demo.SIGN_INS:
            lines.append("  sign in as:")
            lines += [_sign_in(one) for one in demo.SIGN_INS]
        for line in [*lines, "Ctrl-C stops everything.", ""]:
            self._say(line)

    def _close(self) -> None:
        """Stop in order; a second signal cuts the waiting short."""
        self._signals.came = False
        self._signals.raising = True
        if self._children or self._cluster:
            self._say("Stopping")
        try:
            self._stop_children(GRACE + 2)
        except StopNow:
            self._signals.raising = False
            self._stop_children(0)
        self._signals.raising = False
        if self._cluster and self._cluster.started and self._cluster.alive():
            self._cluster.stop()
        if self._children or self._cluster:
            self._say(f"Stopped ({self._elapsed()} in all)")
        self._record.forget()
        self._log.close()

    def _stop_children(self, grace: float) -> None:
        faces_first = [one for one in self._children if one.face.name not in _LAST_TO_STOP]
        rest = [[one] for one in self._children if one.face.name in _LAST_TO_STOP]
        for group in [faces_first, *rest]:
            deadline = time.monotonic() + grace
            for child in group:
                child.ask_to_end()
            for child in group:
                child.end(deadline - time.monotonic())

    def _say(self, line: str) -> None:
        self._log.say(line)

    def _elapsed(self) -> str:
        return f"{time.monotonic() - self._began:.1f} s"


def _sign_in(one: demo.SignIn) -> str:
    return (
        f"    {one.sign_in}  password {one.password}  payment password {one.payment_password}"
        f"  ({one.name})"
    )
