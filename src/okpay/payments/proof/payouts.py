"""Lists of payments: a line has its record when it is done, and only then; sums are its lines'."""

from __future__ import annotations

from typing import Final

from okpay.ledger.proof import Check, Rows
from okpay.payments.payouts.running import CHANNEL
from okpay.payments.payouts.states import LineOutcome, PayoutState

_WORDS: Final[tuple[tuple[str, object], ...]] = (
    ("bulk", CHANNEL),
    ("line_done", int(LineOutcome.DONE)),
    ("line_refused", int(LineOutcome.REFUSED)),
    ("payout_received", int(PayoutState.RECEIVED)),
    ("payout_done", int(PayoutState.DONE)),
)

# A line that waits may have its record already: its outcome is written down a moment later.
_LINES = Rows(
    name="every line of a payout has its record when it is done, and none when it was refused",
    count="SELECT count(*) FROM payments_payoutline",
    broken="""
SELECT l.payout, l.number, l.outcome, l.amount, r.id, r.amount
FROM (SELECT l.*, p.owner FROM payments_payoutline l LEFT JOIN payments_payout p ON p.id = l.payout)
     AS l
FULL JOIN (SELECT * FROM wallets_record WHERE channel = %(bulk)s) r ON r.id = l.record
WHERE l.payout IS NULL OR l.owner IS NULL
   OR (l.outcome = %(line_done)s AND r.id IS NULL)
   OR (l.outcome = %(line_refused)s AND r.id IS NOT NULL)
   OR (r.id IS NOT NULL AND ((l.owner, l.asset, l.amount, l.fee)
        IS DISTINCT FROM (r.payer, r.asset, r.amount, r.fee)
        OR (l.payee IS NOT NULL AND l.payee <> r.payee)))
""",
    says="payout {0}, line {1}: outcome {2}, amount {3}; its record {4} has {5}",
    words=_WORDS,
)

_SUMS = Rows(
    name="every payout's counts and sums are those of its lines",
    count="SELECT count(*) FROM payments_payout",
    broken="""
WITH lines AS (
  SELECT payout, asset, count(*) AS lines, sum(amount) AS amount, sum(fee) AS fee,
         count(*) FILTER (WHERE outcome <> 0) AS settled,
         count(*) FILTER (WHERE outcome = %(line_done)s) AS done_lines,
         COALESCE(sum(amount) FILTER (WHERE outcome = %(line_done)s), 0) AS done_amount,
         COALESCE(sum(fee) FILTER (WHERE outcome = %(line_done)s), 0) AS done_fee
  FROM payments_payoutline GROUP BY payout, asset
), heads AS (
  SELECT payout, sum(lines) AS lines, sum(settled) AS settled FROM lines GROUP BY payout
)
SELECT COALESCE(p.id, h.payout), p.count, h.lines, p.settled, h.settled
FROM payments_payout p FULL JOIN heads h ON h.payout = p.id
WHERE (p.count, p.settled) IS DISTINCT FROM (h.lines, h.settled)
   OR (p.state = %(payout_done)s AND p.settled <> p.count)
   OR (p.state = %(payout_received)s AND p.settled <> 0)
UNION ALL
SELECT COALESCE(s.payout, l.payout), s.lines, l.lines, s.done_lines, l.done_lines
FROM payments_payoutsum s
FULL JOIN lines l ON l.payout = s.payout AND l.asset = s.asset
LEFT JOIN payments_payout p ON p.id = s.payout
WHERE (s.lines, s.amount, s.fee) IS DISTINCT FROM (l.lines, l.amount, l.fee)
   OR (p.state = %(payout_done)s AND (s.done_lines, s.done_amount, s.done_fee)
       IS DISTINCT FROM (l.done_lines, l.done_amount, l.done_fee))
""",
    says="payout {0}: it counts {1} lines, there are {2}; settled {3}, there are {4}",
    words=_WORDS,
)

PAYOUTS: Final[tuple[Check, ...]] = (_LINES, _SUMS)
