"""The stream of a transfer's state: bounded, live, and only for those it concerns."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.api.conftest import Api, Holder, code_of

Made = Callable[..., Holder]
Fund = Callable[..., None]


@pytest.fixture
def waiting(api: Api, holder: Made, fund: Fund) -> tuple[Holder, str]:
    alice = holder()
    fund(alice, "50.00")
    body = {
        "payee": {"email": f"no-{alice.email}"},
        "amount": "5.00",
        "currency": "CNY",
        "on_unknown_payee": "invite",
    }
    made = api.send("POST", "/v1/transfers", who=alice, key="w", body=body)
    return alice, made.json()["id"]


async def opened(person: Holder) -> None:
    """Wait until a stream of this person is open: the first event is on its way then."""
    from okpay.api.routes import events as routes

    async with asyncio.timeout(50):
        while person.id not in routes.OPEN.people:  # noqa: ASYNC110 — the application tells nobody
            await asyncio.sleep(0.01)


def events(text: str) -> list[tuple[str, dict[str, Any]]]:
    found = []
    for block in text.split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        if "event" in lines:
            found.append((lines["event"], json.loads(lines["data"])))
    return found


def test_a_final_state_is_told_once(api: Api, holder: Made, fund: Fund) -> None:
    alice, bob = holder(), holder()
    fund(alice, "5.00")
    body = {"payee": {"email": bob.email}, "amount": "5.00", "currency": "CNY"}
    made = api.send("POST", "/v1/transfers", who=alice, key="e", body=body).json()
    answer = api.send("GET", f"/v1/transfers/{made['id']}/events", who=bob)
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["cache-control"] == "no-store"
    assert [(name, data["direction"]) for name, data in events(answer.text)] == [
        ("transfer.completed", "in")
    ]


def test_a_change_is_told_when_it_happens(api: Api, waiting: tuple[Holder, str]) -> None:
    alice, number = waiting

    async def both() -> list[Any]:
        watching = api.all_of([("GET", f"/v1/transfers/{number}/events", alice)])
        watch = asyncio.ensure_future(watching)
        await opened(alice)
        ended = await api.all_of([("POST", f"/v1/transfers/{number}/cancel", alice, "stop")])
        return [*await watch, *ended]

    watched, ended = asyncio.run_coroutine_threadsafe(both(), api.loop).result(timeout=60)
    assert ended.status_code == 200
    assert [name for name, _ in events(watched.text)] == [
        "transfer.pending",
        "transfer.canceled",
    ]


def test_a_stream_ends_by_itself(
    api: Api, waiting: tuple[Holder, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from okpay.api.routes import events as routes

    monkeypatch.setattr(routes, "LONGEST", 1)
    monkeypatch.setattr(routes, "LOOK", 0.2)
    monkeypatch.setattr(routes, "BEAT", 0)  # every look without news is a sign of life
    alice, number = waiting
    answer = api.send("GET", f"/v1/transfers/{number}/events", who=alice)
    assert [name for name, _ in events(answer.text)] == ["transfer.pending"]
    assert ": still waiting" in answer.text
    assert routes.OPEN.people == {}


def test_g12_a_stream_ends_when_its_token_is_revoked(
    api: Api, waiting: tuple[Holder, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from okpay.api.routes import events as routes
    from okpay.api.threads import POOL
    from okpay.identity.models import AccessToken
    from okpay.kernel import clock

    monkeypatch.setattr(routes, "LOOK", 0.2)
    alice, number = waiting

    async def revoked() -> Any:
        watch = asyncio.ensure_future(
            api.all_of([("GET", f"/v1/transfers/{number}/events", alice)])
        )
        await opened(alice)
        tokens = AccessToken.objects.filter(pk=alice.token_id)
        await POOL.run(lambda: tokens.update(revoked_at=clock.now()))
        return (await watch)[0]

    answer = asyncio.run_coroutine_threadsafe(revoked(), api.loop).result(timeout=60)
    assert events(answer.text)[-1] == ("end", {"code": "unauthenticated"})


def test_streams_are_limited(api: Api, waiting: tuple[Holder, str]) -> None:
    from okpay.api.routes import events as routes

    alice, number = waiting
    for _ in range(routes.MOST_FOR_ONE):
        routes.OPEN.enter(alice.id)
    answer = api.send("GET", f"/v1/transfers/{number}/events", who=alice)
    assert code_of(answer) == (503, "service_busy")
    for _ in range(routes.MOST_FOR_ONE):
        routes.OPEN.leave(alice.id)
    assert routes.OPEN.people == {}


def test_g1_nobody_else_can_watch(api: Api, holder: Made, waiting: tuple[Holder, str]) -> None:
    _alice, number = waiting
    answer = api.send("GET", f"/v1/transfers/{number}/events", who=holder())
    assert code_of(answer) == (404, "transfer_not_found")


def test_n6_the_limit_of_streams_holds_when_all_open_at_once(
    api: Api, waiting: tuple[Holder, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from okpay.api.routes import events as routes

    monkeypatch.setattr(routes, "LONGEST", 30)
    monkeypatch.setattr(routes, "LOOK", 0.2)
    alice, number = waiting
    too_many = 7
    calls = [("GET", f"/v1/transfers/{number}/events", alice)] * (routes.MOST_FOR_ONE + too_many)

    async def crowd() -> list[int]:
        """Open all at once; those that were let in end when the last was refused."""
        statuses: list[int] = []
        for answer in asyncio.as_completed([api.all_of([call]) for call in calls]):
            statuses.append((await answer)[0].status_code)
            if len(statuses) == too_many:
                await api.all_of([("POST", f"/v1/transfers/{number}/cancel", alice, "stop")])
        return statuses

    statuses = asyncio.run_coroutine_threadsafe(crowd(), api.loop).result(timeout=60)
    assert statuses == [503] * too_many + [200] * routes.MOST_FOR_ONE
    assert routes.OPEN.people == {}


def test_n6_a_stream_nobody_reads_gives_its_place_back(
    api: Api, waiting: tuple[Holder, str]
) -> None:
    from okpay.api.calls import Call, Caller
    from okpay.api.routes import events as routes
    from okpay.api.threads import POOL
    from okpay.api.transfers import transfer_of
    from okpay.kernel.ids import decode

    alice, number = waiting
    record = decode(number, "trf")

    async def abandoned() -> tuple[dict[Any, int], dict[Any, int]]:
        call = Call("GET", "/", "test", known=Caller(alice.id, alice.token_id, frozenset()))
        shown = await POOL.run(lambda: transfer_of(alice.id, record))
        stream = await routes.opened(call, record, shown)
        inside = dict(routes.OPEN.people)
        del stream
        await asyncio.sleep(0.1)
        return inside, dict(routes.OPEN.people)

    found = asyncio.run_coroutine_threadsafe(abandoned(), api.loop).result(timeout=60)
    assert found == ({alice.id: 1}, {})
