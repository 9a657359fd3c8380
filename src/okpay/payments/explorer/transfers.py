"""Transfers, their family, their record, and the batch that holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from okpay.kernel.ids import encode
from okpay.kernel.models import Checkpoint
from okpay.kernel.money import BY_NUMBER, Money
from okpay.ledger.models import Batch, Seal, Transfer
from okpay.ledger.trails import BOOK
from okpay.payments.explorer.reading import family_of, names_of, transfers_of
from okpay.payments.explorer.schemas import BatchFacts, RecordFacts, Sealed
from okpay.wallets.models import PREFIXES, Record, RecordKind
from okpay.wallets.states import RecordState

if TYPE_CHECKING:
    from uuid import UUID

    from okpay.payments.explorer.schemas import TransferFacts

MOST_LEGS: Final = 200


def transfer(transfer_id: UUID) -> TransferFacts | None:
    """Return one transfer with both sides, or None."""
    return next(iter(transfers_of(Transfer.objects.filter(id=transfer_id))), None)


def family(record_id: UUID) -> list[TransferFacts]:
    """List every transfer of one record: what moved it, its fee, what it was waiting for."""
    rows = Transfer.objects.filter(id__in=family_of(record_id))
    return transfers_of(rows.order_by("at", "id"))


def record(record_id: UUID) -> RecordFacts | None:
    """Return the record that people see, parties masked, or None (adjustments have none)."""
    row = Record.objects.filter(id=record_id).first()
    if row is None:
        return None
    names = names_of([row.payer, row.payee])
    asset = BY_NUMBER[row.asset]
    return RecordFacts(
        id=row.id,
        public_id=encode(PREFIXES[row.kind], row.id),
        kind=RecordKind(row.kind),
        state=RecordState(row.state),
        money=Money(asset, int(row.amount)),
        fee=Money(asset, int(row.fee)),
        payer=row.payer,
        payer_name=names.get(row.payer, "") if row.payer else "",
        payee=row.payee,
        payee_name=names.get(row.payee, "") if row.payee else "",
        created_at=row.created_at,
    )


def batch(number: int) -> BatchFacts | None:
    """Return one batch and where it stands in the hash chain, or None."""
    row = Batch.objects.filter(id=number).first()
    if row is None:
        return None
    return BatchFacts(row.id, row.at, row.transfers, bytes(row.digest).hex(), sealed(number))


def batch_legs(number: int) -> list[TransferFacts]:
    """List the transfers of a batch, at most `MOST_LEGS`, found by the records it tells of.

    The journal has no index by batch, which every payment would pay for; a leg that belongs to no
    record (there is none today) would be counted by the batch and not be listed here.
    """
    records = Batch.objects.filter(id=number).values_list("news", flat=True).first() or []
    ids = [one for record_id in records[:MOST_LEGS] for one in family_of(record_id)]
    rows = Transfer.objects.filter(id__in=ids, batch=number).order_by("id")
    return transfers_of(rows[:MOST_LEGS])


def sealed(number: int) -> Sealed | None:
    """Return a batch's place in the hash chain, or None while the sealer is behind."""
    seal = Seal.objects.filter(batch=number).first()
    if seal is None:
        return None
    covering = Checkpoint.objects.filter(log=BOOK.name, size__gte=seal.position)
    signed = covering.order_by("size").only("size", "at").first()
    return Sealed(
        position=seal.position,
        chain=bytes(seal.chain).hex(),
        checkpoint=signed.size if signed else 0,
        signed_at=signed.at if signed else None,
    )
