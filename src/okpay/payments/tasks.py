"""Jobs of payments: what ends when its time is over."""

from __future__ import annotations

import logging
from typing import Final
from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from okpay.kernel import clock
from okpay.kernel.actor import SYSTEM
from okpay.kernel.errors import Worded
from okpay.payments import operations, queries
from okpay.payments.adjustments.operations import book_adjustment as booked
from okpay.payments.operations import payouts
from okpay.payments.pruning import prune_all

log = logging.getLogger(__name__)
MOST: Final = 500  # holds ended by one run; the next minute takes the rest


@app.periodic(cron="* * * * *")
@app.task(name="okpay.payments.tasks.end_overdue", queue="book", queueing_lock="end_overdue")
def end_overdue(timestamp: int) -> None:  # noqa: ARG001 — the scheduler passes it
    """Let arrive or return every hold whose time has come; close requests nobody answered."""
    now = clock.now()
    for record_id in queries.due_to_arrive(now=now, limit=MOST):
        try:
            operations.release_transfer(actor=SYSTEM, record_id=record_id)
        except Worded as why:  # taken back at the last moment, frozen, or not known yet
            log.info("hold %s did not arrive: %s", record_id, why.code)
    for record_id in queries.overdue(now=now, limit=MOST):
        try:
            operations.expire_transfer(actor=SYSTEM, record_id=record_id)
        except Worded as why:  # somebody ended it first, or the outcome is not known yet
            log.info("hold %s was not returned: %s", record_id, why.code)
    operations.expire_requests(actor=SYSTEM, now=now)


@app.task(
    name="okpay.payments.tasks.run_payout",
    queue="book",
    retry=RetryStrategy(max_attempts=5, wait=2),
)
def run_payout(payout_id: str) -> None:
    """Pay what waits in a payout; the sweep comes back for what an interrupted run left."""
    payouts.run_payout(payout_id=UUID(payout_id), now=clock.now())


@app.periodic(cron="* * * * *")
@app.task(name="okpay.payments.tasks.sweep_payouts", queue="book", queueing_lock="sweep_payouts")
def sweep_payouts(timestamp: int) -> None:  # noqa: ARG001 — the scheduler passes it
    """Go on with payouts whose process died, and forget lists that nobody confirmed."""
    payouts.sweep_payouts(now=clock.now())


@app.task(
    name="okpay.payments.tasks.book_adjustment",
    queue="book",
    retry=RetryStrategy(max_attempts=20, exponential_wait=2),
)
def book_adjustment(approval_id: str) -> None:
    """Book an approved adjustment; most are booked already by whoever approved it."""
    booked(approval_id=UUID(approval_id), now=clock.now())


@app.periodic(cron="41 * * * *")
@app.task(name="okpay.payments.tasks.prune_jobs", queue="upkeep", queueing_lock="prune_jobs")
def prune_jobs(timestamp: int) -> None:  # noqa: ARG001 — the scheduler passes it
    """Forget jobs that succeeded long ago and left their proof elsewhere."""
    log.info("jobs forgotten: %d", prune_all())
