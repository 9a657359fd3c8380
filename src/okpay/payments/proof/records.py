"""Does every record say what the book says: amount, parties, fee, state, history."""

from __future__ import annotations

from typing import Final

from okpay.ledger.proof import Check, Glanced, Rows
from okpay.payments.proof.words import WORDS

_ALL: Final = "SELECT count(*) FROM wallets_record"

# What moved at once: all of it is compared in two passes without a join of one with the other, by
# the sums of hashes under a number thrown anew for each run. Hash in hash costs half of a hash of
# a row.
_PLAIN: Final = """
WITH dice AS MATERIALIZED (SELECT (random() * 4e18)::bigint AS die)
SELECT (
  SELECT sum(uuid_hash_extended(r.id, hash_numeric_extended(r.amount,
    timestamp_hash_extended(r.created_at AT TIME ZONE 'UTC',
    uuid_hash_extended(COALESCE(r.payer, %(house)s::uuid),
    uuid_hash_extended(COALESCE(r.payee, %(house)s::uuid), hashint8extended(
    r.asset * 1000 + COALESCE((%(codes_by_kind)s::int[])[r.kind], 0), (SELECT die FROM dice))))))))
  FROM wallets_record r WHERE r.completed_at = r.created_at AND r.state = %(completed)s
) IS NOT DISTINCT FROM (
  SELECT sum(uuid_hash_extended(t.id, hash_numeric_extended(t.amount,
    timestamp_hash_extended(t.at AT TIME ZONE 'UTC',
    uuid_hash_extended(d.owner,
    uuid_hash_extended(c.owner, hashint8extended(
    t.asset * 1000 + t.code, (SELECT die FROM dice))))))))
  FROM ledger_transfer t
  JOIN ledger_account d ON d.id = t.debit_account JOIN ledger_account c ON c.id = t.credit_account
  WHERE t.kind = %(kind_posted)s AND t.linked IS NULL
)
"""
_NOT_PLAIN: Final = """
SELECT * FROM wallets_record
WHERE completed_at IS DISTINCT FROM created_at OR state <> %(completed)s OR kind <> %(transfer)s
   OR payer IS NULL OR payee IS NULL
"""
_NOT_AT_ONCE: Final = """
SELECT * FROM ledger_transfer WHERE pending IS NULL AND linked IS NULL
AND (kind <> %(kind_posted)s OR code <> %(code_p2p)s)
"""
_MAIN: Final = "SELECT * FROM ledger_transfer WHERE pending IS NULL AND linked IS NULL"
_COMPARED: Final = """
SELECT COALESCE(r.id, t.id), r.amount, t.amount, r.payer, d.owner, r.payee, c.owner
FROM ({records}) r FULL JOIN ({transfers}) t ON t.id = r.id
LEFT JOIN ledger_account d ON d.id = t.debit_account
LEFT JOIN ledger_account c ON c.id = t.credit_account
WHERE (r.id, r.asset, r.amount + CASE WHEN t.kind = %(kind_pending)s AND r.kind = %(transfer)s
                                     THEN r.fee ELSE 0 END, r.created_at)
      IS DISTINCT FROM (t.id, t.asset, t.amount, t.at)
   OR t.code IS DISTINCT FROM (%(codes_by_kind)s::int[])[r.kind]
   OR d.owner <> COALESCE(r.payer, %(house)s::uuid)
   OR (r.payer IS NOT NULL) <> (d.kind = %(account_wallet)s)
   OR (t.kind = %(kind_posted)s AND c.owner <> COALESCE(r.payee, %(house)s::uuid))
   OR (t.kind = %(kind_posted)s AND (r.payee IS NOT NULL) <> (c.kind = %(account_wallet)s))
   OR (t.kind = %(kind_pending)s AND c.kind = %(account_wallet)s AND c.owner <> r.payee)
   OR (r.kind = %(top_up)s AND (r.payer IS NOT NULL OR r.payee IS NULL
       OR t.kind <> %(kind_posted)s OR d.kind <> %(account_acquirer)s))
   OR (r.kind = %(transfer)s AND (r.payer IS NULL
       OR (t.kind = %(kind_posted)s AND r.payee IS NULL) OR (t.kind = %(kind_pending)s
       AND c.kind NOT IN (%(account_wallet)s, %(account_claims)s))))
   OR (r.kind = %(refund)s AND (r.payer IS NULL OR t.kind <> %(kind_posted)s
       OR (r.payee IS NULL AND c.kind <> %(account_acquirer)s)))
   OR (r.kind = %(adjustment)s AND %(account_adjustments)s NOT IN (d.kind, c.kind))
   OR (r.kind = %(exchange)s AND %(account_exchange)s NOT IN (d.kind, c.kind))
"""
_STATED: Final = """
SELECT r.id, r.state, h.state, r.payee, c.owner
FROM ({records}) r
LEFT JOIN ledger_hold h ON h.id = r.id
LEFT JOIN ledger_transfer e
  ON e.pending = r.id AND e.pending IS NOT NULL AND e.kind = %(kind_post)s
LEFT JOIN ledger_account c ON c.id = e.credit_account
WHERE r.state <> ALL (CASE
        WHEN h.id IS NULL OR h.state = %(hold_posted)s THEN ARRAY[%(completed)s::int]
        WHEN h.state = %(hold_open)s THEN ARRAY[%(pending)s::int]
        WHEN h.state = %(hold_expired)s THEN ARRAY[%(expired)s::int]
        ELSE ARRAY[%(canceled)s::int, %(declined)s::int] END)
   OR (h.state = %(hold_posted)s AND (c.owner, c.kind = %(account_wallet)s)
       IS DISTINCT FROM (COALESCE(r.payee, %(house)s::uuid), r.payee IS NOT NULL))
   OR (r.kind = %(transfer)s AND r.state = %(completed)s AND r.payee IS NULL)
   OR r.completed_at IS DISTINCT FROM
      CASE WHEN h.id IS NULL THEN r.created_at ELSE h.resolved_at END
"""
_EVERY: Final = "SELECT * FROM wallets_record"


