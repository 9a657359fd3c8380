"""Load: lock, in id order, all accounts that a batch touches, and read every fact it needs.

Two round trips: the first resolves names to ids without locks; the second locks the accounts and,
after the locks are held, reads answers and holds, so that nothing it reads can be overtaken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from okpay.identity.caution.care import Care
from okpay.identity.rules import mask_name
from okpay.kernel.clock import offset
from okpay.ledger.chart import FLOORS, AccountKind, HoldState
from okpay.limits.figures import from_json
from okpay.limits.levels import Table, put_in_force, version_in_force
from okpay.limits.rules import day_and_month
from okpay.payments.engine import arrays
from okpay.payments.engine.commands import AnyCommand, Outcome
from okpay.payments.engine.state import (
    AccountState,
    BatchState,
    HoldFacts,
    OriginalFacts,
    PayerFacts,
    PersonFacts,
    TokenFacts,
)
from okpay.payments.engine.wanted import Names, Wanted, keys_of, pairs_of
from okpay.payments.engine.wire import Statement
from okpay.wallets.states import RecordState

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from okpay.payments.engine.wanted import Pair
    from okpay.payments.engine.wire import Row, Wire

BEGIN: Final = Statement("BEGIN")
TOKENS: Final = Statement("""
SELECT encode(t.digest, 'hex'), t.id::text, t.person_id::text, t.scopes, t.expires_at,
       t.revoked_at IS NOT NULL OR NOT p.is_active, t.created_at, p.level, p.region, c.until,
       c.since, c.changed_until
FROM unnest(%s::bytea[]) AS w(digest)
JOIN identity_accesstoken t ON t.digest = w.digest
JOIN identity_person p ON p.id = t.person_id
LEFT JOIN caution_careful c ON c.person_id = p.id
""")
PAYERS: Final = Statement("""
SELECT p.id::text, p.level, p.region, c.until, c.since, c.changed_until
FROM unnest(%s::uuid[]) AS w(id) JOIN identity_person p ON p.id = w.id
LEFT JOIN caution_careful c ON c.person_id = p.id
""")
BY_EMAIL: Final = Statement("""
SELECT p.id::text, p.name, p.level, '@' || encode(p.email_index, 'hex'),
       '+' || encode(p.phone_index, 'hex'), p.email_verified_at IS NOT NULL,
       p.phone_verified_at IS NOT NULL, p.holder_version
FROM unnest(%s::bytea[]) AS w(digest) JOIN identity_person p
  ON p.email_index = w.digest AND p.email_verified_at IS NOT NULL WHERE p.is_active
""")
BY_PHONE: Final = Statement("""
SELECT p.id::text, p.name, p.level, '@' || encode(p.email_index, 'hex'),
       '+' || encode(p.phone_index, 'hex'), p.email_verified_at IS NOT NULL,
       p.phone_verified_at IS NOT NULL, p.holder_version
FROM unnest(%s::bytea[]) AS w(digest) JOIN identity_person p
  ON p.phone_index = w.digest AND p.phone_verified_at IS NOT NULL WHERE p.is_active
""")
BY_ID: Final = Statement("""
SELECT p.id::text, p.name, p.level, '@' || encode(p.email_index, 'hex'),
       '+' || encode(p.phone_index, 'hex'), p.email_verified_at IS NOT NULL,
       p.phone_verified_at IS NOT NULL, p.holder_version
FROM unnest(%s::uuid[]) AS w(id) JOIN identity_person p ON p.id = w.id
WHERE p.is_active AND (p.email_verified_at IS NOT NULL OR p.phone_verified_at IS NOT NULL)
""")
HOLD_HEADS: Final = Statement("""
SELECT h.id::text, h.account, h.credit_account, h.asset, d.owner::text, d.kind, c.owner::text,
       c.kind, r.payer::text, r.payee::text, r.fee
