"""What the rows of a large book are: the one place that knows tables and columns.

Everything is a closed formula of a round and a position, so that any part can be made by itself,
in any order, and made again. Everybody is topped up in round 0. In each later round the person at
position p pays the one at position p + s (a shift of its own for each round): everybody pays once
and is paid once, and what came first follows from the positions. In the last round only the first
`last` positions pay. Positions are scattered over the people, so that neighbours on a page of
transfers have nothing to do with each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import gcd
from typing import Final, LiteralString

from psycopg.types.numeric import Int8

from okpay.ledger.chart import HOUSE, AccountKind, TransferCode, TransferKind
from okpay.wallets.models import RecordKind
from okpay.wallets.states import RecordState

CNY: Final = 156
PAID_IN: Final = 1_000_000
PAID: Final = 100  # each payment of each round
BATCH: Final = 256  # transfers with one moment, as one commit of the engine has
FIRST: Final = 10  # number of the first customer's account; below are the house's
DAYS: Final = 90

# Ids as the product makes them: version 7, in the order of time.
FUNCTIONS: Final = """
CREATE SCHEMA IF NOT EXISTS bench_scale;
CREATE OR REPLACE FUNCTION bench_scale.id7(ms bigint, seed text) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT (lpad(to_hex(ms), 12, '0') || '7' || substr(h, 1, 3) || '8' || substr(h, 4, 15))::uuid
  FROM md5(seed) AS h
$$;
CREATE OR REPLACE FUNCTION bench_scale.person(born bigint, number bigint) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT bench_scale.id7(born + number, 'person ' || number)
$$;
"""


@dataclass(frozen=True)
class Plan:
    """How large a book is to be; everything else follows."""

    customers: int
    transfers: int
    began: datetime

    @property
    def rounds(self) -> int:
        """How many rounds there are, without the top-ups; the last may be a part of one."""
        return -(-(self.transfers - self.customers) // self.customers)

    def size(self, number: int) -> int:
        """How many transfers a round has; 0 is the round of top-ups."""
        if number < self.rounds or number == 0:
            return self.customers
        return self.transfers - self.customers * self.rounds

    def words(self, number: int) -> dict[str, object]:
        """Return what the statements for one round need."""
        scatter = self.customers * 618 // 1000 + 1
        while gcd(scatter, self.customers) != 1:
            scatter += 1
        step = timedelta(days=DAYS) / max(self.transfers, 1)
        words = {
            "people": self.customers, "round": number, "size": self.size(number),
            "scatter": scatter, "shift": 1 + 7919 * number % max(self.customers - 1, 1),
            "born": int((self.began - timedelta(days=365)).timestamp() * 1000),
            "began": self.began, "step": step, "batch": BATCH, "first": FIRST,
            "paid_in": PAID_IN, "paid": PAID, "asset": CNY, "acquirer": 1, "house": HOUSE,
            "batches": -(-self.customers // BATCH),
            **WORDS,
        }  # fmt: skip
        # Else a small number would go as a smallint, and its products would not fit.
        return {name: Int8(one) if isinstance(one, int) else one for name, one in words.items()}


WORDS: Final[dict[str, object]] = {
    "posted": int(TransferKind.POSTED),
    "p2p": int(TransferCode.P2P),
    "top_up": int(TransferCode.TOP_UP),
    "a_transfer": int(RecordKind.TRANSFER),
    "a_top_up": int(RecordKind.TOP_UP),
    "done": int(RecordState.COMPLETED),
    "wallet": int(AccountKind.WALLET),
    "acquirer_kind": int(AccountKind.ACQUIRER),
}

PEOPLE: Final = """
INSERT INTO identity_person (id, password, name, name_key, email_index,
  email_verified_at, phone_index, phone_verified_at,
  language, region, level, frozen_reason, holder_version, is_active, is_staff,
  created_at)
SELECT bench_scale.person(%(born)s, n), '', 'Scale Person', '', {email},
  %(began)s, {phone}, %(began)s, 'en', 'CN', 1, '', 1, true,
  false, %(began)s
