"""The job that publishes."""

from __future__ import annotations

import logging

from procrastinate.contrib.django import app

from okpay.kernel import clock
from okpay.kernel.actor import SYSTEM
from okpay.ledger.liabilities import operations

log = logging.getLogger(__name__)


# Every hour, so that a worker that was away at midnight makes up for it; each day is done once.
@app.periodic(cron="7 * * * *")
@app.task(
    name="okpay.ledger.liabilities.tasks.publish", queue="book", queueing_lock="publish_liabilities"
)
def publish(timestamp: int) -> None:  # noqa: ARG001 — the scheduler passes it
    """Publish every day that is due."""
    for statement in operations.publish_due(actor=SYSTEM, now=clock.now()):
        log.info("what customers are owed was published for %s", statement.day)
