"""Find what a number means in the book: a transfer, a hold, an account, a batch, a customer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal
from uuid import UUID

from okpay.identity.models import Person
from okpay.kernel.ids import BadIdError, decode
from okpay.ledger.models import Account, Batch, Hold, Transfer
from okpay.wallets.models import PREFIXES, Record

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST: Final = 60
_MOST_DIGITS: Final = 18
Kind = Literal["transfer", "hold", "account", "batch", "customer"]


@dataclass(frozen=True, slots=True)
class Found:
    """One thing with this number: an id for uuids, a number for accounts and batches."""

    kind: Kind
    id: UUID | None = None
    number: int = 0


def find(text: str) -> list[Found]:
    """Return everything that a typed number names, at most a few; [] when it is no number of ours.

    Understood are record numbers (`trf_…` and its sisters), customer numbers (`cus_…`), UUIDs, and
    the plain numbers of accounts and batches.
    """
    typed = text.strip()[:LONGEST]
    digits = typed.removeprefix("#")
    if digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS:
        return list(_numbered(int(digits)))
    wanted = read_id(typed)
    return list(_named(wanted)) if wanted is not None else []


def read_id(text: str) -> UUID | None:
    """Read a record number, a customer number or a UUID; None for anything else."""
    try:
        return decode(text.lower(), *PREFIXES.values(), "cus")
    except BadIdError:
        pass
    try:
        return UUID(text)
    except ValueError:
        return None


def _numbered(number: int) -> Iterator[Found]:
    if Account.objects.filter(id=number).exists():
        yield Found("account", number=number)
    if Batch.objects.filter(id=number).exists():
        yield Found("batch", number=number)


def _named(wanted: UUID) -> Iterator[Found]:
    known = Transfer.objects.filter(id=wanted).exists() or Record.objects.filter(id=wanted).exists()
    if known:
        yield Found("transfer", id=wanted)
    if Hold.objects.filter(id=wanted).exists():
        yield Found("hold", id=wanted)
    if Person.objects.filter(id=wanted).exists():
        yield Found("customer", id=wanted)
