"""Run the command as people do: in a process of its own, on a state folder of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from okpay import embedded
from tests.support.product import free_ports


@dataclass
class Installation:
    """One state folder, three ports, and the command on them."""

    home: Path
    ports: list[int]
    running: list[subprocess.Popen[str]] = field(default_factory=list)

    def environment(self, **changes: str) -> dict[str, str]:
        """Return the environment of a person who chose this folder and these ports."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("OKPAY_")}
        names = ("OKPAY_WEB_PORT", "OKPAY_API_PORT", "OKPAY_SANDBOX_PORT")
        ports = dict(zip(names, map(str, self.ports), strict=True))
        return {**kept, **ports, "OKPAY_HOME": str(self.home), **changes}

    def okpay(self, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "okpay.cli", *arguments],
            env=self.environment(**changes),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def serve(self, *arguments: str) -> subprocess.Popen[str]:
        """Start everything and return at once."""
        child = subprocess.Popen(
            [sys.executable, "-m", "okpay.cli", "serve", *arguments],
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.running.append(child)
        return child

    def answer(self, path: str = "/", *, within: float = 240.0) -> int:
        """Return the status of the web's first answer that is no failure, waiting for it."""
        deadline = time.monotonic() + within
        while True:
            try:
                with urllib.request.urlopen(
                    f"http://127.0.0.1:{self.ports[0]}{path}", timeout=within
                ) as page:
                    return int(page.status)
            except urllib.error.HTTPError as error:
                with error:
                    if error.code < 500 or time.monotonic() > deadline:
                        return error.code
                time.sleep(0.05)
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)


def finish(child: subprocess.Popen[str], number: int = signal.SIGTERM) -> str:
    """Send a signal and return all that was said."""
    child.send_signal(number)
    said, _ = child.communicate(timeout=90)
    return said


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    """Lend a state folder and ports to the tests of one file, and leave nothing of them."""
    folder = Path(tempfile.mkdtemp(prefix="okpay-t-"))
    folder.chmod(0o711)
    made = Installation(folder / "home", free_ports(3))
    yield made
    for child in made.running:
        if child.poll() is None:
            finish(child)
    embedded.remove(made.home)
    shutil.rmtree(folder)
