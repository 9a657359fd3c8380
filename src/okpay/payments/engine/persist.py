"""Persist: write all that a batch decided, in a handful of set-based statements."""

from __future__ import annotations

from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

import msgspec

from okpay.ledger.chart import HoldState
from okpay.payments.engine import arrays, lines
from okpay.payments.engine.wire import Statement
from okpay.wallets.models import RecordKind

if TYPE_CHECKING:
    from okpay.payments.engine.state import BatchState, HoldRow, Writes
    from okpay.payments.engine.wire import Wire

# One statement for what nearly every batch does: five tables, one round trip. A row's place cannot
# change while it is locked; should one ever be missed, the division fails and nothing is kept.
MAIN: Final = Statement("""
WITH batch AS (
  INSERT INTO ledger_batch (at, transfers, digest, news)
  SELECT w.at, w.transfers, w.digest, w.news
  FROM (SELECT %s::timestamptz, %s::int, %s::bytea, %s::uuid[]) AS w(at, transfers, digest, news)
  WHERE w.transfers > 0 RETURNING id, at
), moved AS (
  UPDATE ledger_account a
  SET posted = v.posted, held = v.held, seq = v.seq, out_day = v.out_day,
      out_day_sum = v.out_day_sum, out_month = v.out_month, out_month_sum = v.out_month_sum
  FROM unnest(%s::ledger_account_line[]) AS v WHERE a.ctid = v.place AND a.id = v.id RETURNING 1
), booked AS (
  INSERT INTO ledger_transfer (id, at, batch, debit_account, credit_account, debit_seq, credit_seq,
    kind, code, asset, amount, debit_posted, debit_held, credit_posted, pending, linked)
  SELECT v.id, batch.at, batch.id, v.debit_account, v.credit_account, v.debit_seq, v.credit_seq,
    v.kind, v.code, v.asset, v.amount, v.debit_posted, v.debit_held, v.credit_posted, v.pending,
    v.linked
  FROM batch, unnest(%s::ledger_transfer_line[]) AS v
), shown AS (
  INSERT INTO wallets_record (id, kind, state, asset, amount, fee, payer, payee, label, memo,
    channel, created_at, completed_at)
  SELECT v.id, v.kind, v.state, v.asset, v.amount, v.fee, v.payer, v.payee, v.label, v.memo,
    v.channel, batch.at, CASE WHEN v.completed THEN batch.at END
  FROM batch, unnest(%s::wallets_record_line[]) AS v
), kept AS (
  INSERT INTO payments_answer (key, at, fingerprint, record, balance, payee_name, body)
  SELECT v.key, %s::timestamptz, v.fingerprint, v.record, v.balance, v.payee_name, v.body
  FROM unnest(%s::payments_answer_line[]) AS v
)
SELECT 1 / (count(*) = %s::bigint)::int FROM moved
""")
COMMIT: Final = Statement("COMMIT")
# Makes the commit wait for the standby even where nothing is written: what is told again must be
# there by now, also if the first commit was not waited for.
FLUSH: Final = Statement("SELECT pg_logical_emit_message(true, 'okpay', '')")
HOLDS: Final = Statement("""
INSERT INTO ledger_hold (id, account, credit_account, asset, amount, reason, resolver, deadline,
  state) SELECT v.*, %s::smallint
FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[], %s::smallint[],
  %s::numeric[], %s::text[], %s::text[], %s::timestamptz[]) AS v
""")
PENDINGS: Final = Statement("""
INSERT INTO payments_pending (record, reason, alias, deadline, address)
SELECT v.record, v.reason, v.alias, v.deadline, NULLIF(v.address, '')
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::timestamptz[], %s::bytea[])
     AS v(record, reason, alias, deadline, address)
""")
RESOLVED: Final = Statement("""
UPDATE ledger_hold h SET state = v.state, resolved_at = %s::timestamptz
FROM unnest(%s::uuid[], %s::smallint[]) AS v(id, state) WHERE h.id = v.id AND h.state = %s::smallint
""")
MOVED: Final = Statement("""
UPDATE wallets_record r SET state = v.state, completed_at = %s::timestamptz,
  payee = COALESCE(v.payee, r.payee), captured = v.captured, fee = COALESCE(v.fee, r.fee)
FROM unnest(%s::uuid[], %s::smallint[], %s::uuid[], %s::numeric[], %s::numeric[])
     AS v(id, state, payee, captured, fee) WHERE r.id = v.id
""")
REFUNDS: Final = Statement("""
INSERT INTO wallets_refund (record, original) SELECT * FROM unnest(%s::uuid[], %s::uuid[])
""")
LEGS: Final = Statement("""
INSERT INTO payments_groupleg (transfer, "group", place, size)
SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::smallint[], %s::smallint[])
""")
EVENTS: Final = Statement("""
INSERT INTO wallets_recordevent (at, record, state, reason)
SELECT %s::timestamptz, v.* FROM unnest(%s::uuid[], %s::smallint[], %s::text[]) AS v
""")
FLAGS: Final = Statement("""
UPDATE ledger_account a SET frozen_out = COALESCE(v.frozen_out, a.frozen_out),
  frozen_in = COALESCE(v.frozen_in, a.frozen_in)
FROM unnest(%s::uuid[], %s::bool[], %s::bool[]) AS v(owner, frozen_out, frozen_in)
WHERE a.owner = v.owner
""")

