"""How transfers and quotes are shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID

from okpay.api.schemas.common import amount_of
from okpay.api.schemas.transfers import (
    PendingShown,
    QuoteShown,
    TransferLine,
    TransferShown,
)
from okpay.api.schemas.wallet import Party
from okpay.kernel.ids import encode
from okpay.kernel.money import Money
from okpay.limits.queries import Reason
from okpay.payments.errors import TransferNotFoundError
from okpay.payments.operations import TransferQuote
from okpay.payments.queries import PendingLine, pending_transfer
from okpay.wallets.queries import RecordLine, record_detail
from okpay.wallets.states import RecordState


def quote_shown(quote: TransferQuote) -> QuoteShown:
    """Show a quote."""
    payee = encode("cus", quote.payee_id) if quote.payee_id else None
    return QuoteShown(
        quote=quote.intent_token,
        check_code=quote.check_code,
        payee=Party(payee, quote.payee_masked) if payee else None,
        payee_address_masked=quote.payee_alias_masked,
        first_time=quote.first_time,
        verified=quote.verified,
        amount=amount_of(quote.money),
        fee=amount_of(quote.fee),
        total=amount_of(quote.total),
        memo=quote.memo,
        arrival=quote.arrival,
        will_pend=quote.will_pend or None,
        step_up=_for_tokens(quote.asked.reason),
        expires_at=quote.expires_at,
    )


def _for_tokens(reason: Reason) -> Literal["careful", "large"] | None:
    """Say why an access token is refused; a new payee alone stops only the app's confirmation."""
    return reason if reason in {"careful", "large"} else None


def line_of(line: RecordLine) -> TransferLine:
    """Show a transfer in a list."""
    other_id = encode("cus", line.counterparty_id) if line.counterparty_id else None
    other = Party(other_id, line.counterparty)
    sent = line.direction == "out"
    return TransferLine(
        id=line.public_id,
        status=line.state.name.lower(),  # type: ignore[arg-type]  # the names are the literals
        direction="out" if sent else "in",
        amount=amount_of(line.money),
        fee=amount_of(line.fee),
        payee=other if sent else None,
        payer=None if sent else other,
        memo=line.memo,
        created_at=line.created_at,
        completed_at=line.completed_at,
    )


def transfer_of(person_id: UUID, record_id: UUID) -> TransferShown:
    """Show one transfer to its payer, its payee, or whom it waits for.

    Raises:
        TransferNotFoundError: it does not concern this person.
    """
    waiting = pending_transfer(person_id, record_id)
    detail = record_detail(person_id, record_id)
    if detail is None or not detail.line.public_id.startswith("trf_"):
        if waiting is None:
            raise TransferNotFoundError
        return _waiting(waiting)
    line = line_of(detail.line)
    after = detail.balance_after
    return TransferShown(
        **{name: getattr(line, name) for name in line.__struct_fields__},
        pending=_pending(waiting),
        balance_after=amount_of(after) if after is not None else None,
    )


def _pending(waiting: PendingLine | None) -> PendingShown | None:
    if waiting is None or waiting.state != RecordState.PENDING:
        return None
    return PendingShown(waiting.reason, waiting.deadline)


def _waiting(waiting: PendingLine) -> TransferShown:
    """Show money that was sent to an address before its owner registered."""
    return TransferShown(
        id=encode("trf", waiting.record_id),
        status=waiting.state.name.lower(),  # type: ignore[arg-type]  # the names are the literals
        direction="in",
        amount=amount_of(waiting.money),
        fee=amount_of(Money(waiting.money.asset, 0)),
        payee=None,
        payer=Party(encode("cus", waiting.payer_id), waiting.payer_masked),
        memo=waiting.memo,
        created_at=_moment_of(waiting.record_id),
        completed_at=None,
        pending=_pending(waiting),
        balance_after=None,
    )


def _moment_of(record_id: UUID) -> datetime:
    """When a record was made, to the millisecond: the first 48 bits of its id say so."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=record_id.int >> 80)
