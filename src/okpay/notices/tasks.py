"""Jobs of notices. They run at least once; what they do happens once."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from okpay.kernel import clock
from okpay.kernel.crash import crash_after
from okpay.notices import delivery, operations
from okpay.notices.errors import RetryableProviderError

TRIES: Final = 8


@app.task(
    name="okpay.notices.tasks.tell",
    queue="news",
    retry=RetryStrategy(max_attempts=TRIES, exponential_wait=3),
)
def tell(records: list[str], event: str = "recorded") -> None:
    """Tell everybody concerned about these records."""
    operations.tell(record_ids=[UUID(text) for text in records], event=event, now=clock.now())
    crash_after("notices.tell")


@app.task(
    name="okpay.notices.tasks.deliver",
    queue="mail",
    retry=RetryStrategy(
        max_attempts=delivery.TRIES, exponential_wait=3, retry_exceptions={RetryableProviderError}
    ),
)
def deliver(outgoing_id: str) -> None:
    """Send one mail or SMS; raises to be tried again later."""
    delivery.deliver(outgoing_id=UUID(outgoing_id), now=clock.now())
