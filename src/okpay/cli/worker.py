"""The worker: takes jobs from the queue in PostgreSQL until it is told to stop, and seals."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from typing import TYPE_CHECKING, Any, Final

import psycopg

if TYPE_CHECKING:
    from collections.abc import Callable

    from procrastinate import App, JobContext
    from procrastinate.worker import Worker

log = logging.getLogger("okpay.jobs")

CONCURRENCY = 4
CONNECTIONS: Final = 4  # of the queue's own, at most, beside the one that listens
IDLE: Final = 60  # seconds until one that is not used is closed: each costs the server 5 MB
# Seconds between looks for jobs that were planned for later; those for now are announced.
LOOK_EVERY = 1.0
REST: Final = 0.5  # seconds before the queue is opened again after the database was lost


def queue_reader() -> App:
    """Return the app whose worker runs our tasks over a pool of its own.

    The tasks themselves stay with Django's connection: a job that a task enqueues commits with
    the rows it belongs to. (The library's own command swaps the connection of the tasks as well;
    their jobs could then start before the rows were there, or outlive a rollback.)
    """
    from procrastinate import PsycopgConnector
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.utils import connector_params

    pool = PsycopgConnector(
        kwargs=connector_params(), min_size=1, max_size=CONNECTIONS, max_idle=IDLE
    )
    return app.with_connector(pool)


async def work(*, wait: bool = True) -> None:
    """Run jobs; with `wait` until SIGTERM (jobs in hand are finished), else until none is left.

    A worker that waits outlives its database: it opens the queue again as soon as it can.
    """
    if not wait:
        await asyncio.to_thread(_forward)
        await _read(wait=False)
        return
    over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, over.set)
    while not over.is_set():
        await _read_until(over)


def _forward() -> None:
    """Make jobs of what was booked and is not told yet."""
    from django.db import connection

    from okpay.payments.outbox import forward_all

    forward_all()
    connection.close()


async def _read_until(over: asyncio.Event) -> None:
    """Run jobs until told to stop, or until the database is lost."""
    from django.db import OperationalError
    from procrastinate.exceptions import ConnectorException

    reading, told = asyncio.create_task(_read(wait=True)), asyncio.create_task(over.wait())
    await asyncio.wait({reading, told}, return_when=asyncio.FIRST_COMPLETED)
    reading.cancel()  # a worker that is cancelled finishes what it has in hand
    told.cancel()
    try:
        await reading
    except asyncio.CancelledError:
        pass
    except (ConnectorException, psycopg.OperationalError, OperationalError) as error:
        words = str(error).strip().splitlines()
        log.warning("the queue is away: %s", words[0].strip() if words else type(error).__name__)
    if not over.is_set():
        log.warning("the queue is opened again in %s s", REST)
        await asyncio.sleep(REST)


async def _read(*, wait: bool) -> None:
    from asgiref.sync import sync_to_async

    # The pool would wait ever longer for a database that is away: it is asked first.
    await sync_to_async(_reach)()
    async with queue_reader().open_async() as reader:
        await reader.run_worker_async(
            concurrency=CONCURRENCY,
            wait=wait,
            fetch_job_polling_interval=LOOK_EVERY,
            install_signal_handlers=False,
            task_middleware=[fresh],
        )


def _reach() -> None:
    """Give the thread that plans the regular jobs a connection that works."""
    from django.db import close_old_connections, connection

    close_old_connections()
    connection.ensure_connection()


def fresh(run: Callable[[], Any], _context: JobContext, _worker: Worker) -> Any:  # noqa: ANN401 — what a task returns
    """Run a task with a connection that works, as Django does around its requests.

    A thread whose connection broke would otherwise fail every job from then on.
    """
    from django.db import close_old_connections

    close_old_connections()
    try:
        return run()
    finally:
        close_old_connections()


def main() -> None:
    """Run the worker."""
    from okpay.cli.django_setup import set_up
    from okpay.config.env import ENV

    set_up()
    from okpay.ledger.sealing import sealing
    from okpay.payments.outbox import forwarding

    sys.stderr.write("Launching a worker on all queues\n")
    sys.stderr.flush()
    with sealing(ENV.database_url()), forwarding():
        asyncio.run(work())


if __name__ == "__main__":
    main()
