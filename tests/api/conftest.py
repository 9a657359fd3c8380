"""People with tokens, and the API called in this process over ASGI."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest

_numbers = itertools.count(random.SystemRandom().randrange(10**6))
PIN = "204817"


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
    """A client of the API. Each call has its own event loop; `together` sends calls in parallel."""

    def __init__(self, app: Any) -> None:
        self.app = app

    def send(
        self,
        method: str,
        path: str,
        *,
        who: Holder | None = None,
        key: str | None = None,
        body: object = None,
        raw: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        return self.together([(method, path, who, key, body, raw, headers)])[0]

    def together(self, calls: list[tuple[Any, ...]]) -> list[httpx.Response]:
        return asyncio.run(self._all(calls))

    async def _all(self, calls: list[tuple[Any, ...]]) -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://api.test") as client:
            return list(await asyncio.gather(*(self._one(client, *call) for call in calls)))

    async def _one(
        self,
        client: httpx.AsyncClient,
        method: str,
        path: str,
        who: Holder | None = None,
        key: str | None = None,
        body: object = None,
        raw: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        sent = {"accept-language": "en"}
        content = raw
        if body is not None:
            content = json.dumps(body).encode()
        if content is not None:
            sent["content-type"] = "application/json"
        if who is not None:
            sent["authorization"] = f"Bearer {who.secret}"
        if key is not None:
            sent["idempotency-key"] = key
        return await client.request(
            method, path, content=content, headers={**sent, **(headers or {})}
        )


@pytest.fixture(scope="session")
def application(database: str) -> Iterator[Any]:
    """The ASGI application, stopped at the end of the run."""
    from okpay.api.app import app

    yield app
    from okpay.api.threads import POOL

    POOL.stop()


@pytest.fixture
def api(application: Any) -> Api:
    """A client, with full buckets."""
    from okpay.api.rates import RATES

    RATES.clear()
    return Api(application)


@pytest.fixture
def holder(database: str) -> Callable[..., Holder]:
    """Make a person with a token; `scopes` are all unless given."""
    from okpay.identity.access_tokens import create_access_token
    from okpay.identity.operations import enrol_person
    from okpay.identity.rules import Scope
    from okpay.kernel import clock
    from okpay.kernel.actor import SYSTEM, Actor
    from okpay.kernel.ids import encode

    def make(name: str = "Alice Wong", scopes: list[str] | None = None) -> Holder:
        now = clock.now()
        number = next(_numbers)
        person: Any = enrol_person(
            actor=SYSTEM,
            name=name,
            email=f"api{number}@mail.example",
            phone=f"+86137{number % 10**8:08d}",
            password="seven quiet rivers run",
            payment_password=PIN,
            now=now,
        )
        token, secret = create_access_token(
            actor=Actor(person_id=person.id, kind="person", via="web"),
            name="test",
            scopes=[scope.value for scope in Scope] if scopes is None else scopes,
            payment_password=PIN,
            expires_in_days=30,
            now=now,
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
