"""Is the book right: sums, sequences, balances after each leg, floors, two sides."""

from __future__ import annotations

from typing import Final

from okpay.ledger.chart import FLOORS, AccountKind
from okpay.ledger.proof.check import Check, Rows, Swift

_SUM = Rows(
    name="all accounts of an asset sum to zero",
    count="SELECT count(DISTINCT asset) FROM ledger_account",
    broken="SELECT asset, sum(posted) FROM ledger_account GROUP BY asset HAVING sum(posted) <> 0",
    says="asset {0}: all its accounts together hold {1} instead of 0",
)

# Each leg leads from (sequence − 1, balance before) to (sequence, balance after). As sequences only
# grow, the legs of an account make one unbroken way from (0, 0) to what the account says exactly
# when all ends but the last are all beginnings but the first. So no sorting: both are summed as
# hashes under a number thrown anew for each run (64 bits), in one pass.
_WAY: Final = """
WITH dice AS MATERIALIZED (SELECT (random() * 4e18)::bigint AS die), legs AS (
  SELECT debit_account AS account, asset, debit_seq AS seq, debit_posted AS posted,
         CASE WHEN kind IN (%(kind_posted)s, %(kind_post)s) THEN amount ELSE 0 END AS back
  FROM ledger_transfer
  UNION ALL
  SELECT credit_account, asset, credit_seq, credit_posted, -amount
  FROM ledger_transfer WHERE credit_seq IS NOT NULL
), ways AS (
  SELECT account, min(asset) AS least, max(asset) AS most, count(*) AS legs,
         sum(hash_numeric_extended(posted, hashint8extended(seq, (SELECT die FROM dice)))) AS ends,
         sum(hash_numeric_extended(posted + back,
                                   hashint8extended(seq - 1, (SELECT die FROM dice)))) AS begins
  FROM legs GROUP BY account
)
SELECT COALESCE(a.id, w.account)
FROM ledger_account a FULL JOIN ways w ON w.account = a.id
WHERE a.id IS NULL
   OR (w.account IS NULL AND (a.posted, a.seq) <> (0, 0))
   OR (w.account IS NOT NULL AND (
        (w.least, w.most, w.legs) IS DISTINCT FROM (a.asset, a.asset, a.seq)
     OR w.ends - w.begins
        <> hash_numeric_extended(a.posted, hashint8extended(a.seq, (SELECT die FROM dice)))::numeric
         - hash_numeric_extended(0::numeric, hashint8extended(0, (SELECT die FROM dice)))))
ORDER BY 1 LIMIT %(most)s
"""
_LEGS: Final = """
  SELECT id, debit_account AS account, debit_seq AS seq, debit_posted AS posted,
         CASE WHEN kind IN (%(kind_posted)s, %(kind_post)s) THEN -amount ELSE 0 END AS moved
  FROM ledger_transfer WHERE debit_account = ANY(%(suspects)s)
  UNION ALL
  SELECT id, credit_account, credit_seq, credit_posted, amount
  FROM ledger_transfer WHERE credit_seq IS NOT NULL AND credit_account = ANY(%(suspects)s)
"""
_DERIVED: Final = (
    "WITH legs AS ("  # noqa: S608 — both parts stand in this file
    + _LEGS
    + """), derived AS (
  SELECT account, count(*) AS seq, sum(moved) AS posted FROM legs GROUP BY account
)
SELECT s, a.posted, a.seq, COALESCE(d.posted, 0), COALESCE(d.seq, 0)
FROM unnest(%(suspects)s) AS s
LEFT JOIN ledger_account a ON a.id = s LEFT JOIN derived d ON d.account = s
WHERE (a.posted, a.seq) IS DISTINCT FROM (COALESCE(d.posted, 0), COALESCE(d.seq, 0))
"""
)
_CHAINED: Final = (
    "WITH legs AS ("  # noqa: S608 — both parts stand in this file
    + _LEGS
    + """), chained AS (
  SELECT id, account, seq, posted, moved, lag(seq, 1, 0::bigint) OVER one AS seq_before,
         lag(posted, 1, 0::numeric) OVER one AS posted_before
  FROM legs WINDOW one AS (PARTITION BY account ORDER BY seq, id)
)
SELECT id, account, seq, seq_before + 1, posted, posted_before + moved
FROM chained
WHERE seq <> seq_before + 1 OR posted IS DISTINCT FROM posted_before + moved
ORDER BY account, seq
"""
)
_ASSETS: Final = """
SELECT t.id, t.kind, t.asset, t.amount, t.debit_account, d.asset, t.credit_account, c.asset
FROM ledger_transfer t
LEFT JOIN ledger_account d ON d.id = t.debit_account
LEFT JOIN ledger_account c ON c.id = t.credit_account
WHERE (t.debit_account = ANY(%(suspects)s) OR t.credit_account = ANY(%(suspects)s))
  AND (d.asset IS DISTINCT FROM t.asset OR c.asset IS DISTINCT FROM t.asset)
"""
_FORM: Final = (
    "transfer {0}: kind {1} of {3} in asset {2} from account {4} (asset {5}) "
    "to account {6} (asset {7}) has not the form that it must have"
)