_encode: Final = msgspec.json.Encoder().encode
_end: Final = attrgetter("record", "state", "payee", "captured", "fee")


def persist(wire: Wire, state: BatchState) -> None:
    """Queue every write of the batch; the caller commits."""
    writes = state.writes
    if writes.answers:
        wire.send(MAIN, *_main(state))
    if state.replays:
        wire.send(FLUSH)
    for statement, values in _rare(state.writes, state.now):
        wire.send(statement, *map(_param, values))


def _main(state: BatchState) -> list[bytes]:
    writes, now = state.writes, _moment(state.now)
    touched = [lines.account(a) for a in state.by_id.values() if a.touched]
    transfers = [lines.transfer(t) for t in writes.transfers]
    return [
        now,
        b"%d" % len(transfers),
        b"\\x" + lines.digest(transfers).hex().encode(),
        arrays.plain(dict.fromkeys(record for record, _ in writes.news)).encode(),
        lines.array(touched),
        lines.array(transfers),
        lines.array([lines.record(r) for r in writes.records]),
        now,
        lines.array(_answers(state)),
        b"%d" % len(touched),
    ]


def _answers(state: BatchState) -> list[str]:
    """A transfer done in this batch is told again from its record; any other answer is written."""
    done = {
        row.id for row in state.writes.records if row.completed and row.kind == RecordKind.TRANSFER
    }
    found = []
    for key, fingerprint, outcome in state.writes.answers:
        short = outcome.record in done and not outcome.replayed and outcome.result == "done"
        facts = (outcome.payee_name, outcome.balance, outcome.record) if short else None
        body = "" if short else _encode(outcome).decode()
        found.append(lines.answer(key, fingerprint, facts, body))
    return found


def _moment(value: datetime) -> bytes:
    return value.isoformat().encode()


def _param(value: object) -> bytes:
    """What the rarer statements take: a moment, a number, or an array literal."""
    return _moment(value) if isinstance(value, datetime) else str(value).encode()


def _plain_columns(rows: list[tuple[Any, ...]], count: int) -> list[str]:
    if not rows:
        return ["{}"] * count
    return [arrays.plain(column) for column in zip(*rows, strict=True)]


def _rare(writes: Writes, now: datetime) -> list[tuple[Statement, list[object]]]:
    """What only some batches do: holds made and ended, records moved, accounts flagged."""
    statements: list[tuple[Statement, list[object]]] = []
    if writes.holds:
        statements += _hold_statements(writes.holds)
    if writes.resolved:
        ids, states = zip(*writes.resolved, strict=True)
        statements.append(
            (RESOLVED, [now, arrays.plain(ids), arrays.plain(states), HoldState.OPEN])
        )
    if writes.moved:
        ends = _plain_columns([_end(row) for row in writes.moved], 5)
        statements.append((MOVED, [now, *ends]))
    if writes.refunds:
        statements.append((REFUNDS, [*_plain_columns(writes.refunds, 2)]))
    if writes.legs:
        statements.append((LEGS, [*_plain_columns(writes.legs, 4)]))
    if writes.events:
        ids, states, reasons = zip(*writes.events, strict=True)
        statements.append(
            (EVENTS, [now, arrays.plain(ids), arrays.plain(states), arrays.quoted(reasons)])
        )
    if writes.flags:
        people, outs, ins = zip(*writes.flags, strict=True)
        statements.append((FLAGS, [*map(arrays.plain, (people, outs, ins))]))
    return statements


def _hold_statements(holds: list[HoldRow]) -> list[tuple[Statement, list[object]]]:
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
        (
            PENDINGS,
            [
                ids,
                reasons,
                arrays.quoted([h.alias for h in holds]),
                deadlines,
                arrays.digests([h.sealed for h in holds]),
            ],
        ),
    ]
