"""Whether two people decided every manual adjustment, and exactly what was booked."""

from __future__ import annotations

from typing import Final

from okpay.kernel.approvals.states import ApprovalState
from okpay.ledger.proof import Check, Rows
from okpay.payments.proof.words import WORDS

_NAMED: Final = (*WORDS, ("approved", int(ApprovalState.DONE)))

# Whose wallet it is stands in the subject as a public id, which SQL cannot read: `about` is them.
_DECIDED: Final = """
SELECT COALESCE(r.id::text, t.id::text), r.amount, a.payload ->> 'amount', a.maker, a.checker
FROM (SELECT * FROM wallets_record WHERE kind = %(adjustment)s) r
FULL JOIN (SELECT * FROM ledger_transfer WHERE code = %(code_adjustment)s) t ON t.id = r.id
LEFT JOIN (SELECT id, state, about, payload, maker, checker FROM approvals_approval
           WHERE kind = 'payments.adjustment') a
  ON a.payload ->> 'record' = r.id::text
WHERE a.id IS NULL OR t.id IS NULL OR a.state <> %(approved)s
   OR a.maker IS NULL OR a.checker IS NULL OR a.maker = a.checker
   OR COALESCE(r.payer, r.payee) IN (a.maker, a.checker)
   OR (a.payload ->> 'amount', a.payload ->> 'asset', a.payload ->> 'way', a.about)
      IS DISTINCT FROM (r.amount::text, r.asset::text,
        CASE WHEN r.payer IS NULL THEN 'credit' ELSE 'debit' END, COALESCE(r.payer, r.payee))
"""
# An hour is more than any job waits before it tries again.
_FORGOTTEN: Final = """
SELECT a.payload ->> 'record', a.closed_at FROM approvals_approval a
WHERE a.kind = 'payments.adjustment' AND a.state = %(approved)s
  AND a.closed_at < %(now)s - interval '1 hour'
  AND NOT EXISTS (SELECT FROM wallets_record r WHERE r.id::text = a.payload ->> 'record'
                  AND r.kind = %(adjustment)s)
  AND NOT EXISTS (SELECT FROM kernel_audit k WHERE k.action = 'payments.adjustment.refused'
                  AND k.data ->> 'proposal' = a.id::text)
"""

ADJUSTMENTS: Final[tuple[Check, ...]] = (
    Rows(
        name="every manual adjustment was decided by two people as it was booked",
        count="SELECT count(*) FROM ledger_transfer WHERE code = %(code_adjustment)s",
        broken=_DECIDED,
        says="record {0}: {1} was booked, {2} was approved (proposed by {3}, approved by {4})",
        words=_NAMED,
    ),
    Rows(
        name="every manual adjustment that was approved is booked, or refused by the book",
        count="SELECT count(*) FROM approvals_approval WHERE kind = 'payments.adjustment'",
        broken=_FORGOTTEN,
        says="record {0}: it was approved at {1} and is not in the book",
        words=_NAMED,
    ),
)
