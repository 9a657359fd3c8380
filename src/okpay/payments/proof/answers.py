"""Was everybody told, once and rightly: answers to commands, and the news in the outbox."""

from __future__ import annotations

from typing import Final

from okpay.ledger.proof import Check, Glanced, Rows
from okpay.payments.proof.words import WORDS

# A transfer that was done at once is answered in short: what it said is in its record, and what
# the payer had then is what its last debit left, that of the transfer or of its fee. The glance
# asks whether each of them has short answers, and each of those the right balance: by sums of
# hashes where each has one, else (a wish may have several names) by joining them.
_SHORT: Final = """
WITH dice AS MATERIALIZED (SELECT (random() * 4e18)::bigint AS die), short AS MATERIALIZED (
  SELECT count(*) AS number, COALESCE(sum(uuid_hash_extended(COALESCE(record, key),
    hash_numeric_extended(COALESCE(balance, -1), (SELECT die FROM dice)))), 0) AS hashes
  FROM payments_answer WHERE body = ''
), moved AS MATERIALIZED (
  SELECT count(*) AS number, COALESCE(sum(uuid_hash_extended(id,
    hash_numeric_extended(debit_posted - debit_held, (SELECT die FROM dice)))), 0) AS hashes
  FROM ledger_transfer WHERE kind = %(kind_posted)s AND code = %(code_p2p)s
), charged AS MATERIALIZED (
  SELECT COALESCE(sum(
    uuid_hash_extended(t.id,
      hash_numeric_extended(f.debit_posted - f.debit_held, (SELECT die FROM dice)))::numeric
    - uuid_hash_extended(t.id,
      hash_numeric_extended(t.debit_posted - t.debit_held, (SELECT die FROM dice)))), 0) AS hashes
  FROM (SELECT * FROM ledger_transfer WHERE linked IS NOT NULL) f
  JOIN ledger_transfer t ON t.id = f.linked AND t.debit_account = f.debit_account
  WHERE t.kind = %(kind_posted)s AND t.code = %(code_p2p)s
)
SELECT CASE WHEN short.number = moved.number THEN short.hashes = moved.hashes + charged.hashes
ELSE NOT EXISTS (
  SELECT 1 FROM (SELECT record, balance FROM payments_answer WHERE body = '') a
  FULL JOIN (SELECT * FROM ledger_transfer WHERE kind = %(kind_posted)s AND code = %(code_p2p)s) t
    ON t.id = a.record
  LEFT JOIN (SELECT * FROM ledger_transfer WHERE linked IS NOT NULL) f
    ON f.linked = t.id AND f.debit_account = t.debit_account
  WHERE (a.record, a.balance) IS DISTINCT FROM
        (t.id, COALESCE(f.debit_posted - f.debit_held, t.debit_posted - t.debit_held))
) END FROM short, moved, charged
"""
# Any other answer was written out. The maker of a record was answered as it began, whoever ended
# a pending one as it ended. A wish may have several names (a quote's own and the client's), each
# of which keeps the answer. `{short}` are the short answers that count, `{records}` whose turn it
# is; what was written is always looked at.
_SPOKEN: Final = """
WITH spoken AS MATERIALIZED (
  SELECT key, (b ->> 'record')::uuid AS record, (b ->> 'asset')::int AS asset,
         (b ->> 'amount')::numeric AS amount, (b ->> 'state')::int AS state
  FROM (SELECT key, body::jsonb AS b FROM payments_answer WHERE body <> '' OFFSET 0) AS written
  WHERE NOT jsonb_exists(b, 'result') AND jsonb_exists(b, 'record')
), told AS (
  SELECT record, state FROM spoken UNION {short}
), due AS (
  SELECT DISTINCT r.id AS record, wanted AS state
  FROM {records} r LEFT JOIN ledger_hold h ON h.id = r.id,
  unnest(ARRAY[CASE WHEN h.id IS NULL THEN r.state::int ELSE %(pending)s::int END,
               r.state::int]) AS wanted
)
SELECT format('record %%s: done with state %%s is due as an answer, state %%s was answered',
              due.record, due.state,
              COALESCE((SELECT max(state) FROM told WHERE told.record = due.record)::text, 'none'))
FROM due LEFT JOIN told ON told.record = due.record AND told.state = due.state
WHERE told.record IS NULL
UNION ALL
SELECT format('answer %%s: of record %%s it says amount %%s, asset %%s, state %%s; '
              'the record says %%s, %%s, %%s',
              s.key, s.record, s.amount, s.asset, s.state, r.amount, r.asset, r.state)
FROM spoken s LEFT JOIN LATERAL (
  SELECT * FROM wallets_record w WHERE w.id = s.record OFFSET 0) r ON true
WHERE r.id IS NULL OR s.state IS NULL OR (s.state <> r.state AND s.state <> %(pending)s)
   OR (s.asset IS NOT NULL AND (s.asset, s.amount) IS DISTINCT FROM (r.asset::int, CASE
        WHEN s.state = %(pending)s THEN r.amount ELSE COALESCE(r.captured, r.amount) END))
"""
_NO_SHORT: Final = "SELECT NULL, NULL WHERE false"
_ALL_SHORT: Final = "SELECT record, %(completed)s FROM payments_answer WHERE body = ''"
_NOT_SHORT: Final = """
 (SELECT * FROM wallets_record WHERE state <> %(completed)s OR kind <> %(transfer)s
  OR completed_at <> created_at)"""
