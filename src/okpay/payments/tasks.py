"""Jobs of payments: what ends when its time is over."""

from __future__ import annotations

import logging
from typing import Final

from procrastinate.contrib.django import app

from okpay.kernel import clock
from okpay.kernel.actor import SYSTEM
from okpay.kernel.errors import DomainError
from okpay.payments import operations, queries

log = logging.getLogger(__name__)
MOST: Final = 500  # holds ended by one run; the next minute takes the rest


@app.periodic(cron="* * * * *")
@app.task(name="okpay.payments.tasks.end_overdue", queue="book", queueing_lock="end_overdue")
def end_overdue(timestamp: int) -> None:  # noqa: ARG001 — the scheduler passes it
    """Return every hold whose deadline has passed, and close requests nobody answered."""
    now = clock.now()
    for record_id in queries.overdue(now=now, limit=MOST):
        try:
            operations.expire_transfer(actor=SYSTEM, record_id=record_id)
        except DomainError as refusal:  # somebody ended it first, or the outcome is not known yet
            log.info("hold %s was not returned: %s", record_id, refusal.code)
    operations.expire_requests(actor=SYSTEM, now=now)
