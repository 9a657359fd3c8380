"""Lists whose process is killed in the middle: every line is paid once, whoever goes on."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable

import httpx
import pytest

from tests.api.conftest import Api, Holder, available
from tests.api.lists import line, lines_of
from tests.support.product import free_ports

Made = Callable[..., Holder]
Fund = Callable[..., None]
BOM = b"\xef\xbb\xbf"


@pytest.fixture
def alice(holder: Made, fund: Fund) -> Holder:
    made = holder("Alice Wong")
    fund(made, "100.00")
    return made


@pytest.fixture
def bob(holder: Made) -> Holder:
    return holder("Bob Li")


@pytest.mark.parametrize(
    "step", ["payout.kept", "payout.group:2", "payout.settled", "engine.commit:3"]
)
def test_b8_a_process_that_is_killed_in_the_middle_leaves_every_line_to_be_paid_once(
    api: Api, alice: Holder, bob: Holder, database: str, step: str
) -> None:
    """`kill -9` of the API, once before, twice within; sent again, the list is carried through."""
    body = {"lines": [line(n, bob, "0.01") for n in range(1_500)]}
    port = free_ports(1)[0]
    process = _serve(port, database, step)
    try:
        with pytest.raises(httpx.TransportError):
            httpx.post(
                f"http://127.0.0.1:{port}/v1/payouts", json=body, timeout=60,
                headers={"authorization": f"Bearer {alice.secret}", "idempotency-key": "k"},
            )  # fmt: skip
    finally:
        process.terminate()
        process.wait(timeout=30)
    listed = api.send("GET", "/v1/payouts", who=alice).json()["data"]
    assert [one["status"] for one in listed] == ["running"]
    left = available(api, alice)
    assert left is not None
    assert (left == "100.00") == (step == "payout.kept")
    answer = api.send("POST", "/v1/payouts", who=alice, key="k", body=body)
    assert (answer.status_code, answer.json()["done"]) == (201, 1_500), answer.text
    assert answer.json()["id"] == listed[0]["id"]
    assert (available(api, alice), available(api, bob)) == ("85.00", "15.00")
    found = lines_of(api, alice, listed[0]["id"], "limit=1000&outcome=done")
    assert len({one["transfer"] for one in found}) == 1_000


def _serve(port: int, database: str, step: str) -> subprocess.Popen[bytes]:
    """Serve the API in a process that dies at a step."""
    environment = {
        **os.environ, "OKPAY_DATABASE_URL": database, "OKPAY_ENV": "test",
        "OKPAY_CRASH_AFTER": step, "OKPAY_API_RATE": "0",
    }  # fmt: skip
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", "--interface", "asgi", "--no-ws"),
            *("--host", "127.0.0.1", "--port", str(port), "--log-level", "critical"),
            "okpay.api.app:app",
        ],
        env=environment, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/health/live", timeout=5).status_code == 200:
                return process
        except httpx.TransportError:
            time.sleep(0.1)
    process.terminate()
    pytest.fail("the API did not become ready")
