"""Do the accounts know of their people: owners, freezes, and what counts against a limit."""

from __future__ import annotations

from typing import Final

from okpay.ledger.proof import Check, Rows
from okpay.limits.rules import ZONE
from okpay.payments.proof.words import WORDS

_OWNED = Rows(
    name="every wallet has its person, and is frozen exactly when the person is",
    count="SELECT count(*) FROM ledger_account WHERE kind = %(account_wallet)s",
    broken="""
SELECT a.id, a.owner, p.id IS NOT NULL, p.frozen_at, a.frozen_out, a.frozen_in
FROM ledger_account a LEFT JOIN identity_person p ON p.id = a.owner
WHERE a.kind = %(account_wallet)s AND (p.id IS NULL
   OR a.frozen_out <> (p.frozen_at IS NOT NULL) OR a.frozen_in <> (p.frozen_at IS NOT NULL))
""",
    says=("account {0}: owner {1} (exists: {2}) frozen at {3}, account frozen out: {4}, in: {5}"),
)

# The counter may stand higher (a clock that was set back), never lower than what left since that
# day or month began and did not come back.
_COUNTED = Rows(
    name="the counters of daily and monthly limits are not below what left",
    count="SELECT count(*) FROM ledger_account WHERE kind = %(account_wallet)s",
    broken="""
WITH spans AS (
  SELECT id, out_day_sum, out_month_sum,
         (DATE '0001-01-01' + (out_day - 1))::timestamp AT TIME ZONE %(zone)s AS day,
         make_timestamptz((out_month - 1) / 12, (out_month - 1) %% 12 + 1, 1, 0, 0, 0, %(zone)s)
           AS month
  FROM ledger_account WHERE kind = %(account_wallet)s AND out_month > 12
), left_ AS (
  SELECT debit_account AS account, amount, at FROM ledger_transfer
  WHERE kind = %(kind_posted)s AND code = %(code_p2p)s
  UNION ALL
  SELECT t.debit_account, t.amount - COALESCE(r.fee, 0), t.at
  FROM ledger_transfer t LEFT JOIN ledger_hold h ON h.id = t.id
  LEFT JOIN LATERAL (SELECT fee FROM wallets_record w WHERE w.id = t.id OFFSET 0) r ON true
  WHERE t.kind = %(kind_pending)s AND t.code = %(code_p2p)s
    AND COALESCE(h.state, %(hold_open)s) IN (%(hold_open)s, %(hold_posted)s)
), counted AS (
  SELECT l.account, COALESCE(sum(l.amount) FILTER (WHERE l.at >= s.day), 0) AS day_sum,
         COALESCE(sum(l.amount) FILTER (WHERE l.at >= s.month), 0) AS month_sum
  FROM left_ l LEFT JOIN spans s ON s.id = l.account GROUP BY l.account
), sums AS (
  SELECT COALESCE(s.id, c.account) AS id, s.out_day_sum, s.out_month_sum,
         COALESCE(c.day_sum, 0) AS day_sum, COALESCE(c.month_sum, 0) AS month_sum
  FROM spans s FULL JOIN counted c ON c.account = s.id
)
SELECT id, out_day_sum, day_sum, out_month_sum, month_sum FROM sums
WHERE out_day_sum IS NULL OR out_day_sum < day_sum OR out_month_sum < month_sum
   OR out_day_sum < 0 OR out_month_sum < 0
""",
    says="account {0}: counted {1} for its day where {2} left, {3} for its month where {4} left",
    words=(*WORDS, ("zone", ZONE.key)),
    weight=6,
)

PEOPLE: Final[tuple[Check, ...]] = (_OWNED, _COUNTED)
