"""What of a received payment can still go back, and what already did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from okpay.identity.models import Person
from okpay.identity.rules import mask_name
from okpay.kernel.money import BY_NUMBER, Money
from okpay.payments.errors import TransferNotFoundError
from okpay.wallets.models import Record, RecordKind, Refund
from okpay.wallets.queries import lines, visible_records
from okpay.wallets.states import RecordState

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from okpay.wallets.queries import RecordLine

KINDS: Final = (RecordKind.TRANSFER, RecordKind.PURCHASE)
MOST: Final = 100  # refunds of one payment that are listed


@dataclass(frozen=True, slots=True)
class Refundable:
    """A received payment as its payee sees it before returning some of it."""

    record_id: UUID
    payer_id: UUID
    payer_masked: str
    arrived: Money
    refunded: Money
    left: Money


def refundable(person_id: UUID, record_id: UUID) -> Refundable | None:
    """Tell what is left of a payment that this person received; None when they did not.

    Nothing is left of a payment that has not arrived, or is of a kind that never goes back.
    """
    row = Record.objects.filter(id=record_id, payee=person_id).first()
    if row is None or row.payer is None:
        return None
    asset = BY_NUMBER[row.asset]
    arrived = int(row.amount if row.captured is None else row.captured)
    back = sum(int(amount) for amount in refund_rows(record_id).values_list("amount", flat=True))
    open_ = row.state == RecordState.COMPLETED and row.kind in KINDS
    name = Person.objects.filter(id=row.payer).values_list("name", flat=True).first()
    return Refundable(
        record_id=row.id,
        payer_id=row.payer,
        payer_masked=mask_name(name or ""),
        arrived=Money(asset, arrived),
        refunded=Money(asset, back),
        left=Money(asset, arrived - back if open_ else 0),
    )


def refund_rows(record_id: UUID) -> QuerySet[Record]:
    """Return the records of the refunds of one payment, newest first."""
    ids = Refund.objects.filter(original=record_id).values("record")
    return Record.objects.filter(id__in=ids).order_by("-id")


def refunds_of(
    person_id: UUID,
    record_id: UUID,
    *,
    before: UUID | None = None,
    after: UUID | None = None,
    limit: int = MOST,
) -> list[RecordLine]:
    """List what went back of a payment, newest first, from one side; at most `MOST`.

    `before` goes on to those older than an id; `after` gives the ones just newer than an id.

    Raises:
        TransferNotFoundError: the payment is not this person's.
    """
    if not visible_records(person_id).filter(id=record_id).exists():
        raise TransferNotFoundError
    rows = refund_rows(record_id)
    if before is not None:
        rows = rows.filter(id__lt=before)
    if after is not None:
        rows = rows.filter(id__gt=after).order_by("id")
    found = sorted(rows[: min(limit, MOST)], key=lambda row: row.id, reverse=True)
    return lines(person_id, found)


def original_of(record_id: UUID) -> Record | None:
    """Return the payment that a refund gives back; None when the record is no refund."""
    original = Refund.objects.filter(record=record_id).values_list("original", flat=True).first()
    return None if original is None else Record.objects.get(id=original)
