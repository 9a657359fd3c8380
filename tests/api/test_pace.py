"""One pace over several API processes; here each process is a set of buckets of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import connection

from okpay.api import pace
from okpay.api import rates as rates_module
from okpay.api.models import Pace
from okpay.api.pace import Sharing, name_of
from okpay.api.rates import Rates

PROCESSES = 3


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Rates, Sharing]]:
    """Several processes; no bucket refills, however long a test takes."""
    now = time.monotonic_ns()
    monkeypatch.setattr(rates_module, "time", SimpleNamespace(monotonic_ns=lambda: now))
    made = [Rates(50) for _ in range(PROCESSES)]
    for rates in made:
        for buckets in rates.all():
            buckets.drain()  # from now on each counts what it lets through
    return [(rates, Sharing(rates)) for rates in made]


def test_what_one_process_let_through_counts_in_all(
    processes: list[tuple[Rates, Sharing]],
) -> None:
    key = f"okpay_pat_{uuid4()}"
    (first, tell), *others = processes
    assert sum(first.tokens.take(key).allowed for _ in range(200)) == 100
    assert tell.share() == 1
    for rates, learn in others:
        for _ in range(2):
            rates.tokens.take(key)
        learn.share()
        assert rates.tokens.take(key).remaining < 60, "the other's hundred count here too"


def test_a_burst_that_hit_all_processes_at_once_is_paid_back(
    processes: list[tuple[Rates, Sharing]],
) -> None:
    key = str(uuid4())
    for rates, _ in processes:
        assert sum(rates.people.take(key).allowed for _ in range(60)) == 40
    for _, sharing in processes:
        sharing.share()
    rates, _ = processes[-1]
    verdict = rates.people.take(key)
    # 120 were let through, 40 fit: 80 have to drain, one each three seconds.
    assert not verdict.allowed
    assert 3 * 75 < verdict.wait <= 3 * 81


def test_what_was_taken_while_others_were_asked_is_not_forgotten(
    processes: list[tuple[Rates, Sharing]],
) -> None:
    rates, _ = processes[0]
    key = str(uuid4())
    rates.people.take(key)
    rates.people.drain()
    rates.people.take(key)  # after the count was taken, before the answer came
    rates.people.learn(key, rates.people.step)
    assert rates.people.take(key).remaining == 40 - 3


def test_a_quiet_caller_is_nobodys_business(processes: list[tuple[Rates, Sharing]]) -> None:
    rates, sharing = processes[0]
    key = str(uuid4())
    rates.tokens.take(key)
    assert sharing.share() == 0
    assert not Pace.objects.filter(key=name_of(rates.tokens, key)).exists()


def test_only_the_busiest_are_shared(
    processes: list[tuple[Rates, Sharing]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "MOST_SHARED", 2)
    rates, sharing = processes[0]
    keys = [str(uuid4()) for _ in range(4)]
    for count, key in enumerate(keys, 5):
        for _ in range(count):
            rates.tokens.take(key)
    assert sharing.share() == 2
    names = {name_of(rates.tokens, key) for key in keys}
    kept = set(Pace.objects.filter(key__in=names).values_list("key", flat=True))
    assert kept == {name_of(rates.tokens, key) for key in keys[2:]}


def test_h16_nobody_can_be_read_off_the_table(processes: list[tuple[Rates, Sharing]]) -> None:
    rates, sharing = processes[0]
    rates.addresses.take("203.0.113.77")
    sharing.share()
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(p::text, ' ') FROM api_pace p")
        text = cursor.fetchone()[0]
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'api_pace'")
        assert cursor.fetchone()[0] == "u"
    assert str(name_of(rates.addresses, "203.0.113.77")) in text
    assert "203.0" not in text
    assert name_of(rates.addresses, "x") != name_of(rates.failures, "x")


def test_without_the_database_each_process_counts_for_itself(
    processes: list[tuple[Rates, Sharing]],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    rates, sharing = processes[0]
    good = pace.SHARE
    monkeypatch.setattr(pace, "SHARE", "SELECT 1 FROM no_such_table WHERE %s = %s")
    for _ in range(2):
        rates.people.take("ann")
        assert sharing.try_share() == 0
    assert len(caplog.records) == 1
    assert sum(rates.people.take("ann").allowed for _ in range(60)) == 38
    monkeypatch.setattr(pace, "SHARE", good)
    assert sharing.try_share() == 1


def test_full_buckets_are_forgotten_and_others_are_not() -> None:
    full, in_use = uuid4(), uuid4()
    Pace.objects.create(key=full, full_at=1)
    Pace.objects.create(key=in_use, full_at=4 * 10**15)
    pace.forget_full()
    found = Pace.objects.filter(key__in=[full, in_use]).values_list("key", flat=True)
    assert [*found] == [in_use]


@pytest.fixture
def running(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Rates, Sharing, threading.Event]]:
    """One process whose thread runs; the event is set when it has learnt something."""
    monkeypatch.setattr(pace, "EVERY", 0.05)
    rates = Rates(50)
    rates.people.drain()  # from now on it counts what it lets through
    learnt = threading.Event()
    take_over = rates.people.learn

    def learn(key: object, used: int) -> None:
        take_over(key, used)
        learnt.set()

    monkeypatch.setattr(rates.people, "learn", learn)
    sharing = Sharing(rates)
    sharing.start()
    yield rates, sharing, learnt
    sharing.stop()


def test_a_process_tells_and_learns_by_itself(
    running: tuple[Rates, Sharing, threading.Event], processes: list[tuple[Rates, Sharing]]
) -> None:
    rates, _, learnt = running
    (other, tell), key = processes[0], str(uuid4())
    while other.people.take(key).allowed:
        pass
    tell.share()
    assert rates.people.take(key).allowed
    assert learnt.wait(60)
    assert not rates.people.take(key).allowed


def test_without_a_limit_nothing_is_shared() -> None:
    sharing = Sharing(Rates(0))
    sharing.start()
    assert not sharing.running
    sharing.stop()
