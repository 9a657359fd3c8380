"""A primary is lost under load, its standby takes over: nothing lost, nothing twice (N3, B15)."""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from unittest.mock import patch

import psycopg
import pytest

from okpay.payments.durable import reached_standby
from okpay.payments.engine import lane
from tests.lab.checker import check
from tests.lab.client import Job
from tests.lab.counter import Callers
from tests.lab.failover import Pair, longest_gap, wait_for
from tests.lab.history import Deed, read
from tests.lab.room import Room, furnish
from tests.payments.wishes import send, top_up
from tests.payments.world import World, broken

BEFORE, AFTER = 2.0, 4.0  # seconds of load around the loss
LEASE = 1.0  # seconds until the standby is sure that the primary is gone


@pytest.fixture(scope="module")
def pair(schema: str) -> Iterator[Pair]:
    """Lend two servers, the second standing by for the first; a test leaves them so."""
    made = Pair(Path(tempfile.mkdtemp(prefix="okpay-pair-")))
    try:
        made.start(schema)
        yield made
    finally:
        made.remove()


@dataclass(frozen=True)
class Town:
    """Who pays, and where it is written down; the tests of this file share both, as the books."""

    people: tuple[str, ...]
    frozen: tuple[str, ...]
    folder: Path


@pytest.fixture(scope="module")
def town(pair: Pair, tmp_path_factory: pytest.TempPathFactory) -> Town:
    with World(pair.first.direct()) as world:
        return Town(*furnish(world), tmp_path_factory.mktemp("failover"))


def _load(pair: Pair, town: Town) -> Room:
    until = time.monotonic() + BEFORE + AFTER + 4
    seed = time.monotonic_ns()
    job = Job(pair.url(), town.folder, town.people, town.frozen, seed, until, pause=0.004)
    room = Room(job, town.folder)
    room.open()
    time.sleep(BEFORE)
    return room


def _ended(pair: Pair, room: Room, lost_at: int) -> dict[str, Deed]:
    """Stop the load, ask the new primary for whatever is open, and check everything."""
    room.job = replace(room.job, url=pair.second.direct())
    deeds = room.close()
    now = {key: deed for key, deed in deeds.items() if (deed.told_at or 0) > lost_at - 2 * 10**9}
    print(f"{len(now)} wishes; longest gap in completions {longest_gap(now):.1f} s")
    assert check(deeds, pair.second.direct()) == []
    assert broken(pair.second.direct()) == []
    told = [deed.told_at or 0 for deed in now.values()]
    assert min(told) < lost_at < max(told) - 10**9, "nothing was answered before, or since"
    return deeds


@pytest.mark.timeout(180)
def test_n3_the_primary_is_killed_and_the_standby_has_all_that_was_acknowledged(
    pair: Pair, town: Town
) -> None:
    room = _load(pair, town)
    lost_at = time.monotonic_ns()
    pair.first.kill()
    pair.promote()
    time.sleep(AFTER)
    _ended(pair, room, lost_at)
    _returns(pair)


@pytest.mark.skipif(not os.environ.get("OKPAY_LAB"), reason="a minute long: `make lab` has it")
@pytest.mark.timeout(180)
def test_n3_a_primary_that_is_cut_off_acknowledges_nothing(pair: Pair, town: Town) -> None:
    room = _load(pair, town)
    lost_at = time.monotonic_ns()
    pair.part()
    alone = Asked(lambda: _asked(pair.first.direct()))  # by somebody who still reaches it
    time.sleep(LEASE)
    pair.promote()
    time.sleep(AFTER + 6)
    assert alone.result() == "unknown"
    pair.first.proxy.heal()
    _ended(pair, room, lost_at)
    _returns(pair)


@pytest.mark.skipif(not os.environ.get("OKPAY_LAB"), reason="a minute long: `make lab` has it")
@pytest.mark.timeout(240)
def test_n3_api_processes_go_over_to_the_standby_by_themselves(pair: Pair, town: Town) -> None:
    callers = Callers(pair.url(), town.folder, town.people, town.frozen)
    try:
        callers.open()
        time.sleep(BEFORE)
        lost_at = time.monotonic_ns()
        pair.first.kill()
        pair.promote()
        time.sleep(2 * AFTER)
        deeds = callers.close()
    finally:
        callers.abandon()
    told = sorted(deed.told_at or 0 for deed in deeds.values())
    print(f"{len(deeds)} wishes by HTTP; longest gap in completions {longest_gap(deeds):.1f} s")
    assert told[0] < lost_at < told[-1] - 10**9, "nothing was answered before, or since"
    everything = read(sorted(town.folder.glob("*.jsonl")))  # the books know the tests before too
    assert check(everything, pair.second.direct()) == []
    assert broken(pair.second.direct()) == []
    _returns(pair)


def _returns(pair: Pair) -> None:
    """The old primary comes back: by itself it may promise nothing, and then as a standby."""
    old = pair.first
    if not old.cluster.alive():
        old.start()
    assert _asked(old.direct()) == "unknown", "nobody stands by, and it promised something"
    pair.rewind()
    assert _asked(old.direct()) == "unknown", "a standby cannot be written to"
    assert _asked(pair.url()) == "done"
    assert broken(pair.first.direct()) == []


def _asked(url: str) -> str:
    """Ask one server for a payment, a while; the books are left as they were or grow by one."""
    with patch.object(lane, "RECONNECT_FOR", 3), World(url) as world:
        payer, payee = (
            row[0]
            for row in world.rows(
                "SELECT owner::text FROM ledger_account WHERE kind = 1 AND posted > 100 LIMIT 2"
            )
        )
        return world.writer.run(send(payer, payee, 1), timeout=8).result


class Asked:
    """A question that is under way in a thread; the answer is the result of a payment."""

    def __init__(self, ask: Callable[[], str]) -> None:
        self.answer = ""
        self._thread = threading.Thread(target=self._run, args=(ask,))
        self._thread.start()

    def _run(self, ask: Callable[[], str]) -> None:
        self.answer = ask()

    def result(self) -> str:
        """Wait for it."""
        self._thread.join(60)
        return self.answer


def _cancel_the_wait(pair: Pair) -> None:
    """Do what an impatient operator does to a commit that waits for the standby."""

    def cancelled() -> bool:
        with pair.first.admin() as link:
            row = link.execute(
                "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
            ).fetchone()
        return row == (True,)

    wait_for(cancelled, "nobody waits for the standby")


@pytest.mark.timeout(180)
def test_b15_what_no_standby_has_is_unknown_also_when_it_is_asked_again(pair: Pair) -> None:
    """The row is there, locally; said "done" now it would be a lie after a failover."""
    with World(pair.first.direct()) as world:
        payer, payee = world.people(2)
        world.done(top_up(payer, 1_000))
        pair.second.kill()

        def pay() -> str:
            return world.writer.run(send(payer, payee, 100, key="one"), timeout=30).result

        first = Asked(pay)
        _cancel_the_wait(pair)
        assert first.result() == "unknown"
        assert world.balance(payee) == (100, 0)
        again = Asked(pay)
        _cancel_the_wait(pair)
        assert again.result() == "unknown"

        def looked_up() -> str:
            with psycopg.connect(pair.first.direct(), autocommit=True) as link:
                return "certain" if reached_standby(link) else "not certain"

        read = Asked(looked_up)
        _cancel_the_wait(pair)
        assert read.result() == "not certain"
        pair.second.start()
        wait_for(lambda: pay() == "done", "what the standby has is still unknown")
        assert looked_up() == "certain"
        assert world.balance(payee) == (100, 0)
