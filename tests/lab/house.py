"""The processes of the product, as a service manager keeps them: what ends is started again."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

_LOOK: Final = 0.05
_PAUSE: Final = 0.1  # what systemd waits (RestartSec=100ms) before it starts a unit again


@dataclass
class Resident:
    """One process of the product with all its children, through all its lives."""

    name: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    log: Path
    port: int = 0
    lives: int = 0
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Begin a life, in a session of its own."""
        self.lives += 1
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *self.arguments],
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @property
    def kind(self) -> str:
        """What it is, without its number."""
        return self.name.partition("-")[0]

    def ended(self) -> bool:
        """Whether the process that was started has ended."""
        return self.process is not None and self.process.poll() is not None

    def signal(self, number: int) -> None:
        """Send a signal to all of its processes."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def children(self) -> list[int]:
        """The processes that it started: those that serve."""
        pid = self.process.pid if self.process is not None else 0
        try:
            text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
        except OSError:
            return []
        return [int(word) for word in text.split()]


@dataclass
class House:
    """Everything that runs; a thread starts again what has ended."""

    residents: list[Resident] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def open(self) -> None:
        """Start all, and watch."""
        for resident in self.residents:
            resident.start()
        self._thread = threading.Thread(target=self._watch, name="house", daemon=True)
        self._thread.start()

    def of(self, kind: str) -> list[Resident]:
        """All processes of one kind."""
        return [resident for resident in self.residents if resident.kind == kind]

    def _watch(self) -> None:
        while not self._over.wait(_LOOK):
            for resident in self.residents:
                if resident.ended():
                    resident.signal(signal.SIGKILL)  # an orphan would keep the port
                    time.sleep(_PAUSE)
                    resident.start()

    def close(self) -> None:
        """End all: first asked, then made to."""
        self._over.set()
        if self._thread is not None:
            self._thread.join(10)
        for number in (signal.SIGCONT, signal.SIGTERM):
            for resident in self.residents:
                resident.signal(number)
        until = time.monotonic() + 8
        for resident in self.residents:
            if resident.process is not None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    resident.process.wait(max(0.1, until - time.monotonic()))
                resident.signal(signal.SIGKILL)
                resident.process.wait()


def quietly(log: Path, work: Callable[..., None], *arguments: Any) -> None:
    """In a process of one's own: let what it says go to a file."""
    with log.open("ab") as file:
        os.dup2(file.fileno(), 2)
    work(*arguments)
