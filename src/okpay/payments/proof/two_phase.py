"""Two-phase, refunds, groups: no more taken than held, none given back twice, all or none."""

from __future__ import annotations

from typing import Final

from okpay.ledger.proof import Check, Rows
from okpay.payments.proof.words import WORDS

_CAPTURED = Rows(
    name="what was captured of every hold is what its record says, and not more than was held",
    count="SELECT count(*) FROM ledger_hold WHERE state = %(hold_posted)s",
    broken="""
SELECT r.id, r.amount, r.captured, e.amount
FROM ledger_transfer e JOIN wallets_record r ON r.id = e.pending
WHERE e.pending IS NOT NULL AND e.kind = %(kind_post)s
  AND e.amount <> COALESCE(r.captured, r.amount)
UNION
SELECT r.id, r.amount, r.captured, e.amount
FROM wallets_record r
LEFT JOIN ledger_transfer e
  ON e.pending = r.id AND e.pending IS NOT NULL AND e.kind = %(kind_post)s
WHERE r.captured IS NOT NULL AND (e.id IS NULL OR r.captured NOT BETWEEN 1 AND r.amount - 1)
""",
    says="record {0}: of {1} it says that {2} was captured, the book has {3}",
)

_REFUNDED = Rows(
    name="every refund names what it gives back, goes the way it came, and is not too much",
    count="SELECT count(*) FROM wallets_refund",
    broken="""
WITH refunds AS (
  SELECT b.id, f.original, b.asset, b.payer, b.payee, b.created_at,
         sum(b.amount) OVER (PARTITION BY f.original) AS total
  FROM wallets_refund f FULL JOIN (SELECT * FROM wallets_record WHERE kind = %(refund)s) b
    ON b.id = f.record
)
SELECT b.id, b.original, b.total, COALESCE(r.captured, r.amount)
FROM refunds b LEFT JOIN wallets_record r ON r.id = b.original
WHERE b.id IS NULL OR r.id IS NULL OR r.kind = %(refund)s OR r.state <> %(completed)s
   OR (b.asset, b.payer, b.payee) IS DISTINCT FROM (r.asset, r.payee, r.payer)
   OR b.created_at < r.completed_at OR b.total > COALESCE(r.captured, r.amount)
""",
    says="refund {0} of record {1}: {2} went back of {3}, or by another way",
    words=WORDS,
)

_TOGETHER = Rows(
    name="every group is booked as a whole, at one moment",
    count="SELECT count(*) FROM payments_groupleg",
    broken="""
SELECT g."group", count(*), max(g.size), count(t.id)
FROM payments_groupleg g LEFT JOIN ledger_transfer t ON t.id = g.transfer
GROUP BY g."group"
HAVING count(t.id) <> max(g.size) OR min(g.size) <> max(g.size) OR min(g.place) <> 0
   OR max(g.place) <> max(g.size) - 1 OR count(DISTINCT g.place) <> max(g.size)
   OR min(t.at) <> max(t.at)
""",
    says="group {0}: {1} legs are named where {2} were booked together, {3} are in the book",
)

TWO_PHASE: Final[tuple[Check, ...]] = (_CAPTURED, _REFUNDED, _TOGETHER)
