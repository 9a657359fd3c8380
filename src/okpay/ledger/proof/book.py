"""Is the book right: sums, sequences, balances after each leg, floors, two sides."""

from __future__ import annotations

from typing import Final

from okpay.ledger.chart import FLOORS, AccountKind
from okpay.ledger.proof.check import Check, Rows

_SUM = Rows(
    name="all accounts of an asset sum to zero",
    count="SELECT count(DISTINCT asset) FROM ledger_account",
    broken="SELECT asset, sum(posted) FROM ledger_account GROUP BY asset HAVING sum(posted) <> 0",
    says="asset {0}: all its accounts together hold {1} instead of 0",
)

_DERIVED = Rows(
    name="every balance follows from its transfers",
    count="SELECT count(*) FROM ledger_account",
    broken="""
WITH legs AS (
  SELECT debit_account AS account,
         CASE WHEN kind IN (%(kind_posted)s, %(kind_post)s) THEN -amount ELSE 0 END AS posted,
         CASE WHEN kind = %(kind_pending)s THEN amount
              WHEN kind = %(kind_posted)s THEN 0 ELSE -amount END AS held
  FROM ledger_transfer
  UNION ALL
  SELECT credit_account, amount, 0 FROM ledger_transfer WHERE credit_seq IS NOT NULL
), derived AS (
  SELECT account, count(*) AS seq, sum(posted) AS posted, sum(held) AS held
  FROM legs GROUP BY account
)
SELECT COALESCE(a.id, d.account), a.posted, a.held, a.seq,
       COALESCE(d.posted, 0), COALESCE(d.held, 0), COALESCE(d.seq, 0)
FROM ledger_account a FULL JOIN derived d ON d.account = a.id
WHERE a.id IS NULL OR (a.posted, a.held, a.seq)
      IS DISTINCT FROM (COALESCE(d.posted, 0), COALESCE(d.held, 0), COALESCE(d.seq, 0))
""",
    says=(
        "account {0}: it says posted {1}, held {2}, sequence {3}; "
        "its transfers make posted {4}, held {5}, sequence {6}"
    ),
)

_CHAINED = Rows(
    name="each leg's sequence and balance after continue the one before",
    count="SELECT count(*) + count(credit_seq) FROM ledger_transfer",
    broken="""
WITH legs AS (
  SELECT id, debit_account AS account, debit_seq AS seq, debit_posted AS posted,
         CASE WHEN kind IN (%(kind_posted)s, %(kind_post)s) THEN -amount ELSE 0 END AS moved
  FROM ledger_transfer
  UNION ALL
  SELECT id, credit_account, credit_seq, credit_posted, amount
  FROM ledger_transfer WHERE credit_seq IS NOT NULL
), chained AS (
  SELECT id, account, seq, posted, moved, lag(seq, 1, 0::bigint) OVER one AS seq_before,
         lag(posted, 1, 0::numeric) OVER one AS posted_before
  FROM legs WINDOW one AS (PARTITION BY account ORDER BY seq, id)
)
SELECT id, account, seq, seq_before + 1, posted, posted_before + moved
FROM chained
WHERE seq <> seq_before + 1 OR posted IS DISTINCT FROM posted_before + moved
ORDER BY account, seq
""",
    says=(
        "transfer {0}: on account {1} it has sequence {2} where {3} follows, "
        "and posted after {4} where {5} follows"
    ),
)

_HELD = Rows(
    name="each leg's held amount continues the one before",
    count="SELECT count(*) FROM ledger_transfer",
    broken="""
WITH chained AS (
  SELECT id, debit_account, debit_seq, debit_held,
         lag(debit_held, 1, 0::numeric) OVER (PARTITION BY debit_account ORDER BY debit_seq, id)
         + CASE WHEN kind = %(kind_pending)s THEN amount
                WHEN kind = %(kind_posted)s THEN 0 ELSE -amount END AS follows
  FROM ledger_transfer
)
SELECT id, debit_account, debit_seq, debit_held, follows FROM chained
WHERE debit_held <> follows ORDER BY debit_account, debit_seq
""",
    says=("transfer {0}: on account {1} at sequence {2} held after is {3} where {4} follows"),
)

_SIDES = Rows(
    name="every transfer has two sides of one asset and the form of its kind",
    count="SELECT count(*) FROM ledger_transfer",
    broken="""
SELECT t.id, t.kind, t.asset, t.amount, t.debit_account, d.asset, t.credit_account, c.asset
FROM ledger_transfer t
LEFT JOIN ledger_account d ON d.id = t.debit_account
LEFT JOIN ledger_account c ON c.id = t.credit_account
WHERE d.asset IS DISTINCT FROM t.asset OR c.asset IS DISTINCT FROM t.asset
   OR t.amount <= 0 OR t.debit_account = t.credit_account
   OR (t.credit_seq IS NOT NULL) <> (t.kind IN (%(kind_posted)s, %(kind_post)s))
   OR (t.credit_posted IS NULL) <> (t.credit_seq IS NULL)
   OR (t.pending IS NOT NULL) <> (t.kind IN (%(kind_post)s, %(kind_void)s, %(kind_expire)s))
   OR (t.linked IS NOT NULL AND t.kind <> %(kind_posted)s)
   OR (t.linked IS NOT NULL) <> (t.code = %(code_fee)s)
   OR t.code NOT IN (%(code_p2p)s, %(code_top_up)s, %(code_fee)s)
   OR t.kind NOT BETWEEN %(kind_posted)s AND %(kind_expire)s
""",
    says=(
        "transfer {0}: kind {1} of {3} in asset {2} from account {4} (asset {5}) "
        "to account {6} (asset {7}) has not the form that it must have"
    ),
)

_LINKED = Rows(
    name="every linked leg stands beside the one it belongs to",
    count="SELECT count(*) FROM ledger_transfer WHERE linked IS NOT NULL",
    broken="""
SELECT f.id, f.linked FROM ledger_transfer f LEFT JOIN ledger_transfer t
  ON t.id = f.linked AND t.linked IS NULL AND t.at = f.at AND t.asset = f.asset
WHERE f.linked IS NOT NULL AND t.id IS NULL
""",
    says="transfer {0}: it is linked to {1}, which is not there with the same moment and asset",
)

_FLOORS = Rows(
    name="no account is below its floor, and each is as the chart of accounts says",
    count="SELECT count(*) FROM ledger_account",
    broken="""
SELECT a.id, a.kind, a.owner, a.posted, a.held, a.floor, c.floor
FROM ledger_account a LEFT JOIN unnest(%(kinds)s::smallint[], %(floors)s::numeric[])
     AS c(kind, floor) ON c.kind = a.kind
WHERE c.kind IS NULL OR a.floor IS DISTINCT FROM c.floor OR a.held < 0
   OR a.posted - a.held < a.floor
   OR (a.owner = %(house)s::uuid) <> (a.kind <> %(account_wallet)s)
""",
    says=(
        "account {0}: kind {1} of owner {2} has posted {3}, held {4}, floor {5} (by the chart {6})"
    ),
    words=(
        ("kinds", [int(kind) for kind in AccountKind]),
        ("floors", [FLOORS[kind] for kind in AccountKind]),
    ),
)

BOOK: Final[tuple[Check, ...]] = (_SUM, _DERIVED, _CHAINED, _HELD, _SIDES, _LINKED, _FLOORS)
