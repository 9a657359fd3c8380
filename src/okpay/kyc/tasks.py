"""Jobs of the real-name check. They run at least once; what they do happens once."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.conf import settings
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from okpay.kernel import clock
from okpay.kyc import expiry, verifying
from okpay.kyc.providers.base import RetryableVerifierError

if TYPE_CHECKING:
    from okpay.kyc.models import Case

log = logging.getLogger(__name__)
TRIES: Final = 6


def later(case: Case) -> None:
    """Have the outside verifier asked after the commit, where there is one."""
    if settings.OKPAY_VERIFIER != "none":
        verify.defer(case_id=str(case.id), version=case.version)


@app.task(
    name="okpay.kyc.tasks.verify",
    queue="upkeep",
    retry=RetryStrategy(
        max_attempts=TRIES, exponential_wait=4, retry_exceptions={RetryableVerifierError}
    ),
)
def verify(case_id: str, version: int) -> None:
    """Ask the outside verifier about a case; raises to be tried again later."""
    using = verifying.verifier()
    if using is not None:
        verifying.ask(case_id=UUID(case_id), version=version, using=using, now=clock.now())


@app.periodic(cron="3 * * * *")
@app.task(name="okpay.kyc.tasks.expire", queue="upkeep", queueing_lock="kyc_expire")
def expire(timestamp: int) -> None:
    """Warn of documents that run out, and lower levels whose document has; hourly."""
    del timestamp
    log.info("documents: %s", expiry.run(now=clock.now()))
