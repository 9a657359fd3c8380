"""Jobs of identity."""

from __future__ import annotations

import logging

from procrastinate.contrib.django import app

from okpay.identity import housekeeping
from okpay.kernel import clock

log = logging.getLogger(__name__)


@app.periodic(cron="17 * * * *")
@app.task(name="okpay.identity.tasks.tidy", queue="upkeep", pass_context=False)
def tidy(timestamp: int) -> None:
    """Delete what has ended, once an hour; running it twice does no harm."""
    del timestamp
    log.info("identity tidied up: %s", housekeeping.tidy(now=clock.now()))
