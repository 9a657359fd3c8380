"""Jobs of leaving."""

from __future__ import annotations

from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from okpay.identity.leaving import exports, operations
from okpay.kernel import clock


@app.task(
    name="okpay.identity.leaving.tasks.put_together",
    queue="upkeep",
    retry=RetryStrategy(max_attempts=5, exponential_wait=3),
)
def put_together(export_id: str) -> None:
    """Put a copy of somebody's data together."""
    exports.put_together(export_id=UUID(export_id), now=clock.now())


@app.periodic(cron="23 * * * *")
@app.task(name="okpay.identity.leaving.tasks.tidy", queue="upkeep", queueing_lock="leaving_tidy")
def tidy(timestamp: int) -> None:
    """End closings whose month is over, throw old copies away, forget whom the law lets us."""
    del timestamp
    now = clock.now()
    operations.end_due(now=now)
    exports.expire_due(now=now)
    operations.erase_due(now=now)