FROM generate_series(%(low)s::bigint, %(high)s - 1) AS n
"""
# `words` are those of the last round: all before it left every balance as it was.
ACCOUNTS: Final = """
INSERT INTO ledger_account -- noqa: OKP020 — a book to measure, no money
  (id, owner, asset, kind, floor, posted, held, seq, frozen_out, frozen_in, out_day,
  out_day_sum, out_month, out_month_sum)
SELECT %(first)s + p * %(scatter)s %% %(people)s,
  bench_scale.person(%(born)s, p * %(scatter)s %% %(people)s), %(asset)s, %(wallet)s, 0,
  %(paid_in)s - %(paid)s * (w.pays - w.is_paid), 0,
  1 + 2 * GREATEST(%(round)s - 1, 0) + w.pays + w.is_paid, false, false,
  CASE WHEN %(round)s > 0 THEN d.day - DATE '0001-01-01' + 1 ELSE 0 END, %(paid)s * %(round)s,
  CASE WHEN %(round)s > 0 THEN (extract(year FROM d.day) * 12 + extract(month FROM d.day))::int
       ELSE 0 END, %(paid)s * %(round)s
FROM generate_series(%(low)s::bigint, %(high)s - 1) AS p
CROSS JOIN LATERAL (SELECT
  (%(round)s > 0 AND p < %(size)s)::int AS pays,
  (%(round)s > 0 AND (p - %(shift)s + %(people)s) %% %(people)s < %(size)s)::int AS is_paid) AS w
CROSS JOIN LATERAL (SELECT ((%(began)s
  + ((%(round)s - 1 + w.pays) * %(people)s + p - p %% %(batch)s) * %(step)s)
  AT TIME ZONE 'Asia/Shanghai')::date AS day) AS d
ORDER BY p * %(scatter)s %% %(people)s
"""
THE_HOUSE: Final = """
INSERT INTO ledger_account -- noqa: OKP020 — a book to measure, no money
  (id, owner, asset, kind, floor, posted, held, seq)
VALUES (%(acquirer)s, %(house)s, %(asset)s, %(acquirer_kind)s, NULL,
  - %(paid_in)s::numeric * %(people)s, 0, %(people)s)
"""

_TOP_UPS: Final = """
SELECT p, p / %(batch)s AS batch, bench_scale.id7(
    (extract(epoch FROM %(began)s) * 1000)::bigint
    + (extract(epoch FROM p * %(step)s) * 1000)::bigint, %(round)s || ' ' || p) AS id,
  %(began)s + (p - p %% %(batch)s) * %(step)s AS at, %(top_up)s AS code, %(paid_in)s AS amount,
  %(acquirer)s AS debit_account, p + 1 AS debit_seq,
  - %(paid_in)s::numeric * (p + 1) AS debit_posted,
  %(first)s + p * %(scatter)s %% %(people)s AS credit_account, 1 AS credit_seq,
  %(paid_in)s AS credit_posted, %(a_top_up)s AS kind, NULL::uuid AS payer,
  bench_scale.person(%(born)s, p * %(scatter)s %% %(people)s) AS payee, 'Test card' AS label,
  '' AS memo
FROM generate_series(%(low)s::bigint, %(high)s - 1) AS p
"""
_PAYMENTS: Final = """
SELECT p, %(round)s * %(batches)s + p / %(batch)s AS batch, bench_scale.id7(
    (extract(epoch FROM %(began)s) * 1000)::bigint
    + (extract(epoch FROM (%(round)s * %(people)s + p) * %(step)s) * 1000)::bigint,
    %(round)s || ' ' || p) AS id,
  %(began)s + (%(round)s * %(people)s + p - p %% %(batch)s) * %(step)s AS at, %(p2p)s AS code,
  %(paid)s AS amount, %(first)s + payer AS debit_account,
  2 * %(round)s + had AS debit_seq, (%(paid_in)s + (had - 1) * %(paid)s)::numeric AS debit_posted,
  %(first)s + payee AS credit_account, 2 * %(round)s + gave AS credit_seq,
  %(paid_in)s + (1 - gave) * %(paid)s AS credit_posted, %(a_transfer)s AS kind,
  bench_scale.person(%(born)s, payer) AS payer, bench_scale.person(%(born)s, payee) AS payee,
  '' AS label, 'Lunch and tea' AS memo
