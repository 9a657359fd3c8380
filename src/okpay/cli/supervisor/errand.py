"""A command that must end well before the next step, such as the migrations."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable

from okpay.embedded import process
from okpay.embedded.errors import EmbeddedError


class ErrandError(EmbeddedError):
    """The command ended badly."""


def run(name: str, environment: dict[str, str], say: Callable[[str, str], None]) -> None:
    """Run ``okpay NAME`` in a process of its own, so that Django does not stay in this one.

    Raises:
        ErrandError: with the command's last line.
    """
    last = ""
    with subprocess.Popen(
        [sys.executable, "-m", "okpay.cli", name],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment,
        text=True,
        errors="replace",
        start_new_session=True,
        preexec_fn=_bound,  # noqa: PLW1509 — one system call, no locks
    ) as errand:
        try:
            for line in errand.stdout or ():
                last = line.strip() or last
                say(line.rstrip(), name)
        except BaseException:
            errand.terminate()
            raise
    if errand.returncode != 0:
        raise ErrandError(f"okpay {name} did not succeed: {last.removeprefix('okpay: ')}")


def _bound() -> None:
    process.die_with_parent(signal.SIGTERM)
