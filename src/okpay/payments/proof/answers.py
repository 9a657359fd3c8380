"""Was everybody told, once and rightly: answers to commands, and the news in the outbox."""

from __future__ import annotations

from typing import Final

from okpay.ledger.proof import Check, Rows
from okpay.payments.proof.words import WORDS

# The maker of a record was answered as it began, whoever ended a pending one as it ended. A wish
# may have several names (a quote's own and the client's), each of which keeps the answer.
_ANSWERED = Rows(
    name="every record was answered when it was made, and when it ended",
    count="SELECT count(*) FROM payments_answer",
    broken="""
WITH told AS (
  SELECT DISTINCT b.record, b.state
  FROM payments_answer, json_to_record(body::json) AS b(result text, record uuid, state int)
  WHERE b.result IS NULL AND b.record IS NOT NULL
), due AS (
  SELECT r.id AS record,
         CASE WHEN h.id IS NULL THEN r.state::int ELSE %(pending)s::int END AS state
  FROM wallets_record r LEFT JOIN ledger_hold h ON h.id = r.id
  UNION
  SELECT id, state FROM wallets_record
)
SELECT COALESCE(due.record, told.record), due.state, told.state
FROM due FULL JOIN told ON told.record = due.record AND told.state = due.state
WHERE due.record IS NULL OR told.record IS NULL
""",
    says="record {0}: done with state {1} is due as an answer, state {2} was answered",
    words=WORDS,
)

_AGREED = Rows(
    name="every answer of done says what its record says",
    count="SELECT count(*) FROM payments_answer",
    broken="""
WITH told AS (
  SELECT key, b.record, b.asset, b.amount, b.state
  FROM payments_answer, json_to_record(body::json)
       AS b(result text, record uuid, asset int, amount numeric, state int)
  WHERE b.result IS NULL AND b.record IS NOT NULL
)
SELECT told.key, told.record, told.amount, r.amount, told.asset, r.asset, told.state, r.state
FROM told JOIN wallets_record r ON r.id = told.record
WHERE (told.asset, told.amount) IS DISTINCT FROM (r.asset::int, r.amount)
   OR told.state IS NULL OR (told.state <> r.state AND told.state <> %(pending)s)
""",
    says=(
        "answer {0}: of record {1} it says amount {2}, asset {4}, state {6}; "
        "the record says {3}, {5}, {7}"
    ),
    words=WORDS,
)

# News is a job that waits, runs or succeeded. Old jobs may have been tidied away: then at least
# one message about the record stands in the message centre.
_TOLD = Rows(
    name="every record has its news in the outbox or in the message centre",
    count=("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'okpay.notices.tasks.tell'"),
    broken="""
WITH jobs AS MATERIALIZED (
  SELECT args ->> 'event' AS event, args -> 'records' AS records FROM procrastinate_jobs
  WHERE task_name = 'okpay.notices.tasks.tell' AND status IN ('todo', 'doing', 'succeeded')
), told AS (
  SELECT v::uuid AS record, event FROM jobs, jsonb_array_elements_text(records) AS v
), wanted AS (
  SELECT r.id AS record, 'recorded' AS event FROM wallets_record r
  WHERE NOT EXISTS (SELECT 1 FROM ledger_hold h WHERE h.id = r.id)
  UNION ALL
  SELECT record, CASE WHEN state = %(pending)s THEN 'pending' ELSE reason END
  FROM wallets_recordevent
), untold AS MATERIALIZED (SELECT * FROM wanted EXCEPT SELECT * FROM told)
SELECT u.record, u.event FROM untold u WHERE NOT EXISTS (
  SELECT 1 FROM notices_message m
  WHERE m.dedupe >= 'record:' || u.record || ':' AND m.dedupe < 'record:' || u.record || ';'
)
""",
    says="record {0}: nobody is told that it was '{1}'",
    words=WORDS,
)

ANSWERS: Final[tuple[Check, ...]] = (_ANSWERED, _AGREED, _TOLD)
