"""What was there at any past instant, read from the journal by index.

A balance as of an instant is the one after the account's last movement at or before it. Movements
of one account are ordered by their sequence numbers, and their moments never decrease along it, so
the last one is found by halving over the two unique indexes (account, sequence): twenty-odd looks
for a million movements. Where a moment did decrease (the server's clock was set back), the answer
is still one state that the account was in, cut by sequence. A movement's two sides carry one
moment, so all accounts together sum to zero at every instant.

An answer about the last few seconds may still gain a batch that is being committed; `settle` waits
until nothing older than the instant can appear any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import connection

from okpay.ledger.chart import AccountKind
from okpay.ledger.errors import MomentInFutureError

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

# Posted and held of an account `a` after the movement of one sequence number; at 0 nothing.
_AFTER: Final = """
  COALESCE(
    (SELECT t.debit_posted FROM ledger_transfer t
      WHERE t.debit_account = a.id AND t.debit_seq = SEQ),
    (SELECT t.credit_posted FROM ledger_transfer t
      WHERE t.credit_account = a.id AND t.credit_seq = SEQ), 0) AS posted,
  COALESCE(
    (SELECT t.debit_held FROM ledger_transfer t
      WHERE t.debit_account = a.id AND t.debit_seq <= SEQ
      ORDER BY t.debit_seq DESC LIMIT 1), 0) AS held
"""
# From the largest power of two downwards: step forward while the movement there is not later.
_FEW: Final = """
SELECT a.id, a.owner, a.asset, a.kind, past.seq, AFTER
FROM ledger_account a, LATERAL (
  WITH RECURSIVE walk(seq, step) AS (
    SELECT 0::bigint, COALESCE((SELECT max(1::bigint << n) FROM generate_series(0, 61) AS n
                                WHERE 1::bigint << n <= a.seq), 0)
    UNION ALL
    SELECT CASE WHEN COALESCE(
        (SELECT t.at FROM ledger_transfer t
          WHERE t.debit_account = a.id AND t.debit_seq = w.seq + w.step),
        (SELECT t.at FROM ledger_transfer t
          WHERE t.credit_account = a.id AND t.credit_seq = w.seq + w.step),
        'infinity') <= %(at)s THEN w.seq + w.step ELSE w.seq END, w.step >> 1
    FROM walk w WHERE w.step > 0
  ) SELECT max(seq) AS seq FROM walk
) AS past
WHERE WHICH ORDER BY a.id
""".replace("AFTER", _AFTER.replace("SEQ", "past.seq"))
# For many accounts: what nothing moved since is as it is now; the others stand before their first
# later movement. Reads what was booked since the instant, and no more of the journal.
MANY: Final = """
WITH later AS (
  SELECT account, min(seq) AS seq FROM (
    SELECT debit_account AS account, debit_seq AS seq FROM ledger_transfer WHERE at > %(at)s
    UNION ALL
    SELECT credit_account, credit_seq FROM ledger_transfer
    WHERE at > %(at)s AND credit_seq IS NOT NULL
  ) AS legs GROUP BY account
), past AS (
  SELECT a.id, a.owner, a.asset, a.kind, a.seq, a.posted, a.held
  FROM ledger_account a WHERE NOT EXISTS (SELECT 1 FROM later l WHERE l.account = a.id)
  UNION ALL
  SELECT a.id, a.owner, a.asset, a.kind, l.seq - 1, AFTER
  FROM later l JOIN ledger_account a ON a.id = l.account
)
""".replace("AFTER", _AFTER.replace("SEQ", "(l.seq - 1)"))
_TOTALS: Final = (
    MANY
    + """
SELECT asset, kind, count(*) FILTER (WHERE seq > 0), sum(posted), sum(held) FROM past
WHERE asset = COALESCE(%(asset)s::smallint, asset) GROUP BY asset, kind ORDER BY asset, kind
"""
)


@dataclass(frozen=True, slots=True)
class Past:
    """An account at an instant. `seq` is its last movement by then, 0 before the first one."""

    account: int
    owner: UUID
    asset: int
    kind: AccountKind
    seq: int
    posted: int
    held: int

    @property
    def available(self) -> int:
        """What could have left, in the smallest unit (the account's floor aside)."""
        return self.posted - self.held


@dataclass(frozen=True, slots=True)
class Total:
    """All accounts of one asset and kind at an instant; `accounts` had moved by then."""

    asset: int
    kind: AccountKind
    accounts: int
    posted: int
    held: int


def of_account(account_id: int, at: datetime, now: datetime) -> Past | None:
    """Return one account as of `at`; None when there is no such account.

    Raises:
        MomentInFutureError: `at` is later than `now`.
    """
    return next(iter(_few("a.id = %(account)s", at, now, account=account_id)), None)


def of_owner(owner: UUID, at: datetime, now: datetime) -> list[Past]:
    """Return every wallet that the owner has today, as of `at`; not open yet means zero.

    Raises:
        MomentInFutureError: `at` is later than `now`.
    """
    which = "a.owner = %(owner)s AND a.kind = %(kind)s"
    return _few(which, at, now, owner=owner, kind=AccountKind.WALLET)


def totals(at: datetime, now: datetime, asset: int | None = None) -> list[Total]:
    """Return the whole book as of `at`, or one asset of it, by kind of account.

    Raises:
        MomentInFutureError: `at` is later than `now`.
    """
    _refuse_future(at, now)
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS, {"at": at, "asset": asset})
        rows = cursor.fetchall()
    return [Total(one, AccountKind(kind), n, int(p), int(h)) for one, kind, n, p, h in rows]


def _few(which: str, at: datetime, now: datetime, **facts: UUID | int) -> list[Past]:
    _refuse_future(at, now)
    statement = _FEW.replace("WHICH", which)
    with connection.cursor() as cursor:
        words: dict[str, datetime | UUID | int] = {"at": at, **facts}
        cursor.execute(statement, words)
        rows = cursor.fetchall()
    return [
        Past(row[0], row[1], row[2], AccountKind(row[3]), row[4], int(row[5]), int(row[6]))
        for row in rows
    ]


def _refuse_future(at: datetime, now: datetime) -> None:
    if at > now:
        raise MomentInFutureError