_BOOKED = Glanced(
    name="every record is where its money is: amount, parties, moments, state",
    count=_ALL,
    glance=_PLAIN,
    close=(
        (
            _COMPARED.replace("{records}", _NOT_PLAIN).replace("{transfers}", _NOT_AT_ONCE),
            _COMPARED.replace("{records}", _EVERY).replace("{transfers}", _MAIN),
            (
                "record {0}: amount {1}, transfer's {2}; payer {3}, debited {4}; "
                "payee {5}, credited {6}"
            ),
        ),
        (
            _STATED.replace("{records}", _NOT_PLAIN),
            _STATED.replace("{records}", _EVERY),
            "record {0}: state {1}, its hold's {2}; payee {3}, money arrived at {4}",
        ),
    ),
    words=WORDS,
    weight=10,
)

# A record without a fee stands aside, as does one that has not arrived: its fee was held at most.
# A fee leg of it then has no record, and is named.
_FEES = Rows(
    name="every record's fee is the linked leg beside its transfer",
    count=_ALL,
    broken="""
SELECT COALESCE(r.id, f.linked), r.fee, f.amount
FROM (SELECT * FROM wallets_record WHERE fee <> 0 AND state = %(completed)s) r
FULL JOIN (SELECT * FROM ledger_transfer WHERE linked IS NOT NULL) f ON f.linked = r.id
LEFT JOIN ledger_account d ON d.id = f.debit_account
LEFT JOIN ledger_account c ON c.id = f.credit_account
WHERE r.fee IS DISTINCT FROM f.amount OR (d.owner, d.kind::int) IS DISTINCT FROM
        (CASE WHEN r.kind = %(purchase)s THEN r.payee ELSE COALESCE(r.payer, r.payee) END,
         %(account_wallet)s::int)
   OR c.kind <> %(account_fees)s
""",
    says="record {0}: fee {1}, the linked leg has {2} (or other parties)",
    words=WORDS,
    weight=2,
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

RECORDS: Final[tuple[Check, ...]] = (_BOOKED, _FEES, _HISTORY, _PENDING)
