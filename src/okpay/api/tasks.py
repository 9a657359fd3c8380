"""Jobs of the API: forgetting answers whose time is over, and buckets that are full again."""

from __future__ import annotations

from procrastinate.contrib.django import app

from okpay.api import idempotency, pace
from okpay.kernel import clock


@app.periodic(cron="23 4 * * *")
@app.task(name="okpay.api.tasks.forget", queue="upkeep", queueing_lock="api_forget")
def forget(timestamp: int) -> None:  # noqa: ARG001 — the scheduler passes it
    """Forget kept answers after thirty days. Those of the engine stay for ever."""
    idempotency.forget_old(clock.now())
    pace.forget_full()
