"""Forget finished jobs, once what they did can be proven without them.

`okpay verify` asks of every record whether its people were told: by a job, or by a message. So a
job that told of records may go when each of them has a message; others when they are old. What
went is summed up in one row, so that the proof need not read every message there is.
"""

from __future__ import annotations

from typing import Final

from django.db import connection

KEPT_DAYS: Final = 7
MOST: Final = 1_000  # deleted by one statement
ROUNDS: Final = 50  # statements a run; the next hour takes the rest
# A job that was made of the outbox has no event of its own; each record of it is counted once.
_PRUNE: Final = """
WITH gone AS (
  DELETE FROM procrastinate_jobs WHERE id IN (
    SELECT j.id FROM procrastinate_jobs j
    WHERE j.status = 'succeeded'
      AND (SELECT max(e.at) FROM procrastinate_events e WHERE e.job_id = j.id)
          < now() - make_interval(days => %s)
      AND (j.task_name <> 'okpay.notices.tasks.tell' OR NOT EXISTS (
        SELECT 1 FROM jsonb_array_elements_text(j.args -> 'records') AS r
        WHERE NOT EXISTS (
          SELECT 1 FROM notices_message m
          WHERE m.dedupe >= 'record:' || r || ':' AND m.dedupe < 'record:' || r || ';')))
    ORDER BY j.id LIMIT %s
  ) RETURNING task_name, args
), told AS (
  SELECT count(*) AS records, COALESCE(sum(uuid_hash_extended(v::uuid, 0)), 0) AS hashes
  FROM gone, jsonb_array_elements_text(args -> 'records') AS v
  WHERE task_name = 'okpay.notices.tasks.tell' AND NOT jsonb_exists(args, 'event')
)
UPDATE payments_forgottennews f
SET records = f.records + told.records, hashes = f.hashes + told.hashes
FROM told WHERE f.id = 1 RETURNING (SELECT count(*) FROM gone)
"""


def prune(days: int = KEPT_DAYS) -> int:
    """Delete at most `MOST` jobs that succeeded more than `days` ago; return how many went."""
    with connection.cursor() as cursor:
        cursor.execute(_PRUNE, [days, MOST])
        gone: int = cursor.fetchone()[0]
    return gone


def prune_all(days: int = KEPT_DAYS) -> int:
    """Delete until nothing is left to delete, or the run has done its share."""
    total = 0
    for _ in range(ROUNDS):
        gone = prune(days)
        total += gone
        if gone < MOST:
            break
    return total
