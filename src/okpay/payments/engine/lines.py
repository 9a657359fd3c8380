"""Rows as PostgreSQL reads them: arrays of composite values, one parameter a table.

An array a column costs twice as much at both ends. The types are our own, not the tables': a
column that is added later changes nothing here.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from okpay.payments.engine.state import AccountState, RecordRow, TransferRow

TYPES: Final = """
CREATE TYPE ledger_account_line AS (place tid, id bigint, posted numeric, held numeric,
  seq bigint, out_day int, out_day_sum numeric, out_month int, out_month_sum numeric);
CREATE TYPE ledger_transfer_line AS (id uuid, kind smallint, code smallint, asset smallint,
  amount numeric, debit_account bigint, credit_account bigint, debit_seq bigint,
  debit_posted numeric, debit_held numeric, credit_seq bigint, credit_posted numeric,
  pending uuid, linked uuid);
CREATE TYPE wallets_record_line AS (id uuid, kind smallint, state smallint, asset smallint,
  amount numeric, fee numeric, payer uuid, payee uuid, label text, memo text, channel text,
  completed bool);
CREATE TYPE payments_answer_line AS (key uuid, fingerprint uuid, record uuid, balance numeric,
  payee_name text, body text);
"""


def array(lines: Iterable[str]) -> bytes:
    """An array of composite values, given the inside of each."""
    return ('{"(' + ')","('.join(lines) + ')"}').encode() if lines else b"{}"


def text(value: str) -> str:
    """Any text, inside a composite value inside an array: quoted for both."""
    if "\\" in value or '"' in value:
        # The value's own quoting doubles each, the array's doubles them again.
        value = value.replace("\\", "\\\\\\\\").replace('"', '\\\\\\"')
    return f'\\"{value}\\"'


def _or_nothing(value: object) -> object:
    return "" if value is None else value


def account(row: AccountState) -> str:
    """The inside of a `ledger_account_line`."""
    return (
        f'\\"{row.place}\\",{row.id},{row.posted},{row.held},{row.seq},'
        f"{row.out_day},{row.out_day_sum},{row.out_month},{row.out_month_sum}"
    )


def transfer(row: TransferRow) -> str:
    """The inside of a `ledger_transfer_line`."""
    credit_seq, credit_posted = _or_nothing(row.credit_seq), _or_nothing(row.credit_posted)
    return (
        f"{row.id},{row.kind},{row.code},{row.asset},{row.amount},{row.debit_account},"
        f"{row.credit_account},{row.debit_seq},{row.debit_posted},{row.debit_held},"
        f"{credit_seq},{credit_posted},{row.pending or ''},{row.linked or ''}"
    )


def record(row: RecordRow) -> str:
    """The inside of a `wallets_record_line`."""
    return (
        f"{row.id},{row.kind},{row.state},{row.asset},{row.amount},{row.fee},"
        f"{row.payer or ''},{row.payee or ''},{text(row.label)},{text(row.memo)},{row.channel},"
        f"{'t' if row.completed else 'f'}"
    )


def answer(key: str, fingerprint: str, short: tuple[Any, ...] | None, body: str) -> str:
    """The inside of a `payments_answer_line`: record, balance and name, or a body."""
    if short is None:
        return f'{key},{fingerprint},,,\\"\\",{text(body)}'
    name, balance, of = short
    return f'{key},{fingerprint},{of},{balance},{text(name)},\\"\\"'


def digest(lines: Iterable[str]) -> bytes:
    """SHA-256 of a batch's transfers, as `ledger.models.Batch` describes."""
    ordered = "\n".join(sorted(lines)).replace(",", "|") + "\n"
    return hashlib.sha256(ordered.encode()).digest()
