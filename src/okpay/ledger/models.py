"""The ledger: accounts, two-sided transfers, holds. Only the engine writes these tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from okpay.kernel.ids import new_uuid
from okpay.ledger.chart import AccountKind, HoldState, TransferKind

if TYPE_CHECKING:
    _Decimal = models.DecimalField[int, int]
    _OptionalDecimal = models.DecimalField[int | None, int | None]
    _Text = models.Field[str, str]
else:  # Django's fields take no types at run time
    _Decimal = _OptionalDecimal = models.DecimalField
    _Text = models.Field


class Minor(_Decimal):
    """A whole number of an asset's smallest unit: NUMERIC(38,0)."""

    def __init__(self, **kwargs: object) -> None:
        """Fix digits and places; everything else is as in a decimal field."""
        kwargs["max_digits"] = 38
        kwargs["decimal_places"] = 0
        super().__init__(**kwargs)  # type: ignore[arg-type]  # passed through unchanged


class OptionalMinor(_OptionalDecimal):
    """As `Minor`, or nothing."""

    def __init__(self, **kwargs: object) -> None:
        """Fix digits, places and that nothing is allowed."""
        kwargs |= {"max_digits": 38, "decimal_places": 0, "null": True}
        super().__init__(**kwargs)  # type: ignore[arg-type]  # passed through unchanged


class TransactionNumber(_Text):
    """PostgreSQL's number of the transaction that wrote a row: xid8, never reused."""

    def db_type(self, connection: object) -> str:  # noqa: ARG002 — as Django calls it
        """Name the column's type."""
        return "xid8"


class Account(models.Model):
    """An account of one asset. Available = posted − held, never below `floor`."""

    id = models.BigAutoField(primary_key=True)
    owner = models.UUIDField()
    asset = models.SmallIntegerField()
    kind = models.SmallIntegerField(choices=AccountKind.choices)
    floor = OptionalMinor()
    posted = Minor(db_default=0)
    held = Minor(db_default=0)
    seq = models.BigIntegerField(db_default=0)
    frozen_out = models.BooleanField(db_default=False)
    frozen_in = models.BooleanField(db_default=False)
    out_day = models.IntegerField(db_default=0)
    out_day_sum = Minor(db_default=0)
    out_month = models.IntegerField(db_default=0)
    out_month_sum = Minor(db_default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["owner", "asset", "kind"], name="ledger_account_owner_asset_kind"
            ),
            models.CheckConstraint(
                condition=Q(floor__isnull=True) | Q(posted__gte=F("floor") + F("held")),
                name="ledger_account_above_floor",
            ),
            models.CheckConstraint(condition=Q(held__gte=0), name="ledger_account_held"),
        ]

    def __str__(self) -> str:
        """Name the account by its number."""
        return f"account {self.id}"


class Transfer(models.Model):
    """One movement between two accounts; never changed, never deleted."""

    # Columns of eight bytes first: a row has no padding between them.
    id = models.UUIDField(primary_key=True, default=new_uuid)
    at = models.DateTimeField()
    batch = models.BigIntegerField()
    debit_account = models.BigIntegerField()
    credit_account = models.BigIntegerField()
    debit_seq = models.BigIntegerField()
    credit_seq = models.BigIntegerField(null=True)
    kind = models.SmallIntegerField(choices=TransferKind.choices)
    code = models.SmallIntegerField()
    asset = models.SmallIntegerField()
    amount = Minor()
    debit_posted = Minor()
    debit_held = Minor()
    credit_posted = OptionalMinor()
    pending = models.UUIDField(null=True)
    linked = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="ledger_transfer_amount"),
            models.CheckConstraint(
                condition=~Q(debit_account=F("credit_account")), name="ledger_transfer_two_sides"
            ),
            models.UniqueConstraint(
                fields=["debit_account", "debit_seq"], name="ledger_transfer_debit_seq"
            ),
            models.UniqueConstraint(
                fields=["credit_account", "credit_seq"],
                condition=Q(credit_seq__isnull=False),
                name="ledger_transfer_credit_seq",
            ),
            models.UniqueConstraint(
                fields=["pending"],
                condition=Q(pending__isnull=False),
                name="ledger_transfer_resolved_once",
            ),
        ]

    def __str__(self) -> str:
        """Name the transfer by its id."""
        return f"transfer {self.id}"


class Batch(models.Model):
    """One commit of the book: its moment, how many transfers, and a digest of their rows.

    `digest` is SHA-256 over the transfers in the order of their ids, each as one line of its
    columns (id kind code asset amount debit_account credit_account debit_seq debit_posted
    debit_held credit_seq credit_posted pending linked) parted by `|`, an absent one empty.
    `news` are the records that people are to be told of: the outbox, read in the order of `xid`.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    xid = TransactionNumber(db_default=models.Func(function="pg_current_xact_id"))
    transfers = models.IntegerField()
    digest = models.BinaryField(max_length=32)
    news = ArrayField(models.UUIDField())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["xid", "id"], name="ledger_batch_order")]

    def __str__(self) -> str:
        """Name the batch by its number."""
        return f"batch {self.id}"


class Hold(models.Model):
    """The present state of a pending transfer, kept beside the append-only rows."""

    id = models.UUIDField(primary_key=True)
    account = models.BigIntegerField()
    credit_account = models.BigIntegerField()
    asset = models.SmallIntegerField()
    amount = Minor()
    reason = models.CharField(max_length=40)
    resolver = models.CharField(max_length=40)
    deadline = models.DateTimeField()
    state = models.SmallIntegerField(choices=HoldState.choices)
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["deadline"], condition=Q(state=1), name="ledger_hold_open_deadline"
            ),
            models.Index(fields=["account"], condition=Q(state=1), name="ledger_hold_open_account"),
        ]

    def __str__(self) -> str:
        """Name the hold by its transfer."""
        return f"hold {self.id}"


class Seal(models.Model):
    """A link of the book's hash chain, one for each batch; never changed, never deleted."""

    position = models.BigIntegerField(primary_key=True)
    batch = models.BigIntegerField(unique=True)
    chain = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        """Name the seal by its place."""
        return f"seal {self.position}"
