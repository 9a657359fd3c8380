"""A job whose worker was killed is taken up again."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import ConnectorException
from procrastinate.manager import JobManager

from okpay.config import procrastinate as care
from okpay.kernel.ids import new_uuid
from okpay.notices import tasks


def abandoned(**options: Any) -> int:
    """Make a job that a worker began and nobody finished."""
    job_id = tasks.tell.configure(**options).defer(records=[str(new_uuid())], event="lost")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [job_id])
    return int(job_id)


def rescue() -> None:
    """Run the caretaker as the worker would."""

    async def run() -> None:
        connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]  # Django's
        async with app.with_connector(connector).open_async() as running:
            await care.rescue.func(cast("Any", SimpleNamespace(app=running)), 0)

    asyncio.run(run())


def status(job_id: int) -> str:
    return str(ProcrastinateJob.objects.values_list("status", flat=True).get(pk=job_id))


def test_a_job_of_a_dead_worker_is_waiting_again() -> None:
    job_id = abandoned()
    rescue()
    assert status(job_id) == "todo"


def test_one_whose_like_is_waiting_ends() -> None:
    lock = str(new_uuid())
    job_id = abandoned(queueing_lock=lock)
    waiting = tasks.tell.configure(queueing_lock=lock).defer(records=[], event="next")
    rescue()
    assert (status(job_id), status(waiting)) == ("failed", "todo")


def test_one_that_could_not_be_put_back_is_put_back_later(monkeypatch: pytest.MonkeyPatch) -> None:
    job_id = abandoned()

    async def cut(*_: object, **__: object) -> None:
        raise ConnectorException

    with monkeypatch.context() as lost:
        lost.setattr(JobManager, "retry_job", cut)
        rescue()
    assert status(job_id) == "doing"
    rescue()
    assert status(job_id) == "todo"


def test_one_that_somebody_else_put_back_meanwhile_goes_on_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    job_id = abandoned()
    retry = JobManager.retry_job

    async def late(manager: JobManager, job: Any) -> None:
        await retry(manager, job)
        await retry(manager, job)  # the second caretaker saw it before the first was done

    with monkeypatch.context() as twice:
        twice.setattr(JobManager, "retry_job", late)
        rescue()
    assert status(job_id) == "todo"
