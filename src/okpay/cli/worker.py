"""The worker: takes jobs from the queue in PostgreSQL until it is told to stop."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from procrastinate import App

CONCURRENCY = 4
# Seconds between looks for jobs that were planned for later; those for now are announced.
LOOK_EVERY = 1.0


def queue_reader() -> App:
    """Return the app whose worker runs our tasks over a pool of its own.

    The tasks themselves stay with Django's connection: a job that a task enqueues commits with
    the rows it belongs to. (The library's own command swaps the connection of the tasks as well;
    their jobs could then start before the rows were there, or outlive a rollback.)
    """
    from procrastinate.contrib.django import app

    return app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]  # reason: the Django connector has it


async def work(*, wait: bool = True) -> None:
    """Run jobs; with `wait` until SIGTERM (jobs in hand are finished), else until none is left."""
    async with queue_reader().open_async() as reader:
        await reader.run_worker_async(
            concurrency=CONCURRENCY,
            wait=wait,
            fetch_job_polling_interval=LOOK_EVERY,
            install_signal_handlers=wait,
        )


def main() -> None:
    """Run the worker."""
    from okpay.cli.django_setup import set_up

    set_up()
    sys.stderr.write("Launching a worker on all queues\n")
    sys.stderr.flush()
    asyncio.run(work())


if __name__ == "__main__":
    main()
