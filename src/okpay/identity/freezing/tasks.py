"""Jobs of freezing."""

from __future__ import annotations

from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from okpay.identity.freezing import operations, reviews
from okpay.kernel import clock


@app.task(
    name="okpay.identity.freezing.tasks.settle",
    queue="book",
    retry=RetryStrategy(max_attempts=20, exponential_wait=2),
)
def settle(person_id: str) -> None:
    """Make the book agree with a freeze, or with its end, should the asking process have died."""
    operations.settle(person_id=UUID(person_id))


@app.periodic(cron="7 * * * *")
@app.task(
    name="okpay.identity.freezing.tasks.remind", queue="upkeep", queueing_lock="freezing_remind"
)
def remind(timestamp: int) -> None:
    """Point out freezes whose review day has come, and those that nobody looked at since."""
    del timestamp
    reviews.remind(now=clock.now())
