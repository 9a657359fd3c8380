"""What payments keep beside the ledger: answers, pending transfers, payees, requests."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from okpay.kernel.crypto.fields import Sealed
from okpay.kernel.ids import new_uuid
from okpay.ledger.models import Minor, OptionalMinor, TransactionNumber
from okpay.payments.payouts.models import Payout, PayoutLine, PayoutSum  # noqa: F401 — Django finds them here
from okpay.payments.states import RequestState


class Answer(models.Model):
    """What a command was answered: the memory that makes a retry safe, kept for ever.

    `key` is a digest of owner, endpoint and the client's key; `fingerprint` of the body. The
    common answer, a transfer that was done, is told again from its record and what stands here of
    that moment; `body` is empty then. Any other answer is in `body`, as JSON.
    """

    key = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    fingerprint = models.UUIDField()
    record = models.UUIDField(null=True)
    balance = OptionalMinor()
    payee_name = models.TextField()
    body = models.TextField()

    def __str__(self) -> str:
        """Name the row by its key."""
        return f"answer {self.key}"


class OutboxMark(models.Model):
    """How far the outbox was read: the last batch, in the order of its transaction. One row.

    Batches up to `since` came with a restored dump, under transaction numbers of another server;
    all of them were read.
    """

    id = models.SmallIntegerField(primary_key=True)
    since = models.BigIntegerField()
    xid = TransactionNumber()
    batch = models.BigIntegerField()

    def __str__(self) -> str:
        """Name the batch."""
        return f"read up to batch {self.batch}"


class Pending(models.Model):
    """Why a transfer waits, who must act, until when, and what happens then.

    Where it waits for whoever has an address, `alias` is the digest of that, as
    `aliases.alias_digest` makes it, and `address` the address itself, sealed, to write to.
    """

    record = models.UUIDField(primary_key=True)
    reason = models.CharField(max_length=40)
    alias = models.CharField(max_length=254, blank=True)
    address = Sealed()
    deadline = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["alias"], condition=~Q(alias=""), name="payments_pending_alias")
        ]

    def __str__(self) -> str:
        """Name the row by its record."""
        return f"pending {self.record}: {self.reason}"


class GroupLeg(models.Model):
    """A transfer that was booked with others, all or none; `size` is how many they were."""

    transfer = models.UUIDField(primary_key=True)
    group = models.UUIDField(db_index=True)
    place = models.SmallIntegerField()
    size = models.SmallIntegerField()

    def __str__(self) -> str:
        """Name the leg by its group and place."""
        return f"leg {self.place} of {self.size} of group {self.group}"


class Reminder(models.Model):
    """A payee was reminded of money that waits."""

    id = models.UUIDField(primary_key=True, default=new_uuid)
    record = models.UUIDField(db_index=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        """Name the row by its record."""
        return f"reminder of {self.record}"


class SavedPayee(models.Model):
    """Somebody a person pays again."""

    id = models.UUIDField(primary_key=True, default=new_uuid)
    owner = models.UUIDField()
    payee = models.UUIDField()
    nickname = models.CharField(max_length=60, blank=True)
    alias = Sealed(subject="owner", db_column="alias_sealed")  # as the owner typed it
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "payee"], name="payments_payee_once")
        ]

    def __str__(self) -> str:
        """Name the row by its id."""
        return f"payee {self.id}"


class MoneyRequest(models.Model):
    """One person asks another for money."""

    id = models.UUIDField(primary_key=True, default=new_uuid)
    requester = models.UUIDField()
    payer = models.UUIDField()
    asset = models.SmallIntegerField()
    amount = Minor()
    memo = models.CharField(max_length=140, blank=True)
    state = models.SmallIntegerField(choices=RequestState.choices)
    record = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["requester", "id"], name="payments_request_requester"),
            models.Index(fields=["payer", "id"], name="payments_request_payer"),
        ]

    def __str__(self) -> str:
        """Name the row by its id."""
        return f"money request {self.id}"


class FirstPayment(models.Model):
    """A payment that was let go to somebody new, written before the engine has it.

    So what is on its way counts too when the next one is asked for, and one that was `proven`
    twice does not. `who` is a digest of the payee, `key` the wish's; `at` is when it was let go.
    Rows are of use for a day; the payer's next one takes the older ones away.
    """

    record = models.UUIDField(primary_key=True)
    payer = models.UUIDField()
    who = models.UUIDField()
    asset = models.SmallIntegerField()
    amount = Minor()
    key = models.UUIDField()
    proven = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["payer", "at"], name="payments_first_payer")]

    def __str__(self) -> str:
        """Name the row by its record."""
        return f"first payment {self.record}"


class ForgottenNews(models.Model):
    """What jobs told that are forgotten by now: how many records, and the sum of their hashes.

    One row. With it the proof that all news became jobs needs none of the old ones.
    """

    id = models.SmallIntegerField(primary_key=True)
    records = models.BigIntegerField()
    hashes = models.DecimalField(max_digits=38, decimal_places=0)

    def __str__(self) -> str:
        """Say how many."""
        return f"{self.records} records told by jobs that are gone"