_ACCOUNTS = Swift(
    name="every balance follows from its transfers, leg after leg",
    count="SELECT count(*) FROM ledger_transfer",
    suspects=_WAY,
    close=(
        (
            _DERIVED,
            (
                "account {0}: it says posted {1}, sequence {2}; "
                "its transfers make posted {3}, sequence {4}"
            ),
        ),
        (
            _CHAINED,
            (
                "transfer {0}: on account {1} it has sequence {2} where {3} follows, "
                "and posted after {4} where {5} follows"
            ),
        ),
        (_ASSETS, _FORM),
    ),
    weight=8,
)

# What ends a hold takes all of it off, also when less than that arrives. Accounts that never had
# a hold need no sorting. (What an account holds in the end is asked of its open holds.)
_HELD = Rows(
    name="each leg's held amount continues the one before",
    count="SELECT count(*) FROM ledger_transfer",
    broken="""
SELECT (SELECT t.id FROM ledger_transfer t WHERE t.debit_account = c.debit_account
        AND t.debit_seq = c.debit_seq AND t.debit_held = c.debit_held LIMIT 1),
       debit_account, debit_seq, debit_held, follows
FROM (
  SELECT *, lag(debit_held, 1, 0::numeric) OVER (PARTITION BY debit_account ORDER BY debit_seq)
            + change AS follows
  FROM (
    SELECT t.debit_account, t.debit_seq, t.debit_held,
           CASE t.kind WHEN %(kind_posted)s THEN 0 WHEN %(kind_pending)s THEN t.amount
                ELSE -COALESCE(h.amount, t.amount) END AS change
    FROM ledger_transfer t LEFT JOIN ledger_hold h ON h.id = t.pending
    WHERE t.debit_account IN (
      SELECT debit_account FROM ledger_transfer WHERE kind <> %(kind_posted)s OR debit_held <> 0)
    OFFSET 0) AS legs
) AS c WHERE debit_held <> follows ORDER BY debit_account, debit_seq
""",
    says="transfer {0}: on account {1} at sequence {2} held after is {3} where {4} follows",
    weight=8,
)

_SIDES = Rows(
    name="every transfer has two sides and the form of its kind",
    count="SELECT count(*) FROM ledger_transfer",
    broken="""
SELECT t.id, t.kind, t.asset, t.amount, t.debit_account,
       (SELECT asset FROM ledger_account WHERE id = t.debit_account), t.credit_account,
       (SELECT asset FROM ledger_account WHERE id = t.credit_account)
FROM ledger_transfer t
WHERE t.amount <= 0 OR t.debit_account = t.credit_account
   OR (t.credit_seq IS NOT NULL) <> (t.kind IN (%(kind_posted)s, %(kind_post)s))
   OR (t.credit_posted IS NULL) <> (t.credit_seq IS NULL)
   OR (t.pending IS NOT NULL) <> (t.kind IN (%(kind_post)s, %(kind_void)s, %(kind_expire)s))
   OR (t.linked IS NOT NULL AND t.kind <> %(kind_posted)s)
   OR (t.linked IS NOT NULL) <> (t.code = %(code_fee)s)
   OR t.code <> ALL(%(codes)s::int[])
   OR t.kind NOT BETWEEN %(kind_posted)s AND %(kind_expire)s
""",
    says=_FORM,
    weight=4,
)

# A hold names an account that gets nothing yet: it has no leg there, so nothing else asks for it.
_WAITING = Rows(
    name="every hold is for an account of its asset",
    count="SELECT count(*) FROM ledger_hold",
    broken="""
SELECT h.id, h.state, h.asset, h.amount, h.account, d.asset, h.credit_account, c.asset
FROM ledger_hold h
LEFT JOIN ledger_account d ON d.id = h.account
LEFT JOIN ledger_account c ON c.id = h.credit_account
WHERE d.asset IS DISTINCT FROM h.asset OR c.asset IS DISTINCT FROM h.asset
""",
    says=(
        "hold {0}: in state {1}, of {3} in asset {2}, it is from account {4} (asset {5}) "
        "to account {6} (asset {7})"
    ),
)

_LINKED = Rows(
    name="every linked leg stands beside the one it belongs to",
    count="SELECT count(*) FROM ledger_transfer",
    broken="""
SELECT f.id, f.linked FROM ledger_transfer f
LEFT JOIN ledger_transfer t ON t.id = f.linked AND t.linked IS NULL AND t.asset = f.asset
LEFT JOIN ledger_hold h ON h.id = f.linked
WHERE f.linked IS NOT NULL AND (t.id IS NULL OR f.at <> COALESCE(h.resolved_at, t.at))
""",
    says="transfer {0}: it is linked to {1}, which is not there with the same moment and asset",
    weight=2,
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

BOOK: Final[tuple[Check, ...]] = (
    _SUM, _ACCOUNTS, _HELD, _SIDES, _WAITING, _LINKED, _FLOORS,
)  # fmt: skip
