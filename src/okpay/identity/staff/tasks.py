"""Jobs of staff."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from okpay.identity.staff import sessions


@app.periodic(cron="23 * * * *")
@app.task(name="okpay.identity.staff.tasks.tidy", queue="upkeep", pass_context=False)
def tidy(timestamp: int) -> None:
    """Delete sessions of the console that have ended; running it twice does no harm."""
    del timestamp
    sessions.tidy(timezone.now())