_LEFT: Final = """
SELECT a.key, a.record, a.balance,
       COALESCE(f.debit_posted - f.debit_held, t.debit_posted - t.debit_held)
FROM payments_answer a LEFT JOIN ledger_transfer t ON t.id = a.record
LEFT JOIN ledger_transfer f ON f.linked = t.id AND f.debit_account = t.debit_account
WHERE a.body = '' AND a.balance IS DISTINCT FROM
      COALESCE(f.debit_posted - f.debit_held, t.debit_posted - t.debit_held)
"""

_ANSWERED = Glanced(
    name="every record was answered when it was made and when it ended, with what it says",
    count="SELECT count(*) FROM payments_answer",
    glance=_SHORT,
    close=(
        (
            _SPOKEN.replace("{short}", _NO_SHORT).replace("{records}", _NOT_SHORT),
            _SPOKEN.replace("{short}", _ALL_SHORT).replace("{records}", "wallets_record"),
            "{0}",
        ),
        (
            "SELECT 1 WHERE false",
            _LEFT,
            "answer {0}: of record {1} it says that {2} was left, the book says {3}",
        ),
    ),
    words=WORDS,
    weight=10,
)

# News stands in the batch that booked it: of each movement that is no fee, the record it is of.
_TOLD: Final = """
WITH named AS (SELECT b.id AS batch, n AS record FROM ledger_batch b, unnest(b.news) AS n)
SELECT COALESCE(t.pending, t.id), t.batch FROM ledger_transfer t
WHERE t.linked IS NULL AND NOT EXISTS (
  SELECT 1 FROM named WHERE named.batch = t.batch AND named.record = COALESCE(t.pending, t.id))
"""
_NEWS = Glanced(
    name="every movement of money is in the news of its batch",
    count="SELECT count(*) FROM ledger_batch",
    glance="""
WITH dice AS MATERIALIZED (SELECT (random() * 4e18)::bigint AS die)
SELECT (SELECT sum(uuid_hash_extended(n, b.id + (SELECT die FROM dice)))
        FROM ledger_batch b, unnest(b.news) AS n)
   IS NOT DISTINCT FROM
       (SELECT sum(uuid_hash_extended(COALESCE(t.pending, t.id), t.batch + (SELECT die FROM dice)))
        FROM ledger_transfer t WHERE t.linked IS NULL)
""",
    close=(
        (
            "SELECT 1 WHERE false",
            _TOLD,
            "record {0}: nobody is told of what batch {1} did with it",
        ),
    ),
    weight=3,
)

# The outbox is read in the batches' order and becomes jobs. A job that succeeded may be forgotten
# (see `payments.pruning`); then its people have their messages. The glance counts what was read
# against what jobs name and forgotten ones named; telling one by one (with an event) is a repeat.
_FAILED: Final = """
SELECT v FROM procrastinate_jobs, jsonb_array_elements_text(args -> 'records') AS v
WHERE task_name = 'okpay.notices.tasks.tell' AND status IN ('failed', 'cancelled', 'aborted')
  AND NOT EXISTS (SELECT 1 FROM notices_message m
                  WHERE m.dedupe >= 'record:' || v || ':' AND m.dedupe < 'record:' || v || ';')
"""
_DELIVERED = Glanced(
    name="what the outbox read of the news became a job, or messages",
    count="SELECT count(*) FROM payments_outboxmark",
    glance="""
SELECT COALESCE((
  SELECT sum(uuid_hash_extended(n, 0)) FROM payments_outboxmark m
  JOIN ledger_batch b ON b.id <= m.since OR (b.xid, b.id) <= (m.xid, m.batch),
       unnest(b.news) AS n), 0)
= COALESCE((
  SELECT sum(uuid_hash_extended(v::uuid, 0))
  FROM procrastinate_jobs, jsonb_array_elements_text(args -> 'records') AS v
  WHERE task_name = 'okpay.notices.tasks.tell' AND status IN ('todo', 'doing', 'succeeded')
    AND NOT jsonb_exists(args, 'event')), 0)
+ (SELECT COALESCE(sum(hashes), 0) FROM payments_forgottennews)
""",
    close=(
        (_FAILED, _FAILED, "record {0}: nobody is told of it, its job failed"),
        (
            "SELECT 1 WHERE false",
            """
WITH jobs AS MATERIALIZED (
  SELECT args -> 'records' AS records FROM procrastinate_jobs
  WHERE task_name = 'okpay.notices.tasks.tell' AND status IN ('todo', 'doing', 'succeeded')
), read AS (
  SELECT n AS record FROM payments_outboxmark m
  JOIN ledger_batch b ON b.id <= m.since OR (b.xid, b.id) <= (m.xid, m.batch), unnest(b.news) AS n
), untold AS MATERIALIZED (
  SELECT record FROM read
  EXCEPT SELECT v::uuid FROM jobs, jsonb_array_elements_text(records) AS v
)
SELECT u.record FROM untold u WHERE u.record NOT IN (
  SELECT substr(m.dedupe, 8, 36)::uuid FROM notices_message m
  WHERE m.dedupe LIKE 'record:%%' AND EXISTS (SELECT 1 FROM untold))
""",
            "record {0}: nobody is told of it, though the outbox was read",
        ),
    ),
    weight=5,
)
_UNREAD = Rows(
    name="no news waits long in the outbox",
    count="SELECT count(*) FROM payments_outboxmark",
    broken="""
SELECT b.id, b.at FROM payments_outboxmark m
JOIN ledger_batch b ON b.id > m.since AND (b.xid, b.id) > (m.xid, m.batch)
WHERE b.at < clock_timestamp() - make_interval(mins => 15) AND m.batch > 0
""",
    says="batch {0} of {1}: nobody reads its news; does the worker run?",
)

ANSWERS: Final[tuple[Check, ...]] = (_ANSWERED, _NEWS, _DELIVERED, _UNREAD)
