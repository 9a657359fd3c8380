"""How transfers and quotes are shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from okpay.api.schemas.common import amount_of
from okpay.api.schemas.transfers import (
    PendingShown,
    QuoteShown,
    StepUp,
    TransferLine,
    TransferShown,
)
from okpay.api.schemas.wallet import Party
from okpay.kernel.ids import encode
from okpay.kernel.money import Money
from okpay.limits.levels import may_be_much_for_new
from okpay.payments.engine.decide_shared import DELAYED
from okpay.payments.errors import TransferNotFoundError
from okpay.payments.operations import Asked, TransferQuote
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
        step_up=_for_tokens(quote.asked, quote),
        expires_at=quote.expires_at,
    )


def _for_tokens(asked: Asked, quote: TransferQuote) -> StepUp | None:
    """Say why an access token is refused.

    What is small for somebody new is not, however much went there before: see `send_by_token`.
    """
    money = quote.money
    small = not may_be_much_for_new(asset=money.asset.number, amount=money.minor)
    reason = "" if small and asked.reason == "new_payee" else asked.reason
    return reason or None


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
        arrives_at=_arrives_at(waiting),
        balance_after=amount_of(after) if after is not None else None,
    )


def _pending(waiting: PendingLine | None) -> PendingShown | None:
    if waiting is None or waiting.state != RecordState.PENDING:
        return None
    return PendingShown(waiting.reason, waiting.deadline)


def _arrives_at(waiting: PendingLine | None) -> datetime | None:
    shown = _pending(waiting)
    return shown.deadline if shown is not None and shown.reason == DELAYED else None


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
        arrives_at=_arrives_at(waiting),
        balance_after=None,
    )


def _moment_of(record_id: UUID) -> datetime:
    """When a record was made, to the millisecond: the first 48 bits of its id say so."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=record_id.int >> 80)
