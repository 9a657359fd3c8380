"""Has every hold an owner, a reason, a deadline, a resolver, and at most one end."""

from __future__ import annotations

from typing import Final

from okpay.ledger.proof.check import Check, Rows

OVERDUE_MINUTES: Final = 5  # the job that returns overdue holds runs every minute

_SAME = Rows(
    name="every pending transfer and its hold say the same",
    count="SELECT count(*) FROM ledger_hold",
    broken="""
SELECT COALESCE(h.id, t.id), h.account, t.debit_account, h.amount, t.amount
FROM ledger_hold h
FULL JOIN (SELECT * FROM ledger_transfer WHERE kind = %(kind_pending)s) t ON t.id = h.id
WHERE (h.id, h.account, h.credit_account, h.asset, h.amount)
      IS DISTINCT FROM (t.id, t.debit_account, t.credit_account, t.asset, t.amount)
""",
    says="hold {0}: account {1} and amount {3}, the pending transfer's are {2} and {4}",
)

_ENDS = Rows(
    name="every hold is open, or has exactly one end of at most its amount",
    count="SELECT count(*) FROM ledger_hold",
    broken="""
SELECT COALESCE(h.id, e.pending), h.state, e.id, e.kind, h.amount, e.amount
FROM ledger_hold h
FULL JOIN (SELECT * FROM ledger_transfer WHERE pending IS NOT NULL) e ON e.pending = h.id
WHERE h.id IS NULL
   OR h.state <> CASE e.kind WHEN %(kind_post)s THEN %(hold_posted)s::int
                             WHEN %(kind_void)s THEN %(hold_voided)s::int
                             WHEN %(kind_expire)s THEN %(hold_expired)s::int
                             ELSE %(hold_open)s::int END
   OR (h.state = %(hold_open)s) <> (h.resolved_at IS NULL)
   OR (e.id IS NOT NULL AND (e.debit_account, e.asset, e.at)
       IS DISTINCT FROM (h.account, h.asset, h.resolved_at))
   OR e.amount > h.amount
   OR (e.kind IN (%(kind_void)s, %(kind_expire)s)
       AND (e.amount, e.credit_account) <> (h.amount, h.credit_account))
""",
    says="hold {0}: state {1} of {4}, its end is transfer {2} of kind {3} and {5}",
)

_SUMS = Rows(
    name="what an account holds is the sum of its open holds",
    count="SELECT count(*) FROM ledger_account WHERE held <> 0",
    broken="""
SELECT COALESCE(a.id, h.account), a.held, COALESCE(h.total, 0)
FROM ledger_account a FULL JOIN (
  SELECT account, sum(amount) AS total FROM ledger_hold WHERE state = %(hold_open)s
  GROUP BY account) h ON h.account = a.id
WHERE a.held IS DISTINCT FROM COALESCE(h.total, 0)
""",
    says="account {0}: it holds {1}, its open holds are {2}",
)

_FACTS = Rows(
    name="every hold has an owner, a reason, a deadline and a resolver",
    count="SELECT count(*) FROM ledger_hold",
    broken="""
SELECT h.id, h.account, h.reason, h.resolver, h.deadline
FROM ledger_hold h LEFT JOIN ledger_account a ON a.id = h.account
LEFT JOIN ledger_transfer t ON t.id = h.id
WHERE a.id IS NULL OR h.reason = '' OR h.resolver = '' OR h.deadline <= t.at
""",
    says="hold {0}: of account {1}, reason '{2}', resolver '{3}', deadline {4}",
)

_OVERDUE = Rows(
    name="no hold stays open past its deadline",
    count="SELECT count(*) FROM ledger_hold WHERE state = %(hold_open)s",
    broken="""
SELECT id, deadline FROM ledger_hold
WHERE state = %(hold_open)s AND deadline < %(now)s - make_interval(mins => %(patience)s)
""",
    says="hold {0}: its deadline was {1}; does the worker run?",
    words=(("patience", OVERDUE_MINUTES),),
)

HOLDS: Final[tuple[Check, ...]] = (_SAME, _ENDS, _SUMS, _FACTS, _OVERDUE)
