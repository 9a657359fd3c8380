"""The sandbox as a process of its own, for tests that talk to the outside world over HTTP."""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.product import free_ports

NOWHERE = "http://127.0.0.1:9"  # the discard port: webhooks of the box find nobody
GOOD, NO_MONEY, LOST_ANSWER = "4242424242424242", "4000000000009995", "4000000000000119"
CALM: dict[str, Any] = {
    "api": "ok",
    "webhook": "lose",
    "delay_ms": 0,
    "unknown_ends": "succeeded",
    "unknown_seconds": 10,
}


@dataclass(frozen=True)
class Box:
    """A running sandbox and what a test does with it."""

    url: str
    key: str

    def pay(self, hosted_url: str, number: str = GOOD, **fields: str) -> httpx.Response:
        """Fill in the card page."""
        form = {"number": number, "expiry": "12/39", "cvc": "123", "name": "ZHOU", **fields}
        return httpx.post(hosted_url, data=form, timeout=30)

    def faults(self, **changed: Any) -> None:
        """Make the acquirer misbehave; webhooks are lost unless told otherwise."""
        answer = self.api("PUT", "/acquirer/v1/faults", json={**CALM, **changed})
        answer.raise_for_status()

    def payment(self, reference: str) -> dict[str, Any]:
        """Ask the acquirer, as the wallet would."""
        found: dict[str, Any] = self.api("GET", f"/acquirer/v1/payments/{reference}").json()
        return found

    def decide(self, reference: str) -> None:
        """Let the bank's answer that was lost be known from now on."""
        memory = sqlite3.connect(Path(os.environ["OKPAY_HOME"]) / "sandbox.sqlite3")
        with contextlib.closing(memory), memory:
            memory.execute("UPDATE payments SET resolves_at = 0 WHERE reference = ?", [reference])

    def api(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Call the box with the wallet's key."""
        headers = {"Authorization": f"Bearer {self.key}", **options.pop("headers", {})}
        return httpx.request(method, self.url + path, headers=headers, timeout=30, **options)

    def messages(self, channel: str, to: str) -> list[dict[str, Any]]:
        """Return what arrived for a recipient, newest first."""
        answer = httpx.get(f"{self.url}/{channel}/v1/messages", params={"to": to}, timeout=30)
        found: list[dict[str, Any]] = answer.json()["data"]
        return found


def start(home: str) -> tuple[subprocess.Popen[bytes], str]:
    """Start a box on a free port and wait until it answers."""
    port = free_ports(1)[0]
    url = f"http://127.0.0.1:{port}"
    changed = {"OKPAY_HOME": home, "OKPAY_SANDBOX_PORT": str(port), "OKPAY_SANDBOX_URL": url}
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--host", "127.0.0.1"]
    process = subprocess.Popen(
        [*command, "--port", str(port), "okpay.sandbox.app:app"],
        env={**os.environ, **changed, "PYTHONPATH": "src", "PYTHONWARNINGS": ""},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            httpx.get(f"{url}/health", timeout=2)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return process, url
    process.kill()
    pytest.fail("the sandbox did not start")


@pytest.fixture(scope="session")
def running_box() -> Iterator[Box]:
    """Run one sandbox for all tests that need it, on the run's own home and keys."""
    from okpay.config.secrets import secret

    process, url = start(os.environ["OKPAY_HOME"])
    yield Box(url, secret("acquirer_key"))
    process.terminate()
    process.wait(20)


@pytest.fixture
def box(running_box: Box, settings: Any) -> Box:
    """Point Django at the sandbox, and calm it."""
    settings.OKPAY_SANDBOX_URL = running_box.url
    settings.OKPAY_BASE_URL = NOWHERE
    running_box.faults()
    return running_box


def stamp(text: str) -> str:
    """Leave out the white space of a page's text, to compare words only."""
    return re.sub(r"\s+", " ", text)
