"""What operations answer: the engine's outcome in the words of the domain."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal
from uuid import UUID

import msgspec

from okpay.kernel.errors import CATALOGUE, DomainError
from okpay.kernel.money import BY_NUMBER, Money
from okpay.payments.engine.commands import Outcome as EngineOutcome
from okpay.payments.errors import OutcomeUnknownError
from okpay.wallets.models import Record
from okpay.wallets.states import RecordState

if TYPE_CHECKING:
    from datetime import datetime

    from okpay.payments.models import Answer


@dataclass(frozen=True, slots=True)
class Outcome:
    """Done, refused, or not known yet; never "failed" because an answer was late."""

    result: Literal["done", "refused", "unknown"]
    record_id: UUID | None = None
    state: RecordState | None = None
    code: str = ""
    params: dict[str, str | int] = field(default_factory=dict)
    replayed: bool = False
    payee_id: UUID | None = None
    payee_name: str = ""
    money: Money | None = None
    fee: Money | None = None
    memo: str = ""
    reason: str = ""
    at: datetime | None = None
    deadline: datetime | None = None
    balance_after: Money | None = None

    def error(self) -> DomainError:
        """Return the refusal as the error of the catalogue, with its words."""
        return CATALOGUE[self.code](**self.params)

    def done_or_raise(self) -> Outcome:
        """Return self when done.

        Raises:
            DomainError: the refusal.
            OutcomeUnknownError: nobody knows yet; never take it for a refusal.
        """
        if self.result == "unknown":
            raise OutcomeUnknownError
        if self.result != "done":
            raise self.error()
        return self


def outcome_from(raw: EngineOutcome) -> Outcome:
    """Read an engine outcome: texts become ids, whole numbers become money."""
    asset = BY_NUMBER.get(raw.asset)

    def money(minor: int | None) -> Money | None:
        return Money(asset, minor) if asset is not None and minor is not None else None

    return Outcome(
        result=raw.result,
        record_id=UUID(raw.record) if raw.record else None,
        state=RecordState(raw.state) if raw.state else None,
        code=raw.code,
        params=dict(raw.params),
        replayed=raw.replayed,
        payee_id=UUID(raw.payee) if raw.payee else None,
        payee_name=raw.payee_name,
        money=money(raw.amount),
        fee=money(raw.fee),
        memo=raw.memo,
        reason=raw.reason,
        at=raw.at,
        deadline=raw.deadline,
        balance_after=money(raw.balance),
    )


def kept_outcome(row: Answer) -> EngineOutcome:
    """Tell an answer again: as it was kept or, of a transfer that was done, from its record."""
    if row.body:
        kept = msgspec.json.decode(row.body, type=EngineOutcome)
        kept.replayed = True
        return kept
    assert row.record is not None  # noqa: S101 — a short answer names its record
    record = Record.objects.get(pk=row.record)
    return EngineOutcome(
        record=str(record.id),
        state=RecordState.COMPLETED,
        owner=str(record.payer),
        payee=str(record.payee),
        payee_name=row.payee_name,
        asset=record.asset,
        amount=int(record.amount),
        fee=int(record.fee),
        memo=record.memo,
        at=record.created_at,
        balance=None if row.balance is None else int(row.balance),
        replayed=True,
    )
