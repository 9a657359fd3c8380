"""The worker: what its tasks enqueue belongs to their transaction."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from okpay.cli.worker import queue_reader
from okpay.kernel.ids import new_uuid
from okpay.notices.tasks import deliver

QUEUE = "tests_of_the_worker"
NAME = "tests.enqueue"


@pytest.fixture
def run_task() -> Iterator[Callable[[Callable[[], None]], None]]:
    """Run a function as a task in a worker, to its end."""

    async def until_empty() -> None:
        async with queue_reader().open_async() as reader:
            await reader.run_worker_async(queues=[QUEUE], wait=False, install_signal_handlers=False)

    def run(body: Callable[[], None]) -> None:
        def task() -> None:
            with contextlib.closing(connection):  # the thread it runs in ends with the worker
                body()

        app.task(name=NAME, queue=QUEUE)(task).defer()
        asyncio.run(until_empty())

    yield run
    app.tasks.pop(NAME, None)


def test_a_job_is_there_only_once_its_transaction_is(
    run_task: Callable[[Callable[[], None]], None],
) -> None:
    """Another connection must not see the job before the rows that it is about."""
    wanted, seen = str(new_uuid()), []

    def enqueue() -> None:
        with transaction.atomic():
            deliver.defer(outgoing_id=wanted)
            seen.append(_seen_by_others(wanted))

    run_task(enqueue)
    assert seen == [0]
    assert _seen_by_others(wanted) == 1


def test_a_job_ends_with_the_transaction_that_failed(
    run_task: Callable[[Callable[[], None]], None],
) -> None:
    wanted = str(new_uuid())

    def enqueue_and_fail() -> None:
        with transaction.atomic():
            deliver.defer(outgoing_id=wanted)
            transaction.set_rollback(True)

    run_task(enqueue_and_fail)
    assert _seen_by_others(wanted) == 0


def _seen_by_others(outgoing_id: str) -> int:
    """Count the jobs about a message, from a thread and connection apart."""

    def look() -> int:
        with contextlib.closing(connection):
            return ProcrastinateJob.objects.filter(args__outgoing_id=outgoing_id).count()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(look).result()
