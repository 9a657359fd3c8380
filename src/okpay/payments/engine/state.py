"""What a batch knows and what it will write: plain data, no I/O."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from okpay.identity.caution.care import Care
from okpay.payments.engine.commands import Outcome

AccountKey = tuple[str, int, int]  # owner, asset, kind


@dataclass(slots=True)
class AccountState:
    """An account as it stands, locked; `touched` once a command of the batch moved it."""

    id: int
    owner: str
    asset: int
    kind: int
    floor: int | None
    posted: int
    held: int
    seq: int
    frozen_out: bool
    frozen_in: bool
    out_day: int
    out_day_sum: int
    out_month: int
    out_month_sum: int
    place: str = ""  # where the row lies, while it is locked
    touched: bool = False

    def available(self) -> int:
        """What may leave: posted less held less the floor."""
        return self.posted - self.held - (self.floor or 0)


@dataclass(slots=True, frozen=True)
class PersonFacts:
    """A person as a payee is shown; `version` changes whenever name, e-mail or phone do.

    `email` and `phone` are digests (`payments.aliases.alias_digest`); the engine sees no address.
    """

    id: str
    name: str
    level: int
    email: str
    phone: str
    version: int = 1


@dataclass(slots=True, frozen=True)
class PayerFacts:
    """What decides how much a person may pay: level, region, and the latest care (may be over)."""

    level: int = 0
    region: str = ""
    care: Care | None = None


NOBODY: Final = PayerFacts()


@dataclass(slots=True, frozen=True)
class TokenFacts:
    """An access token as it stands."""

    id: str
    person: str
    scopes: tuple[str, ...]
    expires_at: datetime
    revoked: bool
    made_at: datetime | None = None


@dataclass(slots=True, frozen=True)
class HoldFacts:
    """A pending transfer and the record that shows it."""

    record: str
    account: int
    credit_account: int
    asset: int
    amount: int
    open: bool
    record_state: int
    payer: str
    payee: str
    reason: str
    alias: str
    deadline: datetime
    memo: str
    made_at: datetime
    kind: int = 1  # RecordKind
    fee: int = 0  # of a transfer's `amount`: held beside what was sent, charged if that arrives


@dataclass(slots=True, frozen=True)
class OriginalFacts:
    """A record that is to be refunded: what arrived, and what of it went back already."""

    record: str
    kind: int
    state: int
    asset: int
    payer: str
    payee: str
    arrived: int
    refunded: int


@dataclass(slots=True)
class TransferRow:
    """One row for `ledger_transfer`; the order of fields is the order of columns."""

    id: str
    kind: int
    code: int
    asset: int
    amount: int
    debit_account: int
    credit_account: int
    debit_seq: int
    debit_posted: int
    debit_held: int
    credit_seq: int | None
    credit_posted: int | None
    pending: str | None = None
    linked: str | None = None


@dataclass(slots=True)
class RecordRow:
    """One row for `wallets_record`."""

    id: str
    kind: int
    state: int
    asset: int
    amount: int
    fee: int
    payer: str | None
    payee: str | None
    label: str
    memo: str
    channel: str
    completed: bool


@dataclass(slots=True)
class HoldRow:
    """One row for `ledger_hold` and its `payments_pending`."""

    id: str
    account: int
    credit_account: int
    asset: int
    amount: int
    reason: str
    resolver: str
    deadline: datetime
    alias: str
    sealed: str = ""  # the address behind `alias`, in hexadecimal


@dataclass(slots=True)
class EndRow:
    """What an end changes in `wallets_record`; None leaves a column as it is."""

    record: str
    state: int
    payee: str | None
    captured: int | None = None
    fee: int | None = None


@dataclass(slots=True)
class Writes:
    """Everything a batch will write, gathered command by command."""

    transfers: list[TransferRow] = field(default_factory=list)
    records: list[RecordRow] = field(default_factory=list)
    holds: list[HoldRow] = field(default_factory=list)
    resolved: list[tuple[str, int]] = field(default_factory=list)  # hold, HoldState
    moved: list[EndRow] = field(default_factory=list)
    refunds: list[tuple[str, str]] = field(default_factory=list)  # record, original
    legs: list[tuple[str, str, int, int]] = field(
        default_factory=list
    )  # transfer, group, place, size
    events: list[tuple[str, int, str]] = field(default_factory=list)  # record, state, reason
    answers: list[tuple[str, str, Outcome]] = field(default_factory=list)  # key, fingerprint
    flags: list[tuple[str, bool | None, bool | None]] = field(default_factory=list)
    news: list[tuple[str, str]] = field(default_factory=list)  # record, event


@dataclass(slots=True)
class BatchState:
    """All that the commands of a batch need to be decided."""

    now: datetime
    day: int
    month: int
    accounts: dict[AccountKey, AccountState]
    by_id: dict[int, AccountState]
    people: dict[str, PersonFacts]
    aliases: dict[str, str]
    tokens: dict[str, TokenFacts]
    holds: dict[str, HoldFacts]
    answers: dict[str, tuple[str, Outcome]]
    originals: dict[str, OriginalFacts] = field(default_factory=dict)
    payers: dict[str, PayerFacts] = field(default_factory=dict)
    replays: int = 0  # how many of the batch's keys were answered before
    writes: Writes = field(default_factory=Writes)