FROM unnest(%s::uuid[]) AS w(id)
JOIN ledger_hold h ON h.id = w.id JOIN wallets_record r ON r.id = h.id
JOIN ledger_account d ON d.id = h.account JOIN ledger_account c ON c.id = h.credit_account
""")
# Opening an account and flagging its owner's accounts exclude each other, so that no account
# opens unfrozen behind a freeze's back. The first number names this purpose among such locks.
OPENING: Final = Statement("""
SELECT pg_advisory_xact_lock_shared(7101, hashtext(w)) FROM unnest(%s::text[]) AS w
""")
FLAGGING: Final = Statement("""
SELECT pg_advisory_xact_lock(7101, hashtext(w)) FROM unnest(%s::text[]) AS w
""")
OPEN_MISSING: Final = Statement("""
INSERT INTO ledger_account (owner, asset, kind, floor, frozen_out, frozen_in)
SELECT w.owner, w.asset, w.kind, w.floor, p.frozen_at IS NOT NULL, p.frozen_at IS NOT NULL
FROM unnest(%s::uuid[], %s::smallint[], %s::smallint[], %s::numeric[])
     AS w(owner, asset, kind, floor)
LEFT JOIN identity_person p ON p.id = w.owner
ORDER BY w.owner, w.asset, w.kind
ON CONFLICT (owner, asset, kind) DO NOTHING
""")
OF_PERSON: Final = Statement("""
SELECT owner::text, asset, kind FROM ledger_account WHERE owner = ANY(%s::uuid[])
""")
# The rows are sorted before they are locked: everybody locks in the same order.
LOCK: Final = Statement("""
SELECT a.id, a.owner::text, a.asset, a.kind, a.floor, a.posted, a.held, a.seq, a.frozen_out,
       a.frozen_in, a.out_day, a.out_day_sum, a.out_month, a.out_month_sum, a.ctid::text
FROM unnest(%s::uuid[], %s::smallint[], %s::smallint[]) AS w(owner, asset, kind)
JOIN ledger_account a ON a.owner = w.owner AND a.asset = w.asset AND a.kind = w.kind
ORDER BY a.id FOR NO KEY UPDATE OF a
""")
ANSWERS: Final = Statement("""
SELECT key::text, fingerprint::text, body FROM payments_answer WHERE key = ANY(%s::uuid[])
""")
# Answers that are told again from their record.
TOLD_AGAIN: Final = Statement("""
SELECT a.key::text, r.id::text, COALESCE(r.payer::text, ''), COALESCE(r.payee::text, ''),
       a.payee_name, r.asset, r.amount, r.fee, r.memo, r.created_at, a.balance
FROM unnest(%s::uuid[]) AS w(key) JOIN payments_answer a ON a.key = w.key
JOIN wallets_record r ON r.id = a.record
""")
HOLDS: Final = Statement("""
SELECT h.id::text, h.account, h.credit_account, h.asset, h.amount, h.state, r.state,
       r.payer::text, COALESCE(r.payee::text, ''), h.reason, COALESCE(p.alias, ''), h.deadline,
       r.memo, r.created_at, r.kind, CASE WHEN r.kind = 1 THEN r.fee ELSE 0 END
FROM unnest(%s::uuid[]) AS w(id) JOIN ledger_hold h ON h.id = w.id
JOIN wallets_record r ON r.id = h.id LEFT JOIN payments_pending p ON p.record = h.id
""")
# A refund's original: first without locks, for its accounts; then, under them, what is left of it.
ORIGINAL_HEADS: Final = Statement("""
SELECT r.id::text, r.kind, r.asset, COALESCE(r.payer::text, ''), COALESCE(r.payee::text, '')
FROM unnest(%s::uuid[]) AS w(id) JOIN wallets_record r ON r.id = w.id
""")
ORIGINALS: Final = Statement("""
SELECT r.id::text, r.kind, r.state, r.asset, COALESCE(r.payer::text, ''),
       COALESCE(r.payee::text, ''), COALESCE(r.captured, r.amount),
       (SELECT COALESCE(sum(b.amount), 0) FROM wallets_refund f
        JOIN wallets_record b ON b.id = f.record WHERE f.original = r.id)
