"""Jobs of the kernel."""

from __future__ import annotations

from procrastinate.contrib.django import app

from okpay.kernel import clock, retention


@app.periodic(cron="47 3 * * *")
@app.task(name="okpay.kernel.tasks.sweep", queue="upkeep", queueing_lock="retention")
def sweep(timestamp: int) -> None:
    """Delete what has been kept long enough, every night; a failed rule makes the job fail."""
    del timestamp
    retention.sweep(clock.now())
