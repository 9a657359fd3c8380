"""What the explorer shows: facts of the book, amounts as money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from okpay.ledger.chart import HOUSE, AccountKind, HoldState, TransferCode, TransferKind

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from okpay.kernel.money import Asset, Money
    from okpay.wallets.models import RecordKind
    from okpay.wallets.states import RecordState


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """An account as it stands. `owner_name` is masked, "" for the house; `floor` None: none."""

    id: int
    owner: UUID
    owner_name: str
    kind: AccountKind
    asset: Asset
    posted: Money
    held: Money
    floor: Money | None
    seq: int
    frozen_out: bool
    frozen_in: bool

    @property
    def available(self) -> Money:
        """Posted less held: what could leave (the floor aside)."""
        return self.posted - self.held

    @property
    def of_house(self) -> bool:
        """Whether the house owns it."""
        return str(self.owner) == HOUSE


@dataclass(frozen=True, slots=True)
class Then:
    """An account as of an instant; `seq` is its last movement by then, 0 before the first."""

    at: datetime
    seq: int
    posted: Money
    held: Money

    @property
    def available(self) -> Money:
        """Posted less held at that instant."""
        return self.posted - self.held


@dataclass(frozen=True, slots=True)
class Leg:
    """One side of a transfer. The balances are the ones after it.

    `held` is not kept on the credit side, and a pending transfer has no credit side yet: None.
    """

    account: AccountFacts
    side: str  # debit, credit
    seq: int | None
    posted: Money | None
    held: Money | None


@dataclass(frozen=True, slots=True)
class TransferFacts:
    """A transfer with both sides. `family` is the record (or pending transfer) it belongs to."""

    id: UUID
    family: UUID
    at: datetime
    batch: int
    kind: TransferKind
    code: TransferCode
    money: Money
    pending: UUID | None
    linked: UUID | None
    debit: Leg
    credit: Leg


@dataclass(frozen=True, slots=True)
class Line:
    """A transfer in the list of one account: which side the account was, and what followed."""

    transfer: TransferFacts
    leg: Leg
    other: AccountFacts


@dataclass(frozen=True, slots=True)
class HoldFacts:
    """Money set aside: whose, why, until when, who ends it, and how it stands.

    `overdue`: it is open although its deadline has passed.
    """

    id: UUID
    account: AccountFacts
    towards: AccountFacts
    money: Money
    reason: str
    resolver: str
    deadline: datetime
    state: HoldState
    resolved_at: datetime | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class Sealed:
    """Where a batch stands in the book's hash chain.

    `chain` is the link's SHA-256 in hex. `checkpoint` is the size of the first signed checkpoint
    that covers it, 0 while none does.
    """

    position: int
    chain: str
    checkpoint: int
    signed_at: datetime | None


@dataclass(frozen=True, slots=True)
class BatchFacts:
    """One commit of the book. `digest` is in hex; `sealed` None: the sealer is still behind."""

    id: int
    at: datetime
    count: int
    digest: str
    sealed: Sealed | None


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """What the customer sees of a transfer; parties are masked names, "" for the outside."""

    id: UUID
    public_id: str
    kind: RecordKind
    state: RecordState
    money: Money
    fee: Money
    payer: UUID | None
    payer_name: str
    payee: UUID | None
    payee_name: str
    created_at: datetime
