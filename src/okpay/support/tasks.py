"""Jobs of support."""

from __future__ import annotations

from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from okpay.kernel import clock
from okpay.support import rescue
from okpay.support.regain import opening


@app.task(
    name="okpay.support.tasks.cancel_marked",
    queue="book",
    retry=RetryStrategy(max_attempts=20, exponential_wait=2),
)
def cancel_marked(recovery_id: str) -> None:
    """Take back what an owner marked as not theirs, until it is certain for each of them."""
    rescue.cancel_marked(recovery_id=UUID(recovery_id))


@app.periodic(cron="*/10 * * * *")
@app.task(
    name="okpay.support.tasks.regain_go_on", queue="upkeep", queueing_lock="support_regain_go_on"
)
def regain_go_on(timestamp: int) -> None:
    """Send the links whose day of waiting is over, and end what is too old."""
    del timestamp
    opening.go_on(now=clock.now())
