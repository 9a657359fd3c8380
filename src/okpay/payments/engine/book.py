"""Book-keeping on a batch's state: the only code that changes a balance.

Pure: no I/O, no clock, no randomness. Every function keeps the sum over an asset at zero.
"""

from __future__ import annotations

from okpay.ledger.chart import TransferKind
from okpay.payments.engine.state import AccountState, TransferRow, Writes


def post(
    writes: Writes,
    debit: AccountState,
    credit: AccountState,
    amount: int,
    *,
    id_: str,
    code: int,
    linked: str | None = None,
) -> None:
    """Move `amount` at once."""
    debit.posted -= amount
    debit.seq += 1
    credit.posted += amount
    credit.seq += 1
    debit.touched = credit.touched = True
    writes.transfers.append(
        TransferRow(
            id_, TransferKind.POSTED, code, debit.asset, amount, debit.id, credit.id,
            debit.seq, debit.posted, debit.held, credit.seq, credit.posted, None, linked,
        )
    )  # fmt: skip


def hold(
    writes: Writes,
    debit: AccountState,
    credit: AccountState,
    amount: int,
    *,
    id_: str,
    code: int,
) -> None:
    """Set `amount` aside on the debit account; nothing arrives yet."""
    debit.held += amount
    debit.seq += 1
    debit.touched = True
    writes.transfers.append(
        TransferRow(
            id_, TransferKind.PENDING, code, debit.asset, amount, debit.id, credit.id,
            debit.seq, debit.posted, debit.held, None, None,
        )
    )  # fmt: skip


def post_held(
    writes: Writes,
    debit: AccountState,
    credit: AccountState,
    amount: int,
    *,
    id_: str,
    code: int,
    pending: str,
    whole: int | None = None,
) -> None:
    """Let held money arrive: the hold of `whole` (the same, when not given) ends, `amount` moves.

    What was held beyond it is free again in the same step (TigerBeetle's post-pending).
    """
    debit.held -= amount if whole is None else whole
    debit.posted -= amount
    debit.seq += 1
    credit.posted += amount
    credit.seq += 1
    debit.touched = credit.touched = True
    writes.transfers.append(
        TransferRow(
            id_, TransferKind.POST, code, debit.asset, amount, debit.id, credit.id,
            debit.seq, debit.posted, debit.held, credit.seq, credit.posted, pending,
        )
    )  # fmt: skip


def release(
    writes: Writes,
    debit: AccountState,
    credit_id: int,
    amount: int,
    *,
    id_: str,
    code: int,
    pending: str,
    expired: bool,
) -> None:
    """Give held money back to its account; nothing else moves."""
    debit.held -= amount
    debit.seq += 1
    debit.touched = True
    kind = TransferKind.EXPIRE if expired else TransferKind.VOID
    writes.transfers.append(
        TransferRow(
            id_, kind, code, debit.asset, amount, debit.id, credit_id,
            debit.seq, debit.posted, debit.held, None, None, pending,
        )
    )  # fmt: skip
