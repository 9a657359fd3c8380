"""Does every record say what the book says: amount, parties, fee, state, history."""

from __future__ import annotations

from typing import Final

from okpay.ledger.proof import Check, Rows
from okpay.payments.proof.words import WORDS

_ALL: Final = "SELECT count(*) FROM wallets_record"

_BOOKED = Rows(
    name="every record has its transfer, with the same amount, parties and moment",
    count=_ALL,
    broken="""
SELECT COALESCE(r.id, t.id), r.amount, t.amount, r.payer, d.owner, r.payee, c.owner
FROM wallets_record r
FULL JOIN (SELECT * FROM ledger_transfer WHERE pending IS NULL AND linked IS NULL) t
  ON t.id = r.id
LEFT JOIN ledger_account d ON d.id = t.debit_account
LEFT JOIN ledger_account c ON c.id = t.credit_account
WHERE (r.id, r.asset, r.amount, r.created_at)
      IS DISTINCT FROM (t.id, t.asset, t.amount, t.at)
   OR t.code <> CASE r.kind WHEN %(transfer)s THEN %(code_p2p)s::int
                            WHEN %(top_up)s THEN %(code_top_up)s::int END
   OR d.owner <> COALESCE(r.payer, %(house)s::uuid)
   OR d.kind <> CASE WHEN r.payer IS NULL THEN %(account_acquirer)s::int
                     ELSE %(account_wallet)s::int END
   OR (t.kind = %(kind_posted)s AND (c.owner, c.kind::int)
       IS DISTINCT FROM (r.payee, %(account_wallet)s::int))
   OR (t.kind = %(kind_pending)s AND c.kind = %(account_wallet)s AND c.owner <> r.payee)
   OR (t.kind = %(kind_pending)s AND c.kind NOT IN (%(account_wallet)s, %(account_claims)s))
   OR (r.kind = %(top_up)s AND (r.payer IS NOT NULL OR t.kind <> %(kind_posted)s))
   OR (r.kind = %(transfer)s AND r.payer IS NULL)
""",
    says=(
        "record {0}: amount {1}, transfer's {2}; payer {3}, debited {4}; payee {5}, credited {6}"
    ),
    words=WORDS,
)

_FEES = Rows(
    name="every record's fee is the linked leg beside its transfer",
    count="SELECT count(*) FROM wallets_record WHERE fee <> 0",
    broken="""
SELECT COALESCE(r.id, f.linked), r.fee, f.amount
FROM wallets_record r
FULL JOIN (SELECT * FROM ledger_transfer WHERE linked IS NOT NULL) f ON f.linked = r.id
LEFT JOIN ledger_account d ON d.id = f.debit_account
LEFT JOIN ledger_account c ON c.id = f.credit_account
WHERE COALESCE(r.fee, -1) <> COALESCE(f.amount, 0)
   OR (f.id IS NOT NULL AND ((d.owner, d.kind::int) IS DISTINCT FROM
         (COALESCE(r.payer, r.payee), %(account_wallet)s::int)
       OR c.kind <> %(account_fees)s))
""",
    says="record {0}: fee {1}, the linked leg has {2} (or other parties)",
    words=WORDS,
)

_STATES = Rows(
    name="every record's state is where its money is",
    count=_ALL,
    broken="""
SELECT r.id, r.state, h.state, r.payee, c.owner
FROM wallets_record r
LEFT JOIN ledger_hold h ON h.id = r.id
LEFT JOIN ledger_transfer e ON e.pending = r.id AND e.kind = %(kind_post)s
LEFT JOIN ledger_account c ON c.id = e.credit_account
WHERE r.state <> ALL (CASE
        WHEN h.id IS NULL OR h.state = %(hold_posted)s THEN ARRAY[%(completed)s::int]
        WHEN h.state = %(hold_open)s THEN ARRAY[%(pending)s::int]
        WHEN h.state = %(hold_expired)s THEN ARRAY[%(expired)s::int]
        ELSE ARRAY[%(canceled)s::int, %(declined)s::int] END)
   OR (h.state = %(hold_posted)s AND (c.owner, c.kind::int)
       IS DISTINCT FROM (r.payee, %(account_wallet)s::int))
   OR r.completed_at IS DISTINCT FROM
      CASE WHEN h.id IS NULL THEN r.created_at ELSE h.resolved_at END
""",
    says="record {0}: state {1}, its hold's {2}; payee {3}, money arrived at {4}",
    words=WORDS,
)

_HISTORY = Rows(
    name="every record's history follows the table of transitions",
    count="SELECT count(*) FROM wallets_recordevent",
    broken="""
WITH steps AS (
  SELECT record, state, at, lag(state) OVER one AS before, lead(state) OVER one AS next
  FROM wallets_recordevent WINDOW one AS (PARTITION BY record ORDER BY id)
)
SELECT COALESCE(s.record, h.id), s.before, s.state, r.state
FROM steps s FULL JOIN ledger_hold h ON h.id = s.record
LEFT JOIN wallets_record r ON r.id = s.record
WHERE s.record IS NULL OR h.id IS NULL OR r.id IS NULL
   OR (s.before IS NULL AND (s.state <> %(pending)s OR s.at <> r.created_at))
   OR (s.before || '>' || s.state) <> ALL (%(ways)s::text[])
   OR (s.next IS NULL AND s.state <> r.state)
""",
    says="record {0}: its history goes from {1} to {2}, its state is {3}",
    words=WORDS,
)

_PENDING = Rows(
    name="every pending transfer says why it waits, as its hold does",
    count="SELECT count(*) FROM payments_pending",
    broken="""
SELECT COALESCE(p.record, h.id), p.reason, h.reason, p.deadline, h.deadline
FROM payments_pending p FULL JOIN ledger_hold h ON h.id = p.record
WHERE (p.record, p.reason, p.deadline) IS DISTINCT FROM (h.id, h.reason, h.deadline)
""",
    says="record {0}: waits because '{1}' until {3}, its hold because '{2}' until {4}",
)

RECORDS: Final[tuple[Check, ...]] = (_BOOKED, _FEES, _STATES, _HISTORY, _PENDING)
