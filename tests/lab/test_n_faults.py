"""Hostile cases N by themselves: a full disk, wrong clocks, a slow provider, a job that poisons."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from okpay.api.problem import problem_bytes
from okpay.cli.doctor import database as doctor
from okpay.cli.worker import queue_reader
from okpay.funding import acquirers
from okpay.funding.errors import AcquirerUnavailableError
from okpay.funding.models import TopUp
from okpay.kernel.ids import new_uuid
from okpay.notices import hooks, tasks
from okpay.notices.models import Message
from okpay.payments.engine import lane
from okpay.payments.engine.commands import Outcome
from okpay.wallets.models import Record
from tests.funding.steps import begin
from tests.lab.node import Node
from tests.payments.wishes import send, top_up
from tests.payments.world import World, broken
from tests.support.box import Box
from tests.support.people import MakePerson, fund

DAY = int(timedelta(days=1).total_seconds())
LIMIT = 2_000_000  # of one day, in fen


@pytest.fixture
def small_disk(schema: str, tmp_path: Path) -> Iterator[Node]:
    node = Node(tmp_path / "node")
    tmp_path.chmod(0o711)
    for parent in list(tmp_path.parents)[:2]:
        parent.chmod(0o711)
    try:
        if not node.disk.mounted:
            pytest.skip("no file system may be mounted here (needs root)")
        node.start()
        node.furnish(schema)
        yield node
    finally:
        node.remove()


def test_n4_with_a_full_disk_nothing_is_falsely_done_and_reading_goes_on(small_disk: Node) -> None:
    with patch.object(lane, "RECONNECT_FOR", 1), World(small_disk.direct()) as world:
        payer, payee = world.people(2)
        world.done(top_up(payer, 1_000_000))
        small_disk.disk.fill()
        outcomes: list[Outcome] = []
        for number in range(2_000):  # the pages that are there are used up first
            outcomes.append(world.run(send(payer, payee, 1, key=f"{number}"))[0])
            if outcomes[-1].result != "done":
                break
        assert outcomes[-1].result == "unknown"
        done = sum(outcome.result == "done" for outcome in outcomes)
        assert world.balance(payee) == ((done, 0) if done else (0, 0)), "reading has stopped"
        small_disk.disk.free()
        small_disk.start()
        again = [
            world.run(send(payer, payee, 1, key=f"{number}"))[0] for number in range(len(outcomes))
        ]
        assert {outcome.result for outcome in again} == {"done"}
        assert world.balance(payee) == (len(outcomes), 0)
    assert broken(small_disk.direct()) == []


@pytest.fixture
def clock_file() -> Iterator[Path]:
    path = settings.OKPAY_CLOCK_FILE
    assert path is not None, "a test has a clock of its own"
    yield path
    path.unlink(missing_ok=True)


def test_n5_no_clock_of_a_host_gives_a_second_days_limit(
    loose_world: World, clock_file: Path
) -> None:
    """The limit goes by the database's day; what the sandbox's clock began is not begun again."""
    payer, payee = loose_world.people(2)
    loose_world.done(top_up(payer, 3 * LIMIT), send(payer, payee, LIMIT))
    now = time.time()
    for wrong in (now - DAY, now + DAY):
        with patch("time.time", return_value=wrong):
            refused = loose_world.run(send(payer, payee, 1, keep_refusal=False))[0]
        assert refused.code == "limit_exceeded"
    clock_file.write_text(str(DAY))
    loose_world.done(send(payer, payee, LIMIT))
    clock_file.unlink()
    back = loose_world.run(send(payer, payee, 1, keep_refusal=False))[0]
    assert back.result != "done"
    assert loose_world.balance(payee) == (2 * LIMIT, 0)


@pytest.fixture
def slow_box(box: Box) -> Iterator[Box]:
    box.faults(api="slow")
    yield box
    box.faults()


def test_n6_a_slow_acquirer_takes_few_threads_and_payments_go_on(
    slow_box: Box, make_person: MakePerson, loose_world: World
) -> None:
    people = [make_person() for _ in range(acquirers.AT_ONCE + 3)]
    payer, payee = loose_world.people(2)
    loose_world.done(top_up(payer, 1_000))
    told: list[float] = []
    refused = threading.Semaphore(0)

    def ask(number: int) -> None:
        began = time.monotonic()
        with contextlib.closing(connection), pytest.raises(AcquirerUnavailableError):
            begin(people[number])
        told.append(time.monotonic() - began)
        refused.release()

    with ThreadPoolExecutor(len(people)) as threads:
        for number in range(len(people)):
            threads.submit(ask, number)
        assert all(refused.acquire(timeout=30) for _ in range(3)), "all wait for the acquirer"
        early = sorted(told)
        loose_world.done(send(payer, payee, 100))
    assert len(told) == len(people)
    assert early[2] < max(told), "the last were told no sooner than the first"
    assert loose_world.balance(payee) == (100, 0)
    assert TopUp.objects.filter(person_id__in=[one.id for one in people], state="created").count()


def test_n6_a_full_bulkhead_is_503_with_a_time_to_come_back() -> None:
    status, headers, _ = problem_bytes(AcquirerUnavailableError(), "req_1", "en")
    assert (status, dict(headers)[b"retry-after"]) == (503, b"5")


@pytest.fixture
def poison() -> Iterator[Callable[[], str]]:
    """Make a record whose news cannot be told; whoever asks for its facts fails."""
    bad: list[UUID] = []

    def facts(record_ids: Sequence[UUID]) -> list[object]:
        assert not set(bad) & set(record_ids), "poison"
        return []

    def make() -> str:
        bad.append(new_uuid())
        return str(bad[-1])

    with patch.object(hooks, "_FACTS", [*hooks._FACTS, facts]):  # noqa: SLF001 — one more provider
        yield make


QUEUE = "tests_of_poison"
# Every job about a record belongs to our queue, and is due.
DUE = """
UPDATE procrastinate_jobs SET queue_name = %s, scheduled_at = now()
WHERE status = 'todo' AND args -> 'records' ? %s
"""


def alone(run: Callable[[], Any], *_: object) -> Any:
    """Close the connection of the thread, which ends with the worker."""
    with contextlib.closing(connection):
        return run()


def _work_on(bad: str) -> None:
    """Run all jobs about a record once, as the worker does."""

    async def run() -> None:
        async with queue_reader().open_async() as reader:
            await reader.run_worker_async(
                queues=[QUEUE], wait=False, install_signal_handlers=False, task_middleware=[alone]
            )

    with psycopg.connect(settings.OKPAY_DATABASE_URL, autocommit=True) as link:
        link.execute(DUE, [QUEUE, bad])
    asyncio.run(run())


def test_n10_a_message_that_poisons_ends_as_failed_and_is_seen_and_the_others_go_on(
    poison: Callable[[], str], make_person: MakePerson
) -> None:
    person, bad = make_person(), poison()
    fund(person.id, "CNY", "5.00")
    good = str(Record.objects.get(payee=person.id).id)
    tasks.tell.defer(records=[good, bad])
    _work_on(bad)
    assert Message.objects.filter(person_id=person.id).count() == 1
    for _ in range(tasks.TRIES + 2):
        _work_on(bad)
    alone = ProcrastinateJob.objects.filter(args__records=[bad])
    assert list(alone.values_list("status", "attempts")) == [("failed", 1 + tasks.TRIES)]
    with psycopg.connect(settings.OKPAY_DATABASE_URL) as link:
        seen = [one.text for one in doctor._queue(link) if one.level == "warn"]  # noqa: SLF001 — one check
    assert any("okpay.notices.tasks.tell have failed for good" in text for text in seen)
