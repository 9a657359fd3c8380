"""Two batches in flight in one process: what one lane promises, two lanes keep."""

from __future__ import annotations

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
