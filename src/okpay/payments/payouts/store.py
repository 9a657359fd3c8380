"""Payouts in the database: written set-based, because a line must cost next to nothing."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import connection, transaction

from okpay.kernel.crypto import HOUSE, recent_key, seal_by, unseal
from okpay.payments.aliases import alias_digest
from okpay.payments.engine import arrays
from okpay.payments.payouts.models import Payout, PayoutSum
from okpay.payments.payouts.states import LineOutcome, PayoutState
from okpay.payments.payouts.wishes import Line, Wish, records_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

_PURPOSE: Final = 7102  # names the lease of a payout among advisory locks
_COPY: Final = """
COPY payments_payoutline (payout, number, reference, payee, alias, address, version, asset, amount,
  fee, memo, record) FROM STDIN
"""
_READ: Final = """
SELECT number, reference, COALESCE(payee::text, ''), address, version, asset, amount::text,
       fee::text, memo, outcome, record
FROM payments_payoutline WHERE payout = %s ORDER BY number
"""
_DONE: Final = """
UPDATE payments_payoutline SET outcome = %s
WHERE payout = %s AND number = ANY(%s::int[]) AND outcome = 0
"""
_REFUSED: Final = """
UPDATE payments_payoutline l SET outcome = %s, code = v.code, params = v.params
FROM unnest(%s::int[], %s::text[], %s::text[]) AS v(number, code, params)
WHERE l.payout = %s AND l.number = v.number AND l.outcome = 0
"""
_SUMS: Final = """
UPDATE payments_payoutsum s SET done_lines = v.lines, done_amount = v.amount, done_fee = v.fee
FROM (SELECT asset, count(*) AS lines, sum(amount) AS amount, sum(fee) AS fee
      FROM payments_payoutline WHERE payout = %s AND outcome = %s GROUP BY asset) v
WHERE s.payout = %s AND s.asset = v.asset
"""
LINES: Final = "payments_payoutline"
_NULL: Final = "\\N"
Refused = tuple[int, str, str]  # number, code, params as JSON


def keep(head: Payout, wish: Wish) -> bool:
    """Write head, sums and lines, in the caller's transaction; False when the key stood already."""
    Payout.objects.bulk_create([head], ignore_conflicts=True)
    if not Payout.objects.filter(id=head.id).exists():
        return False
    PayoutSum.objects.bulk_create(
        PayoutSum(
            payout=head.id, asset=asset, lines=one.lines, amount=one.money.minor, fee=one.fee.minor
        )
        for asset, one in wish.sums().items()
    )
    wish.records[:] = records_of(head.id, wish.lines)
    rows = _rows(head.id, wish).encode()  # before the COPY: sealing may ask for its key
    with connection.cursor() as cursor, cursor.cursor.copy(_COPY) as copy:
        copy.write(rows)
    return True


def _rows(payout: UUID, wish: Wish) -> str:
    """Write lines in the text form of COPY. Only references and notes can hold what it escapes."""
    key = recent_key(HOUSE) if any(line.alias for line in wish.lines) else None
    return "".join(
        [
            f"{payout}\t{line.number}\t{_escaped(line.reference)}\t{line.payee or _NULL}\t"
            f"{alias_digest(line.alias)}\t{_sealed(line.alias, record, key)}\t"
            f"{line.version}\t{line.asset}\t{line.amount}\t{line.fee}\t"
            f"{_escaped(line.memo)}\t{record}\n"
            for line, record in zip(wish.lines, wish.records, strict=True)
        ]
    )


def _sealed(alias: str, record: str, key: tuple[int, bytes] | None) -> str:
    """Write an address, sealed under the house's key, as COPY takes bytes."""
    if not alias or key is None:
        return _NULL
    sealed = seal_by(key, table=LINES, column="address", row=record, plain=alias.encode())
    return f"\\\\x{sealed.hex()}"


def opened_address(sealed: bytes | None, record: UUID) -> str:
    """Open the address that a line was given; "" where it was given none."""
    if sealed is None:
        return ""
    place = {"table": LINES, "column": "address", "row": str(record)}
    return unseal(HOUSE, **place, sealed=bytes(sealed)).decode()


def _escaped(text: str) -> str:
    """Double the backslash; tabs and line ends cannot stand in a checked text."""
    return text.replace("\\", "\\\\") if "\\" in text else text


def lines_of(payout: UUID) -> tuple[list[Line], set[int]]:
    """Read all lines as they were kept, and the numbers of those without an outcome."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, [payout])
        rows = cursor.fetchall()
    waiting = {row[0] for row in rows if row[9] == LineOutcome.WAITING}
    return [_line(row) for row in rows], waiting


def _line(row: tuple[Any, ...]) -> Line:
    number, reference, payee, address, version, asset, amount, fee, memo = row[:9]
    alias = opened_address(address, row[10])
    return Line(number, reference, payee, alias, version, asset, int(amount), int(fee), memo)


def settle(payout: UUID, done: Sequence[int], refused: Sequence[Refused], now: datetime) -> None:
    """Write down what became of lines, in one transaction; a line keeps its first outcome."""
    with transaction.atomic(), connection.cursor() as cursor:
        count = 0
        if done:
            cursor.execute(_DONE, [LineOutcome.DONE, payout, arrays.plain(done)])
            count += cursor.rowcount
        if refused:
            numbers, codes, params = zip(*refused, strict=True)
            cursor.execute(
                _REFUSED,
                [LineOutcome.REFUSED, arrays.plain(numbers), arrays.plain(codes),
                 arrays.quoted(params), payout],
            )  # fmt: skip
            count += cursor.rowcount
        cursor.execute(
            "UPDATE payments_payout SET settled = settled + %s, touched_at = %s WHERE id = %s",
            [count, now, payout],
        )


def add_up(payout: UUID) -> None:
    """Write the sums of what was done, in the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, [payout, LineOutcome.DONE, payout])


def drop_drafts(before: datetime) -> int:
    """Forget lists that were never confirmed; returns how many."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        rows = Payout.objects.filter(state=PayoutState.RECEIVED, touched_at__lt=before)
        ids = list(rows.select_for_update(skip_locked=True).values_list("id", flat=True)[:500])
        for table in ("payments_payoutline", "payments_payoutsum"):
            cursor.execute(f"DELETE FROM {table} WHERE payout = ANY(%s)", [ids])  # noqa: S608 — one of two names
        return Payout.objects.filter(id__in=ids).delete()[0]


@contextmanager
def leased(payout: UUID) -> Iterator[bool]:
    """Try to be the only one who works on a payout; the lease ends with the connection.

    It only saves work: two at once would be answered alike by the engine.
    """
    number: Any = int.from_bytes(payout.bytes[-4:], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_PURPOSE, number])
        mine = bool(cursor.fetchone()[0])
        try:
            yield mine
        finally:
            if mine:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_PURPOSE, number])
