"""Persist: write all that a batch decided, in a handful of set-based statements."""

from __future__ import annotations

import json
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

import msgspec

from okpay.ledger.chart import HoldState
from okpay.payments.engine import arrays

if TYPE_CHECKING:
    from psycopg import Connection

    from okpay.payments.engine.state import BatchState, HoldRow, Writes

# One statement for what nearly every batch does: four tables and one job, one round trip.
MAIN: Final = """
WITH moved AS (
  UPDATE ledger_account a
  SET posted = v.posted, held = v.held, seq = v.seq, out_day = v.out_day,
      out_day_sum = v.out_day_sum, out_month = v.out_month, out_month_sum = v.out_month_sum
  FROM unnest(%s::bigint[], %s::numeric[], %s::numeric[], %s::bigint[], %s::int[], %s::numeric[],
              %s::int[], %s::numeric[])
       AS v(id, posted, held, seq, out_day, out_day_sum, out_month, out_month_sum)
  WHERE a.id = v.id
), booked AS (
  INSERT INTO ledger_transfer (at, id, kind, code, asset, amount, debit_account, credit_account,
    debit_seq, debit_posted, debit_held, credit_seq, credit_posted, pending, linked)
  SELECT %s, v.* FROM unnest(%s::uuid[], %s::smallint[], %s::smallint[], %s::smallint[],
    %s::numeric[], %s::bigint[], %s::bigint[], %s::bigint[], %s::numeric[], %s::numeric[],
    %s::bigint[], %s::numeric[], %s::uuid[], %s::uuid[]) AS v
), shown AS (
  INSERT INTO wallets_record (created_at, id, kind, state, asset, amount, fee, payer, payee, label,
    memo, channel, completed_at)
  SELECT %s, v.id, v.kind, v.state, v.asset, v.amount, v.fee, v.payer, v.payee, v.label, v.memo,
    v.channel, CASE WHEN v.completed THEN %s END
  FROM unnest(%s::uuid[], %s::smallint[], %s::smallint[], %s::smallint[], %s::numeric[],
    %s::numeric[], %s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::text[], %s::bool[])
    AS v(id, kind, state, asset, amount, fee, payer, payee, label, memo, channel, completed)
), told AS (
  INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args)
  SELECT 'news', 'okpay.notices.tasks.tell', 0, v::jsonb FROM unnest(%s::text[]) AS v
)
INSERT INTO payments_answer (at, key, fingerprint, body)
SELECT %s, v.* FROM unnest(%s::uuid[], %s::uuid[], %s::text[]) AS v
"""
HOLDS: Final = """
INSERT INTO ledger_hold (id, account, credit_account, asset, amount, reason, resolver, deadline,
  state) SELECT v.*, %s FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[], %s::smallint[],
  %s::numeric[], %s::text[], %s::text[], %s::timestamptz[]) AS v
"""
PENDINGS: Final = """
INSERT INTO payments_pending (record, reason, alias, deadline)
SELECT * FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::timestamptz[])
"""
RESOLVED: Final = """
UPDATE ledger_hold h SET state = v.state, resolved_at = %s
FROM unnest(%s::uuid[], %s::smallint[]) AS v(id, state) WHERE h.id = v.id AND h.state = %s
"""
MOVED: Final = """
UPDATE wallets_record r SET state = v.state, completed_at = %s, payee = COALESCE(v.payee, r.payee)
FROM unnest(%s::uuid[], %s::smallint[], %s::uuid[]) AS v(id, state, payee) WHERE r.id = v.id
"""
EVENTS: Final = """
INSERT INTO wallets_recordevent (at, record, state, reason)
SELECT %s, v.* FROM unnest(%s::uuid[], %s::smallint[], %s::text[]) AS v
"""
FLAGS: Final = """
UPDATE ledger_account a SET frozen_out = COALESCE(v.frozen_out, a.frozen_out),
  frozen_in = COALESCE(v.frozen_in, a.frozen_in)
FROM unnest(%s::uuid[], %s::bool[], %s::bool[]) AS v(owner, frozen_out, frozen_in)
WHERE a.owner = v.owner
"""