FROM unnest(%s::uuid[]) AS w(id) JOIN wallets_record r ON r.id = w.id
""")
# The clock, and which figures of the limits hold from here on.
CLOCK: Final = Statement("SELECT clock_timestamp(), (SELECT max(version) FROM limits_figures)")
FIGURES: Final = Statement("""
SELECT version, levels::text FROM limits_figures ORDER BY version DESC LIMIT 1
""")

_outcome_of: Final = msgspec.json.Decoder(Outcome).decode


async def load(wire: Wire, commands: Sequence[AnyCommand]) -> BatchState:
    """Begin a transaction and read all that `commands` need; it keeps the accounts locked."""
    wanted = Wanted(commands)
    names = await _resolve_names(wire, wanted)
    pairs = pairs_of(wanted, names)
    accounts, facts = await _locked(wire, pairs, keys_of(wanted, names), names)
    if len(accounts) < len(pairs):
        accounts = await _opened(wire, pairs, accounts)
    return _state(names, accounts, facts)


async def _resolve_names(wire: Wire, wanted: Wanted) -> Names:
    names = Names()
    takers = []
    wire.send(BEGIN)
    for take, statement, values in (
        (_take_token, TOKENS, arrays.digests(wanted.tokens) if wanted.tokens else ""),
        (_take_email, BY_EMAIL, _indexes(wanted.emails) if wanted.emails else ""),
        (_take_phone, BY_PHONE, _indexes(wanted.phones) if wanted.phones else ""),
        (_take_person, BY_ID, arrays.plain(wanted.people) if wanted.people else ""),
        (_take_payer, PAYERS, arrays.plain(wanted.payers) if wanted.payers else ""),
        (_take_head, HOLD_HEADS, arrays.plain(wanted.holds) if wanted.holds else ""),
        (
            _take_original,
            ORIGINAL_HEADS,
            arrays.plain(wanted.originals) if wanted.originals else "",
        ),
        (_ignore, FLAGGING, arrays.plain(sorted(wanted.flagged)) if wanted.flagged else ""),
        (_take_flagged, OF_PERSON, arrays.plain(wanted.flagged) if wanted.flagged else ""),
    ):
        if values:
            takers.append(take)
            wire.send(statement, values.encode())
    _, *found = await wire.ask()
    for take, rows in zip(takers, found, strict=True):
        for row in rows:
            take(names, row)
    return names


def _indexes(aliases: Iterable[str]) -> str:
    return arrays.digests(alias[1:] for alias in aliases)


def _take_token(names: Names, row: Row) -> None:
    names.tokens[row[0]] = TokenFacts(row[1], row[2], tuple(row[3]), row[4], row[5], row[6])
    names.payers[row[2]] = _payer(*row[7:])


def _take_payer(names: Names, row: Row) -> None:
    names.payers[row[0]] = _payer(*row[1:])


def _payer(
    level: int,
    region: str,
    until: datetime | None,
    since: datetime | None,
    changed_until: datetime | None,
) -> PayerFacts:
    care = None if until is None else Care(until, since, changed_until)
    return PayerFacts(level, region, care)


def _take_person(names: Names, row: Row) -> None:
    email, phone = (row[3] or "") if row[5] else "", (row[4] or "") if row[6] else ""
    names.people[row[0]] = PersonFacts(row[0], mask_name(row[1]), row[2], email, phone, row[7])


def _take_email(names: Names, row: Row) -> None:
    _take_person(names, row)
    names.aliases[row[3]] = row[0]


def _take_phone(names: Names, row: Row) -> None:
    _take_person(names, row)
    names.aliases[row[4]] = row[0]


def _take_head(names: Names, row: Row) -> None:
    names.heads[row[0]] = row


def _take_original(names: Names, row: Row) -> None:
    names.originals[row[0]] = row


def _take_flagged(names: Names, row: Row) -> None:
    names.flagged.add((row[0], row[1], row[2]))


def _ignore(_names: Names, _row: Row) -> None:
    """A lock was taken; it has nothing to tell."""


class _Facts:
    """What was read under the locks."""

    def __init__(self) -> None:
        self.answers: list[Row] = []
        self.told_again: list[Row] = []
        self.holds: list[Row] = []
        self.originals: list[Row] = []
        self.clock: Any = None


def _columns(pairs: list[Pair]) -> list[bytes]:
    return [arrays.plain([pair[place] for pair in pairs]).encode() for place in range(3)]


async def _locked(
    wire: Wire, pairs: set[Pair], keys: list[str], names: Names
) -> tuple[list[Row], _Facts]:
    """Lock the accounts that exist; then read what only holds while they are locked."""
    facts = _Facts()
    wire.send(LOCK, *_columns(list(pairs)))
    wire.send(ANSWERS, arrays.plain(keys).encode())
    wire.send(CLOCK)
    if names.heads:  # only holds whose accounts are locked: one made since is not found, as before
        wire.send(HOLDS, arrays.plain(names.heads).encode())
    if names.originals:
        wire.send(ORIGINALS, arrays.plain(names.originals).encode())
    accounts, facts.answers, clock, *rest = await wire.ask()
    facts.clock, version = clock[0]
    if names.originals:
        facts.originals = rest.pop()
    if names.heads:
        facts.holds = rest.pop()
    again = [row[0] for row in facts.answers if not row[2]]
    if again:
        wire.send(TOLD_AGAIN, arrays.plain(again).encode())
        (facts.told_again,) = await wire.ask()
    if (version or 0) > version_in_force():
        await _adopt(wire)
    return accounts, facts


async def _adopt(wire: Wire) -> None:
    """Decide by the newest figures of the limits: once in a process for every change."""
    wire.send(FIGURES)
    ((version, levels),) = (await wire.ask())[0]
    put_in_force(Table(version, from_json(msgspec.json.decode(levels))))


async def _opened(wire: Wire, pairs: set[Pair], accounts: list[Row]) -> list[Row]:
    """Open what is named for the first time, and lock all again.

    A payer who holds none in this asset gets an account too: it has no money.
    """
    missing = sorted(pairs - {(row[1], row[2], row[3]) for row in accounts})
    floors = [FLOORS[AccountKind(kind)] for _, _, kind in missing]
    wire.send(OPENING, arrays.plain(sorted({owner for owner, _, _ in missing})).encode())
    wire.send(OPEN_MISSING, *_columns(missing), arrays.plain(floors).encode())
    wire.send(LOCK, *_columns(list(pairs)))
    *_, found = await wire.ask()
    return found


def _state(names: Names, accounts: list[Row], facts: _Facts) -> BatchState:
    states = [AccountState(*row) for row in accounts]
    now = facts.clock + offset()
    day, month = day_and_month(now)
    return BatchState(
        now=now,
        day=day,
        month=month,
        accounts={(a.owner, a.asset, a.kind): a for a in states},
        by_id={a.id: a for a in states},
        people=names.people,
        aliases=names.aliases,
        tokens=names.tokens,
        holds=_holds(facts.holds),
        answers=_answers(facts),
        originals={row[0]: OriginalFacts(*row) for row in facts.originals},
        payers=names.payers,
        replays=len(facts.answers),
    )


def _answers(facts: _Facts) -> dict[str, tuple[str, Outcome]]:
    again = {row[0]: _told_again(row) for row in facts.told_again}
    return {
        key: (fingerprint, _outcome_of(body) if body else again[key])
        for key, fingerprint, body in facts.answers
    }


def _told_again(row: Row) -> Outcome:
    _, record, owner, payee, payee_name, asset, amount, fee, memo, at, balance = row
    return Outcome(
        record=record, state=RecordState.COMPLETED, owner=owner, payee=payee,
        payee_name=payee_name, asset=asset, amount=amount, fee=fee, memo=memo, at=at,
        balance=balance,
    )  # fmt: skip


def _holds(rows: list[tuple[Any, ...]]) -> dict[str, HoldFacts]:
    return {
        row[0]: HoldFacts(
            record=row[0],
            account=row[1],
            credit_account=row[2],
            asset=row[3],
            amount=row[4],
            open=row[5] == HoldState.OPEN,
            record_state=row[6],
            payer=row[7],
            payee=row[8],
            reason=row[9],
            alias=row[10],
            deadline=row[11],
            memo=row[12],
            made_at=row[13],
            kind=row[14],
            fee=row[15],
        )
        for row in rows
    }
