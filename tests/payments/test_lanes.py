"""Two batches in flight in one process: what one lane promises, two lanes keep."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from okpay.payments.engine import writer as writer_module
from okpay.payments.engine.commands import Outcome
from okpay.payments.engine.loop import LoopWriter
from okpay.payments.engine.writer import Writer
from tests.payments.wishes import send, top_up
from tests.payments.world import World, broken, run_all


def test_a1_a2_two_lanes_cross_and_spend_one_balance_once(world: World) -> None:
    ann, ben, *others = world.people(8)
    world.done(top_up(ann, 1_000), top_up(ben, 1_000))
    lanes = Writer(world.url, batch=16, lanes=2)
    crossing = [send(*pair, 1) for _ in range(400) for pair in ((ann, ben), (ben, ann))]
    assert {one.result for one in run_all(lanes, crossing)} == {"done"}
    assert (world.balance(ann), world.balance(ben)) == ((1_000, 0), (1_000, 0))
    spends = [send(ann, others[n % len(others)], 1_000) for n in range(50)]
    outcomes = run_all(lanes, spends)
    lanes.stop()
    assert sum(one.result == "done" for one in outcomes) == 1
    assert sum(one.code == "insufficient_funds" for one in outcomes) == 49
    assert world.balance(ann) == (0, 0)
    assert broken(world.url) == []


def test_b1_one_key_in_two_lanes_is_one_payment(world: World) -> None:
    ann, ben = world.people(2)
    world.done(top_up(ann, 1_000))
    lanes = Writer(world.url, batch=4, lanes=2)
    outcomes = run_all(lanes, [send(ann, ben, 100, key="same") for _ in range(40)])
    lanes.stop()
    assert {one.result for one in outcomes} == {"done"}
    assert len({one.record for one in outcomes}) == 1
    assert world.balance(ben) == (100, 0)


def test_what_somebody_locked_holds_up_one_lane_and_nobody_else(world: World) -> None:
    _beside_five_that_wait(world, 1)  # fewer than five: it did not have to wait for as many


def test_what_somebody_locked_holds_up_one_lane_of_a_loop_too(world: World) -> None:
    ann, ben, cid, dan = world.people(4)
    world.done(top_up(ann, 1_000), top_up(cid, 1_000))

    async def whole() -> tuple[str, int, list[str]]:
        writer = LoopWriter(world.url, asyncio.get_running_loop(), batch=16)
        with world.owner(autocommit=False) as locked:
            locked.execute("SELECT 1 FROM ledger_account WHERE owner = %s FOR UPDATE", [ann])
            slow = [asyncio.create_task(writer.run(send(ann, ben, 1))) for _ in range(5)]
            await asyncio.sleep(0.3)
            quick = await asyncio.wait_for(writer.run(send(cid, dan, 1)), 10)
            before = sum(task.done() for task in slow)
            locked.rollback()
        ended = await asyncio.gather(*slow)
        await writer.stop()
        return quick.result, before, [one.result for one in ended]

    assert asyncio.run(whole()) == ("done", 0, ["done"] * 5)


def test_what_is_given_together_counts_by_its_commands(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list of five beside a batch of five begins at once, and does not wait to hurry."""
    monkeypatch.setattr(writer_module, "HURRY", 60)
    _beside_five_that_wait(world, 5)


def _beside_five_that_wait(world: World, count: int) -> None:
    """Five wait in one lane for a row that is locked; `count` others are done meanwhile."""
    ann, ben, cid, dan = world.people(4)
    world.done(top_up(ann, 1_000), top_up(cid, 1_000))
    lanes = Writer(world.url, batch=16, lanes=2)
    slow, quick = Waited(5), Waited(count)
    with world.owner(autocommit=False) as locked:
        locked.execute("SELECT 1 FROM ledger_account WHERE owner = %s FOR UPDATE", [ann])
        lanes.submit_together([(send(ann, ben, 1), slow.take) for _ in range(5)])
        time.sleep(0.3)  # the five are in a lane by now, and wait for the row
        lanes.submit_together([(send(cid, dan, 1), quick.take) for _ in range(count)])
        assert quick.ready.wait(10)
        assert (quick.results, slow.results) == (["done"] * count, [])
        locked.rollback()
    assert slow.ready.wait(30)
    lanes.stop()
    assert slow.results == ["done"] * 5


class Waited:
    """Outcomes that somebody waits for."""

    def __init__(self, count: int) -> None:
        self.results: list[str] = []
        self.ready = threading.Event()
        self._count = count

    def take(self, outcome: Outcome) -> None:
        self.results.append(outcome.result)
        if len(self.results) == self._count:
            self.ready.set()
