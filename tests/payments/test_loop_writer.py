"""The writer on an event loop keeps what the writer of a thread keeps."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence

import psycopg
import pytest

from okpay.payments.engine import loop as loop_module
from okpay.payments.engine.commands import AnyCommand, Outcome
from okpay.payments.engine.lane import Lane
from okpay.payments.engine.loop import LoopWriter
from okpay.payments.engine.writer import EngineBusyError
from tests.payments.wishes import send, top_up
from tests.payments.world import World, broken

Work = Callable[[LoopWriter], Awaitable[list[Outcome]]]


def on_loop(url: str, work: Work, *, batch: int = 16) -> list[Outcome]:
    """Do work with a writer on a loop of its own."""

    async def whole() -> list[Outcome]:
        writer = LoopWriter(url, asyncio.get_running_loop(), batch=batch)
        found = await asyncio.wait_for(work(writer), 60)
        await writer.stop()
        return found

    return asyncio.run(whole())


def all_of(commands: Sequence[AnyCommand]) -> Work:
    """Run commands side by side."""

    async def work(writer: LoopWriter) -> list[Outcome]:
        return await asyncio.gather(*(writer.run(command) for command in commands))

    return work


def test_a1_a2_crossing_and_spending_one_balance_once(world: World) -> None:
    ann, ben, *others = world.people(8)
    world.done(top_up(ann, 1_000), top_up(ben, 1_000))
    crossing = [send(*pair, 1) for _ in range(200) for pair in ((ann, ben), (ben, ann))]
    assert {one.result for one in on_loop(world.url, all_of(crossing))} == {"done"}
    assert (world.balance(ann), world.balance(ben)) == ((1_000, 0), (1_000, 0))
    spends = [send(ann, others[n % len(others)], 1_000) for n in range(50)]
    outcomes = on_loop(world.url, all_of(spends))
    assert Counter((one.result, one.code) for one in outcomes) == {
        ("done", ""): 1,
        ("refused", "insufficient_funds"): 49,
    }
    assert broken(world.url) == []


def test_b1_one_key_in_many_batches_is_one_payment(world: World) -> None:
    ann, ben = world.people(2)
    world.done(top_up(ann, 1_000))
    outcomes = on_loop(
        world.url, all_of([send(ann, ben, 100, key="same") for _ in range(40)]), batch=4
    )
    assert {one.result for one in outcomes} == {"done"}
    assert len({one.record for one in outcomes}) == 1
    assert world.balance(ben) == (100, 0)


def test_b6_connections_that_are_cut_under_load_lose_and_double_nothing(world: World) -> None:
    ann, ben = world.people(2)
    world.done(top_up(ann, 10_000))

    async def work(writer: LoopWriter) -> list[Outcome]:
        running = [
            asyncio.create_task(writer.run(send(ann, ben, 1, key=f"k{n}"))) for n in range(300)
        ]
        for _ in range(5):
            await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.to_thread(cut)
        return await asyncio.gather(*running)

    def cut() -> None:
        with psycopg.connect(world.url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'okpay engine' AND datname = current_database()"
            )

    outcomes = on_loop(world.url, work)
    assert {one.result for one in outcomes} == {"done"}
    assert world.balance(ben) == (300, 0)
    assert broken(world.url) == []


def test_a_late_outcome_is_unknown_and_found_by_its_key(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, ben = world.people(2)
    world.done(top_up(ann, 1_000))
    monkeypatch.setattr(loop_module, "PATIENCE", 0.0)

    async def work(writer: LoopWriter) -> list[Outcome]:
        with psycopg.connect(world.url) as other:
            other.execute("LOCK ledger_account IN EXCLUSIVE MODE")
            late = await writer.run(send(ann, ben, 100, key="late"))
        monkeypatch.undo()
        return [late, await writer.run(send(ann, ben, 100, key="late"))]

    late, found = on_loop(world.url, work)
    assert (late.result, late.code) == ("unknown", "outcome_unknown")
    assert found.result == "done"
    assert world.balance(ben) == (100, 0)


def test_more_than_the_limit_is_turned_away_and_not_done(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, ben = world.people(2)
    world.done(top_up(ann, 1_000))
    monkeypatch.setattr(loop_module, "MAX_WAITING", 2)

    async def work(writer: LoopWriter) -> list[Outcome]:
        running = [asyncio.create_task(writer.run(send(ann, ben, 1))) for _ in range(2)]
        await asyncio.sleep(0)  # they wait now; the batch starts at the end of the turn
        with pytest.raises(EngineBusyError):
            await writer.run(send(ann, ben, 1))
        return await asyncio.gather(*running)

    assert [one.result for one in on_loop(world.url, work)] == ["done", "done"]
    assert world.balance(ben) == (2, 0)


def test_a_batch_that_ends_in_an_unforeseen_way_is_unknown_and_the_next_is_done(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, ben = world.people(2)
    world.done(top_up(ann, 1_000))

    async def broken_settle(*_: object) -> list[Outcome]:
        raise RuntimeError

    async def work(writer: LoopWriter) -> list[Outcome]:
        with monkeypatch.context() as patched:
            patched.setattr(Lane, "settle", broken_settle)
            lost = await writer.run(send(ann, ben, 100, key="odd"))
        return [lost, await writer.run(send(ann, ben, 100, key="odd"))]

    lost, found = on_loop(world.url, work)
    assert (lost.result, found.result, found.replayed) == ("unknown", "done", False)
    assert world.balance(ben) == (100, 0)
