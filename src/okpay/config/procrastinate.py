"""Care for the queue itself: a job whose worker was killed is taken up again."""

from __future__ import annotations

import logging
from typing import Final

from procrastinate import JobContext, exceptions, jobs
from procrastinate.contrib.django import app

log = logging.getLogger("okpay.jobs")
SILENT: Final = 60  # seconds without a sign of life after which a worker counts as dead


@app.periodic(cron="* * * * *")
@app.task(
    name="okpay.config.procrastinate.rescue",
    queue="news",
    queueing_lock="rescue",
    pass_context=True,
)
async def rescue(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 — the scheduler passes it
    """Put the jobs of dead workers back; every job of ours may run more than once."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT):
        try:
            await manager.retry_job(job)
        except exceptions.UniqueViolation:  # its like is waiting already, so this one may end
            await manager.finish_job(job, jobs.Status.FAILED, delete_job=False)
        except exceptions.ConnectorException as error:  # the database, or somebody was quicker
            log.warning("job %s (%s) is left to the next look: %s", job.id, job.task_name, error)
            continue
        log.warning("job %s (%s) of a dead worker was taken up again", job.id, job.task_name)
