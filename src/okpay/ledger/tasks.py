"""Jobs of the ledger: checkpoints are carried to whoever keeps them for us."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from okpay.kernel.models import Checkpoint
from okpay.ledger.checkpoints import note_of
from okpay.ledger.providers.base import WitnessError

PUBLISH: Final = "okpay.ledger.tasks.publish"
TRIES: Final = 12  # the last one comes about two days after the first


@app.task(
    name=PUBLISH,
    queue="upkeep",
    retry=RetryStrategy(max_attempts=TRIES, exponential_wait=3, retry_exceptions={WitnessError}),
)
def publish(log: str, size: int) -> None:
    """Post one signed checkpoint to the address that the operator set; raises to try again."""
    if not settings.OKPAY_CHECKPOINT_WEBHOOK:  # the setting was taken away meanwhile
        return
    note = note_of(Checkpoint.objects.get(log=log, size=size))
    from okpay.ledger.providers.witness.client import HttpWitness  # noqa: PLC0415 — an HTTP client costs 4 MB and more where nobody calls

    HttpWitness(settings.OKPAY_CHECKPOINT_WEBHOOK).keep(note)
