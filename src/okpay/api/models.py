"""What the API keeps: answers to requests that the engine does not answer itself, and the pace."""

from __future__ import annotations

from uuid import uuid4

from django.db import models

from okpay.kernel.crypto.fields import Sealed


class KeptAnswer(models.Model):
    """The answer to one idempotency key; without a status it is being worked on.

    `key` is a digest of owner, endpoint and the client's key, `fingerprint` of the body, `claim`
    names the worker that entered it.
    """

    key = models.UUIDField(primary_key=True)
    fingerprint = models.UUIDField()
    claim = models.UUIDField(default=uuid4)
    status = models.SmallIntegerField(null=True)
    kind = models.CharField(max_length=40, blank=True)
    body = Sealed(db_column="body_sealed")  # it may name an address that somebody saved
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="api_keptanswer_at")]

    def __str__(self) -> str:
        """Name the row by its key."""
        return f"kept answer {self.key}"


class Pace(models.Model):
    """A bucket that several API processes may draw from; see `okpay.api.pace`.

    `key` is a keyed digest of what is counted, `full_at` when the bucket is full again, in
    microseconds of the database's clock. The table is unlogged: a crash fills every bucket.
    """

    key = models.UUIDField(primary_key=True)
    full_at = models.BigIntegerField()

    def __str__(self) -> str:
        """Name the row by its key."""
        return f"pace {self.key}"
