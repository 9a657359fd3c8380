"""Jobs of four eyes."""

from __future__ import annotations

import logging

from procrastinate.contrib.django import app

from okpay.kernel import clock
from okpay.kernel.approvals import operations

log = logging.getLogger(__name__)


@app.periodic(cron="*/5 * * * *")
@app.task(name="okpay.kernel.approvals.tasks.expire", queue="upkeep", pass_context=False)
def expire(timestamp: int) -> None:
    """Close what nobody decided in time; running it twice does no harm."""
    del timestamp
    closed = operations.expire_due(now=clock.now())
    if closed:
        log.info("proposals that nobody decided in time: %s", closed)
