"""Jobs of support."""

from __future__ import annotations

from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from okpay.support import rescue


@app.task(
    name="okpay.support.tasks.cancel_marked",
    queue="book",
    retry=RetryStrategy(max_attempts=20, exponential_wait=2),
)
def cancel_marked(recovery_id: str) -> None:
    """Take back what an owner marked as not theirs, until it is certain for each of them."""
    rescue.cancel_marked(recovery_id=UUID(recovery_id))
