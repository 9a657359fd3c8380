"""Jobs of top-ups: ask the acquirer, credit the balance. They run at least once."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from okpay.funding import operations, rules
from okpay.kernel import clock

TRIES: Final = 12


@app.task(name="okpay.funding.tasks.resolve", queue="funding")
def resolve(top_up_id: str, number: int, step: int) -> None:
    """Ask the acquirer how a top-up stands; plans its own successor."""
    operations.resolve(top_up_id=UUID(top_up_id), number=number, step=step, now=clock.now())


@app.task(
    name="okpay.funding.tasks.settle",
    queue="funding",
    retry=RetryStrategy(max_attempts=TRIES, exponential_wait=2),
)
def settle(top_up_id: str) -> None:
    """Credit a confirmed top-up."""
    operations.settle(top_up_id=UUID(top_up_id), now=clock.now())


def ask_later(top_up_id: UUID, *, number: int, step: int) -> None:
    """Plan the next question, in the caller's transaction."""
    resolve.configure(schedule_in={"seconds": rules.wait_seconds(step)}).defer(
        top_up_id=str(top_up_id), number=number, step=step
    )


def ask_now(top_up_id: UUID, *, number: int) -> None:
    """Ask at once, in the caller's transaction; from here on the questions come fast again."""
    resolve.defer(top_up_id=str(top_up_id), number=number, step=0)
