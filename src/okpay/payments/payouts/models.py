"""What a payout keeps: its head, its sums by asset, its lines. Money stands in the book alone."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from okpay.kernel.crypto.fields import Sealed
from okpay.kernel.ids import new_uuid
from okpay.ledger.models import Minor
from okpay.payments.payouts.states import LineOutcome, PayoutState


class Payout(models.Model):
    """One file of payments of one person.

    `key` is a digest of owner and the client's key, `fingerprint` one of title, rule and lines,
    `content` one of who is to get how much, by which a list that is sent again is recognised,
    `settled` how many lines have an outcome, `strangers` how many addresses nobody had; `proven`
    says that a second proof was given for the whole, `token_made_at` when the token was made that
    brought it.
    """

    id = models.UUIDField(primary_key=True, default=new_uuid)
    owner = models.UUIDField()
    key = models.UUIDField(unique=True)
    fingerprint = models.UUIDField()
    content = models.UUIDField()
    title = models.CharField(max_length=60, blank=True)
    invite = models.BooleanField()
    bound = models.BooleanField()
    via = models.CharField(max_length=4)
    state = models.SmallIntegerField(choices=PayoutState.choices)
    count = models.IntegerField()
    settled = models.IntegerField(default=0)
    strangers = models.IntegerField(default=0)
    proven = models.BooleanField(default=False, db_default=False)
    token_made_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    touched_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["owner", "id"], name="payments_payout_owner"),
            models.Index(
                fields=["touched_at"],
                condition=~Q(state=PayoutState.DONE),
                name="payments_payout_open",
            ),
        ]

    def __str__(self) -> str:
        """Name the payout by its id."""
        return f"payout {self.id}"


class PayoutSum(models.Model):
    """What a payout asks for in one asset; what was done and refused once it has finished."""

    payout = models.UUIDField()
    asset = models.SmallIntegerField()
    lines = models.IntegerField()
    amount = Minor()
    fee = Minor()
    done_lines = models.IntegerField(default=0)
    done_amount = Minor(default=0)
    done_fee = Minor(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["payout", "asset"], name="payments_payoutsum_once")
        ]

    def __str__(self) -> str:
        """Name the sum by its payout and asset."""
        return f"sum of payout {self.payout} in {self.asset}"


class PayoutLine(models.Model):
    """One payment of a payout. All but the last three never changes; `record` is its name for ever.

    Written set-based by `store`. Rows leave room on their page, so that an outcome is written
    beside them and touches no index. Who is named by an address is kept as its digest, `alias`,
    and sealed, `address`.
    """

    pk = models.CompositePrimaryKey("payout", "number")
    payout = models.UUIDField()
    number = models.IntegerField()
    reference = models.CharField(max_length=64)
    payee = models.UUIDField(null=True)
    alias = models.CharField(max_length=254)
    address = Sealed(row="record")
    version = models.IntegerField()
    asset = models.SmallIntegerField()
    amount = Minor()
    fee = Minor()
    memo = models.CharField(max_length=40)
    record = models.UUIDField()
    outcome = models.SmallIntegerField(choices=LineOutcome.choices, db_default=LineOutcome.WAITING)
    code = models.CharField(max_length=40, db_default="")
    params = models.TextField(db_default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["record"], name="payments_line_record")
        ]

    def __str__(self) -> str:
        """Name the line by its number."""
        return f"line {self.number} of payout {self.payout}"