FROM (
  SELECT p, p * %(scatter)s %% %(people)s AS payer, other * %(scatter)s %% %(people)s AS payee,
    -- Was the payer paid before in this round? Did the payee pay before?
    ((p - %(shift)s + %(people)s) %% %(people)s < LEAST(p, %(size)s))::int AS had,
    (other < LEAST(p, %(size)s))::int AS gave
  FROM (SELECT p, (p + %(shift)s) %% %(people)s AS other
        FROM generate_series(%(low)s::bigint, %(high)s - 1) AS p) AS pairs
) AS w
"""
_WRITES: Final = """
, booked AS (
  INSERT INTO ledger_transfer -- noqa: OKP020 — a book to measure, no money
   (at, id, batch, kind, code, asset, amount, debit_account,
    credit_account, debit_seq, debit_posted, debit_held, credit_seq, credit_posted)
  SELECT at, id, batch + 1, %(posted)s, code, %(asset)s, amount, debit_account, credit_account,
    debit_seq, debit_posted, 0, credit_seq, credit_posted FROM w ORDER BY p
), shown AS (
  INSERT INTO wallets_record (created_at, id, kind, state, asset, amount, fee, payer, payee, label,
    memo, channel, completed_at)
  SELECT at, id, kind, %(done)s, %(asset)s, amount, 0, payer, payee, label, memo, 'api', at
  FROM w ORDER BY p
), closed AS (
  INSERT INTO ledger_batch -- noqa: OKP020 — a book to measure, no money
   (id, at, transfers, digest, news)
  SELECT batch + 1, min(at), count(*), sha256(convert_to(string_agg(concat_ws('|', id, %(posted)s,
    code, %(asset)s, amount, debit_account, credit_account, debit_seq, debit_posted, 0, credit_seq,
    credit_posted, '', ''), E'\n' ORDER BY id) || E'\n', 'UTF8')), array_agg(id ORDER BY p)
  FROM w GROUP BY batch
)
INSERT INTO payments_answer (at, key, fingerprint, record, balance, payee_name, body)
SELECT at, md5('key ' || id)::uuid, md5('body ' || id)::uuid,
  CASE WHEN code = %(p2p)s THEN id END, CASE WHEN code = %(p2p)s THEN debit_posted END,
  CASE WHEN code = %(p2p)s THEN 'S***e P****n' ELSE '' END,
  CASE WHEN code = %(p2p)s THEN '' ELSE json_build_object('record', id, 'state', %(done)s,
    'owner', payee, 'asset', %(asset)s, 'amount', amount, 'at', at, 'balance', credit_posted)::text
  END
FROM w ORDER BY p
"""
TOP_UPS: Final[LiteralString] = "WITH w AS MATERIALIZED (" + _TOP_UPS + ")" + _WRITES
PAYMENTS: Final[LiteralString] = "WITH w AS MATERIALIZED (" + _PAYMENTS + ")" + _WRITES

# Emptied of indexes and triggers while they are filled; both are as before when the book is done.
TABLES: Final = (
    "identity_person",
    "ledger_account",
    "ledger_transfer",
    "ledger_batch",
    "wallets_record",
    "payments_answer",
)
# Numbers that the product draws itself go on behind what was made.
SEQUENCES: Final = """
SELECT setval(pg_get_serial_sequence('ledger_account', 'id'),
              (SELECT max(id) FROM ledger_account)),
       setval(pg_get_serial_sequence('ledger_batch', 'id'), (SELECT max(id) FROM ledger_batch))
"""


def plan(customers: int, transfers: int, now: datetime | None = None) -> Plan:
    """Plan a book whose last transfer was a day ago.

    Raises:
        ValueError: fewer transfers than people: everybody is topped up once.
    """
    if customers < 2 or transfers < customers:  # noqa: PLR2004 — a payment needs two people
        message = "at least 2 customers, and at least as many transfers as customers"
        raise ValueError(message)
    today = (now or datetime.now(UTC)).replace(hour=0, minute=0, second=0, microsecond=0)
    return Plan(customers, transfers, today - timedelta(days=DAYS + 1))
