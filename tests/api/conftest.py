"""People with tokens, and the API called in this process over ASGI."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import json
import os
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.support.box import Box
from tests.support.product import free_ports

_numbers = itertools.count(1_000_001)  # no number that a test names as nobody's


@dataclass(frozen=True)
class Holder:
    """A person and the secret of a token of theirs."""

    id: UUID
    public_id: str
    email: str
    phone: str
    secret: str
    token_id: UUID


class Api:
    """A client of the API; `together` sends calls in parallel, on the application's one loop."""

    def __init__(self, app: Any, loop: asyncio.AbstractEventLoop) -> None:
        self.app = app
        self.loop = loop

    def send(
        self,
        method: str,
        path: str,
        *,
        who: Holder | None = None,
        key: str | None = None,
        body: object = None,
        raw: bytes | None = None,
        headers: Mapping[str, str | bytes] | None = None,
    ) -> httpx.Response:
        return self.together([(method, path, who, key, body, raw, headers)])[0]

    def together(self, calls: list[tuple[Any, ...]]) -> list[httpx.Response]:
        return asyncio.run_coroutine_threadsafe(self.all_of(calls), self.loop).result(timeout=60)

    async def all_of(self, calls: list[tuple[Any, ...]]) -> list[httpx.Response]:
        """Send calls in parallel, on the loop this runs on."""
        transport = httpx.ASGITransport(app=self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://api.test") as client:
            return list(await asyncio.gather(*(self._one(client, *call) for call in calls)))

    async def _one(  # noqa: PLR0917 — called with the parts of one tuple
        self,
        client: httpx.AsyncClient,
        method: str,
        path: str,
        who: Holder | None = None,
        key: str | None = None,
        body: object = None,
        raw: bytes | None = None,
        headers: Mapping[str, str | bytes] | None = None,
    ) -> httpx.Response:
        """Send one call; the arguments are those of `send`."""
        sent: dict[str, str | bytes] = {"accept-language": "en"}
        content = raw
        if body is not None:
            content = json.dumps(body).encode()
        if content is not None:
            sent["content-type"] = "application/json"
        if who is not None:
            sent["authorization"] = f"Bearer {who.secret}"
        if key is not None:
            sent["idempotency-key"] = key
        raw_headers = [
            (name.encode(), value if isinstance(value, bytes) else value.encode())
            for name, value in {**sent, **(headers or {})}.items()
        ]
        return await client.request(method, path, content=content, headers=raw_headers)


@pytest.fixture(scope="session")
def application(database: str) -> Iterator[Any]:
    """The ASGI application, stopped at the end of the run."""
    from okpay.api.app import app
    from okpay.api.threads import POOL
    from okpay.payments.engine.access import engine

    yield app
    POOL.stop()
    engine().stop()


@pytest.fixture(scope="session")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """The application's event loop, in a thread of its own."""
    made = asyncio.new_event_loop()
    thread = threading.Thread(target=made.run_forever, daemon=True)
    thread.start()
    yield made
    made.call_soon_threadsafe(made.stop)
    thread.join(timeout=10)
    made.close()


@pytest.fixture
def api(application: Any, loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch) -> Api:
    """A client, with full buckets; none refills while the test runs, however long that takes."""
    from okpay.api import rates

    now = time.monotonic_ns()
    monkeypatch.setattr(rates, "time", SimpleNamespace(monotonic_ns=lambda: now))
    rates.RATES.clear()
    return Api(application, loop)


@pytest.fixture
def fund(database: str) -> Callable[..., None]:
    """Put money into somebody's wallet."""
    from okpay.kernel.ids import new_uuid
    from okpay.kernel.money import ASSETS, Money, parse_amount
    from okpay.payments.operations import book_top_up

    def put(who: Holder, amount: str, currency: str = "CNY") -> None:
        asset = ASSETS[currency]
        outcome = book_top_up(
            top_up_id=new_uuid(),
            person_id=who.id,
            money=parse_amount(amount, asset),
            fee=Money(asset, 0),
            source_label="Visa 4242",
        )
        assert outcome.result == "done"

    return put


def available(api: Api, who: Holder, currency: str = "CNY") -> str | None:
    """What may leave a wallet, as the API says."""
    found = api.send("GET", "/v1/balances", who=who).json()["data"]
    return next((b["available"]["amount"] for b in found if b["currency"] == currency), None)


@pytest.fixture
def holder(database: str) -> Callable[..., Holder]:
    """Make a person with a token; `scopes` are all unless given.

    Rows are written as registration and `create_access_token` leave them, without their slow
    password digests.
    """
    from okpay.identity.models import AccessToken, Person
    from okpay.identity.rules import Scope
    from okpay.kernel import clock
    from okpay.kernel.ids import encode

    def make(name: str = "Alice Wong", scopes: list[str] | None = None) -> Holder:
        now = clock.now()
        number = next(_numbers)
        person = Person.objects.create(
            name=name,
            name_key=name.lower(),
            email=f"api{number}@mail.example",
            email_verified_at=now,
            phone=f"+86137{number % 10**8:08d}",
            phone_verified_at=now,
            password="!",
            level=1,
        )
        secret = f"okpay_pat_{secrets.token_urlsafe(32)}"
        token = AccessToken.objects.create(
            person=person,
            name="test",
            digest=hashlib.sha256(secret.encode()).digest(),
            tail=secret[-4:],
            scopes=[scope.value for scope in Scope] if scopes is None else scopes,
            created_at=now,
            expires_at=now + timedelta(days=30),
        )
        return Holder(
            person.id, encode("cus", person.id), person.email, person.phone, secret, token.id
        )

    return make


def code_of(response: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal, after checking that it is a proper problem."""
    body = response.json()
    assert response.headers["content-type"] == "application/problem+json"
    assert body["status"] == response.status_code
    assert body["request_id"] == response.headers["request-id"]
    assert body["type"].endswith(f"/help/codes/{body['code']}")
    return response.status_code, body["code"]


@pytest.fixture(scope="session")
def live_api(database: str, running_box: Box) -> Iterator[str]:
    """Serve the API as in earnest, without a pace, beside the sandbox; return its address."""
    port = free_ports(1)[0]
    api = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "OKPAY_DATABASE_URL": database,
        "OKPAY_API_RATE": "0",
        "OKPAY_API_URL": api,
        "OKPAY_SANDBOX_URL": running_box.url,
    }
    process = _serve("okpay.api.app:app", port, environment)
    try:
        _wait_until_ready(f"{api}/health/ready", process)
        yield api
    finally:
        process.terminate()
        process.wait(timeout=30)


def _serve(application: str, port: int, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", "--interface", "asgi", "--no-ws"),
            *("--host", "127.0.0.1", "--port", str(port), "--log-level", "warning"),
            application,
        ],
        env=environment,
        stdin=subprocess.DEVNULL,
    )


def _wait_until_ready(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx.get(address, timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    pytest.fail(f"{address} did not become ready")
