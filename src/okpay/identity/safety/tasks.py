"""Jobs of the security centre."""

from __future__ import annotations

import logging

from procrastinate.contrib.django import app

from okpay.identity.safety import history
from okpay.kernel import clock

log = logging.getLogger(__name__)


@app.periodic(cron="41 * * * *")
@app.task(name="okpay.identity.safety.tasks.tidy", queue="upkeep", pass_context=False)
def tidy(timestamp: int) -> None:
    """Thin the history of sign-ins out, once an hour; running it twice does no harm."""
    del timestamp
    shortened, gone = history.thin_out(now=clock.now())
    log.info("sign-in history: %s addresses shortened, %s rows forgotten", shortened, gone)