_encode = msgspec.json.Encoder().encode
_account = attrgetter(
    "id", "posted", "held", "seq", "out_day", "out_day_sum", "out_month", "out_month_sum"
)
_transfer = attrgetter(
    "id", "kind", "code", "asset", "amount", "debit_account", "credit_account", "debit_seq",
    "debit_posted", "debit_held", "credit_seq", "credit_posted", "pending", "linked",
)  # fmt: skip
_record = attrgetter(
    "id", "kind", "state", "asset", "amount", "fee", "payer", "payee", "label", "memo", "channel",
    "completed",
)  # fmt: skip
_RECORD_TEXTS: Final = {8, 9}


def persist(connection: Connection[Any], state: BatchState) -> None:
    """Send every write of the batch; the caller commits."""
    writes = state.writes
    if writes.answers:
        connection.execute(MAIN, _main(state), prepare=True)
    for statement, values in _rare(state.writes, state.now):
        connection.execute(statement, values)


def _main(state: BatchState) -> list[object]:
    writes, now = state.writes, state.now
    touched = [account for account in state.by_id.values() if account.touched]
    answers = writes.answers
    return [
        *_plain_columns([_account(a) for a in touched], 8),
        now,
        *_plain_columns([_transfer(t) for t in writes.transfers], 14),
        now,
        now,
        *_record_columns([_record(r) for r in writes.records]),
        arrays.quoted(_jobs(writes)),
        now,
        arrays.plain([key for key, _, _ in answers]),
        arrays.plain([fingerprint for _, fingerprint, _ in answers]),
        arrays.quoted([_encode(outcome).decode() for _, _, outcome in answers]),
    ]


def _plain_columns(rows: list[tuple[Any, ...]], count: int) -> list[str]:
    if not rows:
        return ["{}"] * count
    return [arrays.plain(column) for column in zip(*rows, strict=True)]


def _record_columns(rows: list[tuple[Any, ...]]) -> list[str]:
    if not rows:
        return ["{}"] * 12
    return [
        arrays.quoted(column) if place in _RECORD_TEXTS else arrays.plain(column)
        for place, column in enumerate(zip(*rows, strict=True))
    ]


def _jobs(writes: Writes) -> list[str]:
    """One job for each kind of news in the batch, however many records it names."""
    by_event: dict[str, list[str]] = {}
    for record, event in writes.news:
        by_event.setdefault(event, []).append(record)
    return [json.dumps({"records": records, "event": event}) for event, records in by_event.items()]


def _rare(writes: Writes, now: datetime) -> list[tuple[str, list[object]]]:
    """What only some batches do: holds made and ended, records moved, accounts flagged."""
    statements: list[tuple[str, list[object]]] = []
    if writes.holds:
        statements += _hold_statements(writes.holds)
    if writes.resolved:
        ids, states = zip(*writes.resolved, strict=True)
        statements.append(
            (RESOLVED, [now, arrays.plain(ids), arrays.plain(states), HoldState.OPEN])
        )
    if writes.moved:
        ids, states, payees = zip(*writes.moved, strict=True)
        statements.append(
            (MOVED, [now, arrays.plain(ids), arrays.plain(states), arrays.plain(payees)])
        )
    if writes.events:
        ids, states, reasons = zip(*writes.events, strict=True)
        statements.append(
            (EVENTS, [now, arrays.plain(ids), arrays.plain(states), arrays.quoted(reasons)])
        )
    if writes.flags:
        people, outs, ins = zip(*writes.flags, strict=True)
        statements.append((FLAGS, [*map(arrays.plain, (people, outs, ins))]))
    return statements


def _hold_statements(holds: list[HoldRow]) -> list[tuple[str, list[object]]]:
    ids = arrays.plain([h.id for h in holds])
    reasons = arrays.quoted([h.reason for h in holds])
    deadlines = arrays.quoted([h.deadline.isoformat() for h in holds])
    return [
        (
            HOLDS,
            [
                HoldState.OPEN,
                ids,
                arrays.plain([h.account for h in holds]),
                arrays.plain([h.credit_account for h in holds]),
                arrays.plain([h.asset for h in holds]),
                arrays.plain([h.amount for h in holds]),
                reasons,
                arrays.quoted([h.resolver for h in holds]),
                deadlines,
            ],
        ),
        (PENDINGS, [ids, reasons, arrays.quoted([h.alias for h in holds]), deadlines]),
    ]
