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

# The counter may stand higher (a clock that was set back), never lower than what left that day
# and did not come back.
_COUNTED = Rows(
    name="the counters of daily and monthly limits are not below what left",
    count="SELECT count(*) FROM ledger_account WHERE kind = %(account_wallet)s",
    broken="""
WITH spent AS (
  SELECT t.debit_account AS account, t.amount, (t.at AT TIME ZONE %(zone)s)::date AS day
  FROM ledger_transfer t LEFT JOIN ledger_hold h ON h.id = t.id
  WHERE t.kind IN (%(kind_posted)s, %(kind_pending)s) AND t.code = %(code_p2p)s
    AND COALESCE(h.state, %(hold_open)s) IN (%(hold_open)s, %(hold_posted)s)
), numbered AS (
  SELECT account, amount, day - DATE '0001-01-01' + 1 AS day,
         EXTRACT(YEAR FROM day)::int * 12 + EXTRACT(MONTH FROM day)::int AS month
  FROM spent
), sums AS (
  SELECT a.id, a.out_day, a.out_day_sum, a.out_month, a.out_month_sum,
         COALESCE(sum(n.amount) FILTER (WHERE n.day = a.out_day), 0) AS day_sum,
         COALESCE(sum(n.amount) FILTER (WHERE n.month = a.out_month), 0) AS month_sum,
         COALESCE(max(n.day), 0) AS last_day, COALESCE(max(n.month), 0) AS last_month
  FROM ledger_account a LEFT JOIN numbered n ON n.account = a.id
  WHERE a.kind = %(account_wallet)s GROUP BY a.id
)
SELECT id, out_day_sum, day_sum, out_month_sum, month_sum FROM sums
WHERE out_day_sum < day_sum OR out_month_sum < month_sum OR out_day_sum < 0 OR out_month_sum < 0
   OR out_day < last_day OR out_month < last_month
""",
    says="account {0}: counted {1} for its day where {2} left, {3} for its month where {4} left",
    words=(*WORDS, ("zone", ZONE.key)),
)

PEOPLE: Final[tuple[Check, ...]] = (_OWNED, _COUNTED)
