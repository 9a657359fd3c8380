"""Start, watch, restart and end the processes; leave nothing behind, even when killed."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

from okpay.cli.supervisor.faces import Face
from okpay.embedded import process
from okpay.embedded.layout import write_private
from okpay.embedded.process import Identity

_FIRST_DELAY = 1.0  # after a process that ended soon; one that was well starts at once
_LONGEST_DELAY = 30.0
_HEALTHY_AFTER = 20.0
_LAST_LINES = 12

Say = Callable[[str, str], None]


class Child:
    """One face's process, through all its restarts."""

    def __init__(self, face: Face, environment: dict[str, str], say: Say) -> None:
        self.face = face
        self.last: deque[str] = deque(maxlen=_LAST_LINES)
        self.restarts = 0
        self.ready = False
        self._environment = environment
        self._say = say
        self._delay = _FIRST_DELAY
        self._began = 0.0
        self._again_at = 0.0
        self._popen: subprocess.Popen[bytes] | None = None
        self._identity: Identity | None = None

    def start(self) -> None:
        """Start the process in a session of its own, so that Ctrl-C reaches only its parent."""
        self._began = time.monotonic()
        self._popen = subprocess.Popen(
            self.face.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self._environment,
            start_new_session=True,
            preexec_fn=_bound,  # noqa: PLW1509 — one system call, no locks
        )
        self._identity = process.look(self._popen.pid)
        threading.Thread(target=self._listen, args=[self._popen], daemon=True).start()

    @property
    def identity(self) -> Identity | None:
        """Who the process is, for the record of what to end after a crash."""
        return self._identity

    def running(self) -> bool:
        """Tell whether the process has not ended."""
        return self._popen is not None and self._popen.poll() is None

    def tend(self) -> None:
        """Start the process again if it ended: at once if it was well, else after a pause.

        The pause doubles each time.
        """
        if self._popen is None or self.running():
            return
        now = time.monotonic()
        if not self._again_at:
            pause = self._pause(now - self._began)
            self._again_at = now + pause
            when = f"in {pause:.0f} s" if pause else "at once"
            self._say(f"{self._how_ended()}; starting it again {when}", "okpay")
        if now >= self._again_at:
            self._again_at = 0.0
            self.restarts += 1
            end_session(self._popen.pid, signal.SIGKILL)
            self.start()

    def _pause(self, lived: float) -> float:
        if lived > _HEALTHY_AFTER:
            self._delay = _FIRST_DELAY
            return 0.0
        pause, self._delay = self._delay, min(self._delay * 2, _LONGEST_DELAY)
        return pause

    def ask_to_end(self) -> None:
        """Send SIGTERM; what is in hand may finish."""
        if self._popen is not None and self.running():
            self._popen.terminate()

    def end(self, grace: float) -> None:
        """Wait up to ``grace`` seconds, then end the whole session for good."""
        if self._popen is None:
            return
        try:
            self._popen.wait(timeout=max(grace, 0.0))
        except subprocess.TimeoutExpired:
            self._say(f"{self.face.name} did not stop in time and is ended", "okpay")
        end_session(self._popen.pid, signal.SIGKILL)
        self._popen.wait()

    def _how_ended(self) -> str:
        code = self._popen.returncode if self._popen else 0
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        return f"{self.face.name} ended ({how})"

    def _listen(self, popen: subprocess.Popen[bytes]) -> None:
        if popen.stdout is None:
            return
        with popen.stdout as pipe:
            for raw in pipe:
                line = raw.decode(errors="replace").rstrip()
                self.last.append(line)
                self.ready = self.ready or not self.face.url
                self._say(line, self.face.name)


def _bound() -> None:
    process.die_with_parent(signal.SIGTERM)


def end_session(session: int, number: int) -> None:
    """Send a signal to everything that the child with this pid has started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(session, number)


class Record:
    """Who was started, on disk, for the run after a crash."""

    def __init__(self, home: Path) -> None:
        self._path = home / "serve.json"

    def write(self, identities: list[Identity]) -> None:
        """Remember these processes."""
        write_private(self._path, json.dumps([vars(one) for one in identities]))

    def forget(self) -> None:
        """Everything has been stopped in order."""
        self._path.unlink(missing_ok=True)

    def end_leftovers(self) -> int:
        """End what a killed supervisor left, and nothing else; return how many were found."""
        try:
            left = [Identity(**one) for one in json.loads(self._path.read_text())]
        except (OSError, ValueError, TypeError):
            return 0
        found = 0
        for one in left:
            members = [one] if process.alive(one) else process.session(one)
            found += len(members)
            for member in members:
                process.end(member)
            for member in process.session(one):
                process.end(member, grace=0.5)
        return found
