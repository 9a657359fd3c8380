"""Do the batches still hold the transfers that were booked in them, to the last digit."""

from __future__ import annotations

from typing import Final

from okpay.ledger.proof.check import Check, Rows

_DIGESTS: Final = Rows(
    name="every batch holds exactly the transfers that were booked in it",
    count="SELECT count(*) FROM ledger_batch",
    broken="""
WITH held AS (
  SELECT t.batch, count(*) AS transfers, min(t.at) AS least, max(t.at) AS most,
    sha256(convert_to(string_agg(
      concat_ws('|', t.id, t.kind, t.code, t.asset, t.amount, t.debit_account, t.credit_account,
                t.debit_seq, t.debit_posted, t.debit_held)
      || '|' || COALESCE(t.credit_seq::text, '') || '|' || COALESCE(t.credit_posted::text, '')
      || '|' || COALESCE(t.pending::text, '') || '|' || COALESCE(t.linked::text, '') || E'\\n',
      '' ORDER BY t.id), 'UTF8')) AS digest
  FROM ledger_transfer t WHERE t.batch IS NOT NULL GROUP BY t.batch
)
SELECT COALESCE(b.id, h.batch), b.transfers, COALESCE(h.transfers, 0), b.at, h.least, h.most,
       CASE WHEN b.digest = h.digest THEN 'the same' ELSE 'another' END
FROM ledger_batch b FULL JOIN held h ON h.batch = b.id
WHERE (b.transfers, b.at, b.at, b.digest)
      IS DISTINCT FROM (h.transfers::int, h.least, h.most, h.digest)
ORDER BY 1
""",
    says=(
        "batch {0}: {1} transfers were booked in it at {3}, now it has {2}, "
        "booked from {4} to {5}, with {6} digest"
    ),
    weight=22,
)

BATCHES: Final[tuple[Check, ...]] = (_DIGESTS,)
