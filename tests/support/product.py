"""The running product: every process, on free ports, with a home and a database of its own."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

START_SECONDS = 240
STOP_SECONDS = 60
OURS = range(20_000, 32_000)  # Linux lends from 32,768 on


@dataclass(frozen=True)
class LiveProduct:
    """Where the product answers. Addresses carry no trailing slash."""

    web: str
    api: str
    sandbox: str
    home: Path
    pid: int
    log: Path

    def environment(self) -> dict[str, str]:
        """Return what a command of ours needs to act on this installation."""
        return _environment(self.home, [_port(address) for address in self._addresses()])

    def okpay(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `okpay …` against this installation and return what it said."""
        command = [sys.executable, "-m", "okpay.cli", *arguments]
        return subprocess.run(
            command,
            env=self.environment(),
            check=False,
            capture_output=True,
            text=True,
            timeout=200,
        )

    def _addresses(self) -> tuple[str, str, str]:
        return self.web, self.api, self.sandbox


@pytest.fixture(scope="session")
def live_product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveProduct]:
    """Start `okpay serve` once for the run and stop it as an operator would, by SIGTERM."""
    home = Path(tempfile.mkdtemp(prefix="okpay-live-"))
    log = tmp_path_factory.mktemp("product") / "serve.log"
    ports = free_ports(3)
    web = f"http://localhost:{ports[0]}"  # passkeys need a name: an address of numbers is none
    api, sandbox = (f"http://127.0.0.1:{port}" for port in ports[1:])
    environment = _environment(home, ports)
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "okpay.cli", "serve"],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    product = LiveProduct(web, api, sandbox, home, process.pid, log)
    try:
        _wait_until_ready(process, product)
        yield product
    finally:
        _stop(process)
        shutil.rmtree(home, ignore_errors=True)


def free_ports(count: int) -> list[int]:
    """Find ports that nobody uses now, and that the system lends to no outgoing connection.

    Until the product listens there, any connection of this machine could otherwise be given one.
    """
    chance, ports = random.SystemRandom(), list[int]()
    with contextlib.ExitStack() as held:
        while len(ports) < count:
            port = chance.choice(OURS)
            with contextlib.suppress(OSError):  # taken: another one
                held.enter_context(socket.create_server(("127.0.0.1", port)))
                ports.append(port)
    return ports


def _environment(home: Path, ports: list[int]) -> dict[str, str]:
    """The surroundings of this run, but with another home, database and addresses."""
    web, api, sandbox = map(str, ports)
    kept = {key: value for key, value in os.environ.items() if not key.startswith("OKPAY_")}
    return {
        **kept,
        "OKPAY_HOME": str(home),
        "OKPAY_ENV": "development",
        "OKPAY_HOST": "127.0.0.1",
        "OKPAY_WEB_PORT": web,
        "OKPAY_API_PORT": api,
        "OKPAY_SANDBOX_PORT": sandbox,
        "OKPAY_BASE_URL": f"http://localhost:{web}",
        "OKPAY_API_URL": f"http://127.0.0.1:{api}",
        "OKPAY_SANDBOX_URL": f"http://127.0.0.1:{sandbox}",
        "OKPAY_CODES_AN_HOUR": "100000",  # every journey comes from one address
        "PYTHONWARNINGS": "",
    }


def _port(address: str) -> int:
    return int(address.rsplit(":", 1)[1])


def _wait_until_ready(process: subprocess.Popen[bytes], product: LiveProduct) -> None:
    deadline = time.monotonic() + START_SECONDS
    waiting = [product.web, product.api + "/openapi.json", product.sandbox]
    while waiting:
        if process.poll() is not None or time.monotonic() > deadline:
            pytest.fail(f"okpay serve is not ready ({waiting}):\n{product.log.read_text()[-4000:]}")
        if _answers(waiting[0]):
            waiting.pop(0)
        else:
            time.sleep(0.2)


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=5).status_code < 500
    except httpx.TransportError:
        return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        pytest.fail(f"okpay serve did not stop within {STOP_SECONDS} s of SIGTERM")
